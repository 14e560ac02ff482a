using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Arb.Devnet.Tooling;

/// <summary>The real contracts' artefacts in the cache; every read checks the content against the manifest.</summary>
public sealed class ArtifactStore
{
    private readonly Dictionary<string, ArtifactEntry> _entries;

    /// <summary>Opens the store without touching any file.</summary>
    internal ArtifactStore(IEnumerable<ArtifactEntry> entries, string folder)
    {
        _entries = entries.ToDictionary(entry => entry.Name);
        Folder = folder;
    }

    /// <summary>Names that <see cref="Load"/> knows.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Where the files are.</summary>
    internal string Folder { get; }

    /// <summary>Reads one contract.</summary>
    /// <param name="name">Its name in <c>contracts/artifacts*.json</c>.</param>
    /// <returns>The contract.</returns>
    /// <exception cref="DevnetException">
    /// The name is unknown, or the file is missing, not what the manifest says, or without the fields it names.
    /// </exception>
    public ContractArtifact Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_entries.TryGetValue(name, out ArtifactEntry? entry))
        {
            throw new DevnetException(
                $"There is no contract '{name}' in contracts/artifacts*.json; it has {string.Join(", ", Names)}.");
        }

        string path = PathOf(entry);
        if (!File.Exists(path) || File.ReadAllBytes(path) is not { } content || FileHash.Of(content) != entry.Sha512)
        {
            throw new DevnetException(
                $"The cached artefact {path} is missing or corrupt. Run again: the set-up then fetches it anew.");
        }

        string text = Encoding.UTF8.GetString(content);
        return entry.Format == "js" ? ReadSource(entry, text) : ReadJson(entry, text);
    }

    /// <summary>Where an entry's file belongs.</summary>
    internal string PathOf(ArtifactEntry entry) => Path.Combine(Folder, entry.CacheFileName);

    /// <summary>Decodes the bytecode field of an artefact.</summary>
    internal static byte[] DecodeBytecode(string name, string? text)
    {
        ReadOnlySpan<char> digits = text.AsSpan();
        if (digits.StartsWith("0x"))
        {
            digits = digits[2..];
        }

        try
        {
            byte[] code = Convert.FromHexString(digits);
            return code.Length > 0
                ? code
                : throw new DevnetException($"The artefact of '{name}' has no bytecode: name another file or field.");
        }
        catch (FormatException e)
        {
            throw new DevnetException(
                $"The bytecode of '{name}' is not hexadecimal: it may need libraries linked, which is not supported.",
                e);
        }
    }

    private static ContractArtifact ReadJson(ArtifactEntry entry, string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return new ContractArtifact(
            entry.Name,
            entry.AbiField is { } abi ? Field(entry, document.RootElement, abi).GetRawText() : null,
            DecodeBytecode(entry.Name, Field(entry, document.RootElement, entry.BytecodeField).GetString()));
    }

    private static ContractArtifact ReadSource(ArtifactEntry entry, string text)
    {
        Match match = Regex.Match(
            text, $@"\b{Regex.Escape(entry.BytecodeField)}\s*=\s*['""`](?<code>0x[0-9a-fA-F]+)['""`]");
        return match.Success
            ? new ContractArtifact(entry.Name, null, DecodeBytecode(entry.Name, match.Groups["code"].Value))
            : throw MissingField(entry, entry.BytecodeField);
    }

    private static JsonElement Field(ArtifactEntry entry, JsonElement element, string path)
    {
        foreach (string part in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
            {
                throw MissingField(entry, path);
            }
        }

        return element;
    }

    private static DevnetException MissingField(ArtifactEntry entry, string field) =>
        new($"{entry.Path} of {entry.Package}@{entry.Version} has no '{field}': correct '{entry.Name}' in "
            + "contracts/artifacts*.json.");
}
