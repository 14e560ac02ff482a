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
    private readonly ContractSet _set;

    private CompiledContracts(string path, ContractSet set)
    {
        _path = path;
        _set = set;
    }

    /// <summary>Contracts the file holds.</summary>
    /// <exception cref="DevnetException">The file is missing or corrupt.</exception>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            using JsonDocument document = Read();
            return [.. Contracts(document).EnumerateObject().Select(property => property.Name)];
        }
    }

    /// <summary>Reads one contract.</summary>
    /// <param name="name">Its name in its source, for example <c>ArbExecutor</c>.</param>
    /// <returns>The contract.</returns>
    /// <exception cref="DevnetException">The file is missing or corrupt, or does not hold the contract.</exception>
    public ContractArtifact Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using JsonDocument document = Read();
        JsonElement contracts = Contracts(document);
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
    /// <param name="set">Which of them.</param>
    internal static CompiledContracts At(ToolSetupOptions options, NpmTools tools, ContractSet set)
    {
        string folder = Path.Combine(options.RepositoryRoot, "contracts");
        List<string> inputs =
        [
            Path.Combine(folder, "compile.mjs"),
            Path.Combine(folder, "foundry.toml"),
            Path.Combine(tools.SolcFolder, "package.json"),
        ];
        foreach (string sources in set.Folders)
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

        // The set's folders are part of the hash through the names of its sources.
        string key = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new CompiledContracts(Path.Combine(options.Cache, "contracts", $"{key}.json"), set);
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
            Step, File.Exists(_path) ? $"{_path} is corrupt, compiling anew" : $"compiling {_set.Name} (once)"));
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await using ChildProcess compiler = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "the contract compiler",
                FileName = tools.NodePath,
                Arguments =
                [
                    Path.Combine(options.RepositoryRoot, "contracts", "compile.mjs"),
                    "--solc", tools.SolcFolder, "--out", _path, "--set", _set.Name,
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

    private JsonDocument Read() => ReadIntact() is { } content
        ? JsonDocument.Parse(content)
        : throw new DevnetException(
            $"The compiled contracts {_path} are missing or corrupt. Run again: the set-up then makes them anew.");

    private static JsonElement Contracts(JsonDocument document) => document.RootElement.GetProperty("contracts");

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
