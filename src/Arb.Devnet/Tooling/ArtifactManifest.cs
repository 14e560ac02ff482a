using System.Text.Json;

namespace Arb.Devnet.Tooling;

/// <summary>One real contract as <c>contracts/artifacts.json</c> names it.</summary>
/// <param name="Name">Unique name, for example <c>UniswapV2Factory</c>.</param>
/// <param name="Package">npm package that publishes it.</param>
/// <param name="Version">Exact version of the package.</param>
/// <param name="Integrity">npm's hash of the tarball, as <c>sha512-</c> and base64.</param>
/// <param name="Path">File in the tarball, below its top folder.</param>
/// <param name="Sha512">Hash of that file, as <c>sha512-</c> and base64.</param>
/// <param name="Format"><c>json</c>, or <c>js</c> for a source that assigns the bytecode to a name.</param>
/// <param name="BytecodeField">Dotted path of the creation bytecode, or the name it is assigned to.</param>
/// <param name="AbiField">Dotted path of the ABI; <see langword="null"/> when the file has none.</param>
internal sealed record ArtifactEntry(
    string Name,
    string Package,
    string Version,
    string Integrity,
    string Path,
    string Sha512,
    string Format,
    string BytecodeField,
    string? AbiField = null)
{
    /// <summary>Name of the file in the cache: it changes with the content that is wanted.</summary>
    public string CacheFileName =>
        $"{Name}-{Convert.ToHexStringLower(Convert.FromBase64String(Sha512[FileHash.Prefix.Length..]))[..16]}"
        + (Format == "js" ? ".js" : ".json");
}

/// <summary>The committed list of real contracts, each pinned by hashes.</summary>
internal static class ArtifactManifest
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads and checks the devnet's manifest.</summary>
    /// <param name="repositoryRoot">The clone.</param>
    /// <returns>Its entries.</returns>
    /// <exception cref="DevnetException">The manifest is missing or wrong.</exception>
    public static IReadOnlyList<ArtifactEntry> Load(string repositoryRoot) => Load(repositoryRoot, ContractSet.Devnet);

    /// <summary>Reads and checks the manifests of a set.</summary>
    /// <param name="repositoryRoot">The clone.</param>
    /// <param name="set">The set.</param>
    /// <returns>Their entries.</returns>
    /// <exception cref="DevnetException">A manifest is missing or wrong, or two name the same contract.</exception>
    public static IReadOnlyList<ArtifactEntry> Load(string repositoryRoot, ContractSet set)
    {
        List<ArtifactEntry> entries = [];
        foreach (string manifest in set.Manifests)
        {
            foreach (ArtifactEntry entry in Load(System.IO.Path.Combine(repositoryRoot, "contracts"), manifest))
            {
                if (entries.Exists(other => other.Name == entry.Name))
                {
                    throw new DevnetException(
                        $"'{entry.Name}' in contracts/{manifest} is named in another manifest already: rename it.");
                }

                entries.Add(entry);
            }
        }

        return entries;
    }

    private static IReadOnlyList<ArtifactEntry> Load(string folder, string manifest)
    {
        string path = System.IO.Path.Combine(folder, manifest);
        try
        {
            using FileStream stream = File.OpenRead(path);
            Content content = JsonSerializer.Deserialize<Content>(stream, Options)
                ?? throw new JsonException("it is empty");
            Check(content.Artifacts);
            return content.Artifacts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DevnetException(
                $"Cannot use {path}: {e.Message.TrimEnd('.')}. Restore it ('git checkout') and run again.", e);
        }
    }

    private static void Check(IReadOnlyList<ArtifactEntry> entries)
    {
        HashSet<string> names = [];
        foreach (ArtifactEntry entry in entries)
        {
            string? fault =
                !names.Add(entry.Name) ? "is listed twice"
                : entry.Format is not ("json" or "js") ? $"has the unknown format '{entry.Format}'"
                : !FileHash.IsWellFormed(entry.Integrity) ? $"has the malformed integrity '{entry.Integrity}'"
                : !FileHash.IsWellFormed(entry.Sha512) ? $"has the malformed sha512 '{entry.Sha512}'"
                : null;
            if (fault is not null)
            {
                throw new JsonException($"'{entry.Name}' {fault}");
            }
        }
    }

    private sealed record Content(IReadOnlyList<ArtifactEntry> Artifacts);
}
