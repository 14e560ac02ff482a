using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.RegularExpressions;
using Arb.Engine;
using ArbFunctions;
using Microsoft.Extensions.Configuration;

namespace Arb.Tests.Deployment;

public sealed partial class AppSettingsTests(CompiledInfrastructure infrastructure) : IClassFixture<CompiledInfrastructure>
{
    [Fact]
    public void Every_setting_the_code_reads_is_deployed() =>
        Assert.Empty(AppSettings.Read().Except(Deployed()).Except(AppSettings.NotDeployed.Keys));

    [Fact]
    public void Every_deployed_setting_is_read() =>
        Assert.Empty(Deployed().Except(AppSettings.Read()).Except(AppSettings.OfHost.Keys));

    [Fact]
    public void Exceptions_are_needed()
    {
        SortedSet<string> deployed = Deployed();
        SortedSet<string> read = AppSettings.Read();
        Assert.All(AppSettings.NotDeployed.Keys, name => Assert.True(read.Contains(name) && !deployed.Contains(name), name));
        Assert.All(AppSettings.OfHost.Keys, name => Assert.True(deployed.Contains(name) && !read.Contains(name), name));
    }

    [Theory]
    [InlineData("dry-run", ExecutionMode.DryRun)]
    [InlineData("live", ExecutionMode.Live)]
    public void Deployed_settings_are_valid_and_trade_under_the_codes_own_limits(string preset, ExecutionMode mode)
    {
        IConfiguration settings = Values(preset);
        ChainOptions chain = Bind<ChainOptions>(settings, ChainOptions.Section);
        ExecutionOptions execution = Bind<ExecutionOptions>(settings, ExecutionOptions.Section);
        Bind<BundleRelaySettings>(settings, BundleRelaySettings.Section);
        Bind<KeyOptions>(settings, KeyOptions.Section);

        ExecutionOptions unset = new() { Mode = mode, Executor = execution.Executor, Recipient = execution.Recipient };
        TradingPolicy deployed = PolicyFactory.Create(chain, execution);
        Assert.Equal(mode, deployed.Mode);
        Assert.Equal(PolicyFactory.Create(chain, unset) with { StartTokens = deployed.StartTokens }, deployed);
        ChainOptions defaults = new();
        Assert.Equal((defaults.Multicall, defaults.Vault, defaults.Client), (chain.Multicall, chain.Vault, chain.Client));
        Assert.Equal(Bind<KeyOptions>(new ConfigurationBuilder().Build(), KeyOptions.Section).OperatorSecrets, settings["Keys:OperatorSecrets"]);
    }

    private SortedSet<string> Deployed() =>
    [
        .. infrastructure.Parameters("functions").GetProperty("settings").GetProperty("value").EnumerateObject().Select(s => s.Name),
        .. ListSetting().Matches(infrastructure.Module("functions").GetRawText()).Select(m => m.Groups[1].Value.Replace("{0}", "*", StringComparison.Ordinal)),
    ];

    private static TOptions Bind<TOptions>(IConfiguration settings, string section)
        where TOptions : class, new()
    {
        TOptions options = new();
        settings.GetSection(section).Bind(options);
        if (typeof(TOptions) != typeof(KeyOptions) || settings.GetChildren().Any())
        {
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        }

        return options;
    }

    /// <summary>The settings as the app would see them, as far as the template alone says; an address where it does not.</summary>
    private IConfiguration Values(string preset)
    {
        Dictionary<string, string?> values = [];
        foreach (JsonProperty setting in infrastructure.Parameters("functions").GetProperty("settings").GetProperty("value").EnumerateObject())
        {
            values[setting.Name.Replace("__", ":", StringComparison.Ordinal)] = Evaluate(setting.Name, setting.Value.GetString()!, preset);
        }

        int index = 0;
        foreach (JsonElement factory in Parameter("factories").GetProperty("defaultValue").EnumerateArray())
        {
            foreach (JsonProperty field in factory.EnumerateObject())
            {
                values[$"Chain:Factories:{index}:{field.Name}"] = field.Value.ToString();
            }

            index++;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    private string Evaluate(string name, string value, string preset)
    {
        Match expression = Expression().Match(value);
        if (!expression.Success)
        {
            return value.StartsWith('[') ? $"https://{name}.invalid/" : value;
        }

        string source = expression.Groups["name"].Value;
        JsonElement? found = expression.Groups["kind"].Value == "variables" && source == "chosen"
            ? infrastructure.Template.GetProperty("variables").GetProperty("presets").GetProperty(preset)
            : Parameter(source).TryGetProperty("defaultValue", out JsonElement byDefault) ? byDefault : null;
        if (found is { } known)
        {
            return (expression.Groups["member"] is { Success: true } member ? known.GetProperty(member.Value) : known).ToString();
        }

        return name.EndsWith("Id", StringComparison.Ordinal) ? "1" : name.EndsWith("Url", StringComparison.Ordinal) ? "https://a.invalid/" : "0x" + new string('1', 40);
    }

    private JsonElement Parameter(string name) => infrastructure.Template.GetProperty("parameters").GetProperty(name);

    [GeneratedRegex(@"'(Chain__(?:Factories|Lenders)__\{0\}__\w+)'")]
    private static partial Regex ListSetting();

    [GeneratedRegex(@"^\[(string\()?(?<kind>parameters|variables)\('(?<name>\w+)'\)(\.(?<member>\w+))?\)?\]$")]
    private static partial Regex Expression();
}
