using System.Diagnostics;

namespace Arb.Devnet.Tooling;

/// <summary>Node and npm as found on the search path.</summary>
/// <param name="NodePath">Absolute path of node.</param>
/// <param name="NpmPath">Absolute path of npm.</param>
/// <param name="Version">Node's version, for example <c>20.20.2</c>.</param>
public sealed record NodeRuntime(string NodePath, string NpmPath, Version Version)
{
    /// <summary>Node's name where the search path decides.</summary>
    internal const string DefaultCommand = "node";

    private const int MajorVersionMin = 20;

    private const string Remedy =
        "install it with npm (https://nodejs.org/en/download), make sure that 'node --version' works, and run again.";

    /// <summary>Finds node and npm and asks node for its version.</summary>
    /// <param name="searchPath">Folders to look in, separated as in PATH; PATH itself when null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DevnetException">One of them is missing, or node is too old or does not answer.</exception>
    public static async Task<NodeRuntime> FindAsync(string? searchPath, CancellationToken cancellation)
    {
        searchPath ??= Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        string node = Find(searchPath, OperatingSystem.IsWindows() ? "node.exe" : DefaultCommand)
            ?? throw new DevnetException($"Node.js 20 or newer is needed, but there is no 'node' on the PATH: {Remedy}");
        string npm = Find(searchPath, OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
            ?? throw new DevnetException(
                $"Node.js 20 or newer is needed with npm, but there is no 'npm' on the PATH: {Remedy}");

        string answer = await AskVersionAsync(node, cancellation);
        if (!Version.TryParse(answer.TrimStart('v'), out Version? version))
        {
            throw new DevnetException(
                $"Node.js 20 or newer is needed, but '{node} --version' answered '{answer}': {Remedy}");
        }

        return version.Major >= MajorVersionMin
            ? new NodeRuntime(node, npm, version)
            : throw new DevnetException($"Node.js 20 or newer is needed, but {node} is version {version}: {Remedy}");
    }

    /// <summary>How to run npm: through its script where the command itself is a batch file.</summary>
    /// <returns>The program and the arguments that go before npm's own.</returns>
    internal (string FileName, string[] Prefix) NpmCommand() =>
        OperatingSystem.IsWindows()
            ? (NodePath, [Path.Combine(Path.GetDirectoryName(NpmPath)!, "node_modules", "npm", "bin", "npm-cli.js")])
            : (NpmPath, []);

    private static string? Find(string searchPath, string name)
    {
        foreach (string folder in searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.GetFullPath(Path.Combine(folder, name));
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static async Task<string> AskVersionAsync(string node, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(node, ["--version"]) { RedirectStandardOutput = true, CreateNoWindow = true };
        try
        {
            using Process process = Process.Start(start)!;
            string answer = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return answer.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new DevnetException(
                $"{node} does not start ({e.Message}): {Remedy}", e);
        }
    }
}
