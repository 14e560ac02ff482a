using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Arb.TestKit;
using Arb.Tests.Architecture;

namespace Arb.Tests.Deployment;

/// <summary>infra/main.bicep as the ARM template that would be deployed.</summary>
public sealed class CompiledInfrastructure : IAsyncLifetime
{
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromMinutes(2);

    private JsonDocument? _template;

    /// <summary>The template; skips the test where there is no Bicep CLI.</summary>
    public JsonElement Template
    {
        get
        {
            Assert.SkipUnless(HasBicep, "The Bicep CLI is restored on Linux x64 only: infra/ is NOT VERIFIED on this machine.");
            return _template!.RootElement;
        }
    }

    /// <summary>What the compiler wrote beside the template; empty when it had nothing to say.</summary>
    public string Complaints { get; private set; } = string.Empty;

    private static string? Cli =>
        typeof(CompiledInfrastructure).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(a => a.Key == "BicepCli")?.Value;

    private static bool HasBicep => Cli is not null;

    public async ValueTask InitializeAsync()
    {
        if (HasBicep)
        {
            (string template, Complaints) = await BicepAsync("build", "--stdout", Path.Combine(Repository.Root, "infra", "main.bicep"));
            _template = JsonDocument.Parse(template);
        }
    }

    public ValueTask DisposeAsync()
    {
        _template?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Everything the linter says about one file.</summary>
    public static async Task<string> LintAsync(string file)
    {
        Assert.SkipUnless(HasBicep, "The Bicep CLI is restored on Linux x64 only: infra/ is NOT VERIFIED on this machine.");
        (string output, string errors) = await BicepAsync("lint", file);
        return (output + errors).Trim();
    }

    /// <summary>The nested template of a module.</summary>
    public JsonElement Module(string name) => Deployment(name).GetProperty("template");

    /// <summary>The parameters a module is given.</summary>
    public JsonElement Parameters(string name) => Deployment(name).GetProperty("parameters");

    /// <summary>All resources of a template, whichever of ARM's two shapes it has.</summary>
    public static IEnumerable<JsonElement> Resources(JsonElement template)
    {
        JsonElement resources = template.GetProperty("resources");
        return resources.ValueKind == JsonValueKind.Array ? resources.EnumerateArray() : resources.EnumerateObject().Select(r => r.Value);
    }

    private JsonElement Deployment(string name) =>
        Resources(Template).Single(r => r.GetProperty("name").GetString() == name).GetProperty("properties");

    private static async Task<(string Output, string Errors)> BicepAsync(params string[] arguments)
    {
        using TempFolder unpacked = new();
        ProcessStartInfo start = new(Cli!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // A single-file program: it unpacks what it needs, and must not need the machine's ICU.
        start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = unpacked.Path;
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        using Process bicep = Process.Start(start) ?? throw new InvalidOperationException($"{Cli} did not start.");
        using CancellationTokenSource late = new(ToolTimeout);
        try
        {
            Task<string> output = bicep.StandardOutput.ReadToEndAsync(late.Token);
            Task<string> errors = bicep.StandardError.ReadToEndAsync(late.Token);
            await bicep.WaitForExitAsync(late.Token);
            return bicep.ExitCode == 0
                ? (await output, await errors)
                : throw new InvalidOperationException($"bicep {arguments[0]} ended with {bicep.ExitCode}: {await output}{await errors}");
        }
        finally
        {
            if (!bicep.HasExited)
            {
                bicep.Kill(entireProcessTree: true);
            }
        }
    }
}
