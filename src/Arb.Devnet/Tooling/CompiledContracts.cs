using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Arb.Devnet.Processes;

namespace Arb.Devnet.Tooling;

/// <summary>
/// The contracts of this repository, compiled. The file is named by the hash of sources, settings and compiler, and
/// a second file beside it holds the hash of its content, so that a corrupt one is seen and made again.
/// </summary>
public sealed class CompiledContracts
{
    private const string Step = "contracts";

    private readonly string _path;

    private CompiledContracts(string path)
    {
        _path = path;
    }

    /// <summary>Reads one contract.</summary>
    /// <param name="name">Its name in its source, for example <c>ArbExecutor</c>.</param>
    /// <returns>The contract.</returns>
    /// <exception cref="DevnetException">The file is missing or corrupt, or does not hold the contract.</exception>
    public ContractArtifact Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (ReadIntact() is not { } content)
        {
            throw new DevnetException(
                $"The compiled contracts {_path} are missing or corrupt. Run again: the set-up then makes them anew.");
        }

        using JsonDocument document = JsonDocument.Parse(content);
        JsonElement contracts = document.RootElement.GetProperty("contracts");
        if (!contracts.TryGetProperty(name, out JsonElement contract))
        {
            throw new DevnetException(
                $"There is no contract '{name}' among the compiled ones; contracts/compile.mjs publishes "
                + $"{string.Join(", ", contracts.EnumerateObject().Select(property => property.Name))}.");
        }

        return new ContractArtifact(
            name,
            contract.GetProperty("abi").GetRawText(),
            ArtifactStore.DecodeBytecode(name, contract.GetProperty("bytecode").GetString()));
    }

    /// <summary>Knows where the contracts of a clone belong, compiled or not.</summary>
    /// <param name="options">The clone and its cache.</param>
    /// <param name="tools">The compiler; it must be installed.</param>
    internal static CompiledContracts At(ToolSetupOptions options, NpmTools tools)
    {
        string folder = Path.Combine(options.RepositoryRoot, "contracts");
        List<string> inputs =
        [
            Path.Combine(folder, "compile.mjs"),
            Path.Combine(folder, "foundry.toml"),
            Path.Combine(tools.SolcFolder, "package.json"),
        ];
        foreach (string sources in (string[])["devnet", "src"])
        {
            string path = Path.Combine(folder, sources);
            if (Directory.Exists(path))
            {
                inputs.AddRange(Directory.EnumerateFiles(path, "*.sol", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal));
            }
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string input in inputs)
        {
            if (!File.Exists(input))
            {
                throw new DevnetException($"{input} is missing. Restore it ('git checkout') and run again.");
            }

            string name = input.StartsWith(folder, StringComparison.Ordinal) ? input[folder.Length..] : "solc";
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name.Replace('\\', '/'))));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(input)));
        }

        string key = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new CompiledContracts(Path.Combine(options.Cache, "contracts", $"{key}.json"));
    }

    /// <summary>Whether nothing needs to be done.</summary>
    internal bool IsIntact => ReadIntact() is not null;

    private string HashPath => $"{_path}.sha512";

    /// <summary>Compiles; the caller holds the set-up lock.</summary>
    /// <exception cref="DevnetException">The compiler refused the sources.</exception>
    internal async Task CompileAsync(
        ToolSetupOptions options,
        NpmTools tools,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        progress?.Report(new SetupProgress(
            Step, File.Exists(_path) ? $"{_path} is corrupt, compiling anew" : "compiling (once)"));
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await using ChildProcess compiler = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "the contract compiler",
                FileName = tools.NodePath,
                Arguments =
                [
                    Path.Combine(options.RepositoryRoot, "contracts", "compile.mjs"),
                    "--solc", tools.SolcFolder, "--out", _path,
                ],
                NodePath = tools.NodePath,
                TerminateAfter = TimeSpan.Zero,
            },
            cancellation);
        int exitCode = await compiler.Exited.WaitAsync(cancellation);
        if (exitCode != 0 || !File.Exists(_path))
        {
            throw new DevnetException(
                $"The contracts do not compile (exit code {exitCode}):\n{compiler.DescribeOutput(40)}\n"
                + "Correct the sources in contracts/ and run again.");
        }

        await File.WriteAllTextAsync(HashPath, await FileHash.OfAsync(_path, cancellation), cancellation);
        progress?.Report(new SetupProgress(Step, "compiled"));
    }

    private byte[]? ReadIntact()
    {
        if (!File.Exists(_path) || !File.Exists(HashPath))
        {
            return null;
        }

        byte[] content = File.ReadAllBytes(_path);
        return FileHash.Of(content) == File.ReadAllText(HashPath) ? content : null;
    }
}
