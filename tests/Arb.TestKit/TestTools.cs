using Arb.Devnet.Tooling;
using Xunit;

namespace Arb.TestKit;

/// <summary>What tests need from npm, set up on first use and shared by all fixtures of a process.</summary>
public static class TestTools
{
    private static readonly IProgress<SetupProgress> Progress = new DiagnosticProgress();

    private static readonly Lazy<Task<NpmTools>> Npm = new(() =>
        ToolSetup.EnsureNpmToolsAsync(ToolSetupOptions.ForThisClone(), Progress, CancellationToken.None));

    private static readonly Lazy<Task<ToolSet>> All = new(() =>
        ToolSetup.EnsureAsync(ToolSetupOptions.ForThisClone(), Progress, CancellationToken.None));

    private static readonly Lazy<Task<ToolSet>> Harness = new(() =>
        ToolSetup.EnsureHarnessAsync(ToolSetupOptions.ForThisClone(), Progress, CancellationToken.None));

    private static readonly Lazy<Task<string>> Clients = new(() =>
    {
        ToolSetupOptions options = ToolSetupOptions.ForThisClone();
        NpmFolderSpec spec = new(
            "test-clients",
            Path.Combine(options.RepositoryRoot, "tests"),
            ["node_modules/@flashbots/ethers-provider-bundle/package.json", "node_modules/ethers/package.json"]);
        return ToolSetup.EnsureNpmFolderAsync(spec, options, Progress, CancellationToken.None);
    });

    /// <summary>anvil, Azurite and solc; enough for chains without contracts and for storage.</summary>
    public static Task<NpmTools> NpmAsync() => Npm.Value;

    /// <summary>The same with the real contracts and our own, compiled.</summary>
    public static Task<ToolSet> AllAsync() => All.Value;

    /// <summary>The real pools of every family and the contracts that quote them (<c>contracts/harness</c>).</summary>
    public static Task<ToolSet> HarnessAsync() => Harness.Value;

    /// <summary>Folder whose <c>node_modules</c> holds other people's clients (<c>tests/package.json</c>).</summary>
    public static Task<string> ClientsFolderAsync() => Clients.Value;

    /// <summary>Shows the set-up's progress among the test run's diagnostic messages.</summary>
    private sealed class DiagnosticProgress : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => TestContext.Current.SendDiagnosticMessage("{0}", value);
    }
}
