using System.Reflection;
using Arb.Devnet;
using Arb.Devnet.Tooling;

namespace Arb.Cli.App;

/// <summary>Finds the programs the CLI starts: built beside it, in the same configuration and mode.</summary>
internal static class Executables
{
    /// <summary>Arguments for <c>dotnet</c> that start a project of this repository.</summary>
    /// <exception cref="DevnetException">It was not built.</exception>
    public static string Dll(string project)
    {
        // …/src/Arb.Cli/bin/<mode>/<configuration>/<framework>/ has the same tail for every project.
        string tail = Path.GetRelativePath(Path.Combine(RepositoryRoot.Find(), "src", "Arb.Cli"), AppContext.BaseDirectory);
        string dll = Path.Combine(RepositoryRoot.Find(), "src", project, tail, $"{project}.dll");
        return File.Exists(dll)
            ? dll
            : throw new DevnetException($"{project} is not built ({dll} is missing). Build the solution: dotnet build");
    }

    /// <summary>The <c>dotnet</c> this process runs under, so that a child never finds another one.</summary>
    public static string DotNet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host) ? host
        : Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self
        : FromRuntimeFolder() ?? "dotnet";

    private static string? FromRuntimeFolder()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/System.Private.CoreLib.dll
        string runtime = Path.GetDirectoryName(typeof(object).GetTypeInfo().Assembly.Location) ?? string.Empty;
        string candidate = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(candidate) ? candidate : null;
    }
}
