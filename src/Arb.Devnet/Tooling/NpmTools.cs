using System.Runtime.InteropServices;

namespace Arb.Devnet.Tooling;

/// <summary>The programs that come from npm, installed and checked.</summary>
/// <param name="Node">Node itself.</param>
/// <param name="Folder">The installation; read only.</param>
public sealed record NpmTools(NodeRuntime Node, string Folder)
{
    private const string Azurite = "node_modules/azurite/dist/src/azurite.js";
    private const string Solc = "node_modules/solc";

    /// <summary>Absolute path of node.</summary>
    public string NodePath => Node.NodePath;

    /// <summary>Absolute path of the anvil binary, not of npm's wrapper, which would swallow signals.</summary>
    public string AnvilPath => Path.Combine(Folder, AnvilBinary());

    /// <summary>Absolute path of the script that node runs as Azurite.</summary>
    public string AzuriteScript => Path.Combine(Folder, Azurite);

    /// <summary>Absolute path of the solc module.</summary>
    public string SolcFolder => Path.Combine(Folder, Solc);

    /// <summary>The packages these tools come from.</summary>
    internal static NpmFolderSpec Spec(string repositoryRoot) =>
        new("tools", repositoryRoot, [AnvilBinary(), Azurite, $"{Solc}/soljson.js"]);

    private static string AnvilBinary()
    {
        string system = OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "win32" : "linux";
        string architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        string program = OperatingSystem.IsWindows() ? "anvil.exe" : "anvil";
        return $"node_modules/@foundry-rs/anvil-{system}-{architecture}/bin/{program}";
    }
}
