using System.Formats.Tar;
using System.IO.Compression;

namespace Arb.Devnet.Tooling;

/// <summary>
/// Fills an <see cref="ArtifactStore"/> from npm. Packages are packed, not installed: only single files of them are
/// wanted, and some cannot be installed because of dependencies on git hosts.
/// </summary>
internal sealed class ArtifactFetch(
    IReadOnlyList<ArtifactEntry> entries,
    ArtifactStore store,
    NpmClient npm,
    IProgress<SetupProgress>? progress)
{
    private const string Step = "artefacts";
    private const int PackagesAtOnce = 3;

    /// <summary>The entries whose file is absent or is not what the manifest says.</summary>
    /// <param name="entries">What should be there.</param>
    /// <param name="store">Where it should be.</param>
    /// <param name="progress">Told about corrupt files, by name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What has to be fetched.</returns>
    public static async Task<IReadOnlyList<ArtifactEntry>> FindMissingAsync(
        IReadOnlyList<ArtifactEntry> entries,
        ArtifactStore store,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        List<ArtifactEntry> missing = [];
        foreach (ArtifactEntry entry in entries)
        {
            string path = store.PathOf(entry);
            if (!File.Exists(path))
            {
                missing.Add(entry);
            }
            else if (await FileHash.OfAsync(path, cancellation) != entry.Sha512)
            {
                progress?.Report(new SetupProgress(Step, $"{path} is corrupt, fetching it anew"));
                missing.Add(entry);
            }
        }

        return missing;
    }

    /// <summary>Fetches what is missing; the caller holds the set-up lock.</summary>
    /// <param name="cancellation">Ends the downloads.</param>
    /// <returns>A task that ends when every entry's file is in the store.</returns>
    /// <exception cref="DevnetException">npm failed, or what it brought has another hash.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        // Silent about corruption: whoever looked before taking the lock has named it.
        IReadOnlyList<ArtifactEntry> missing = await FindMissingAsync(entries, store, null, cancellation);
        if (missing.Count == 0)
        {
            return;
        }

        Directory.CreateDirectory(store.Folder);
        List<IGrouping<string, ArtifactEntry>> packages =
            [.. missing.GroupBy(entry => $"{entry.Package}@{entry.Version}")];
        progress?.Report(new SetupProgress(
            Step, $"fetching {missing.Count} contracts from {packages.Count} npm packages (once)"));
        int done = 0;
        await Parallel.ForEachAsync(
            packages,
            new ParallelOptions { MaxDegreeOfParallelism = PackagesAtOnce, CancellationToken = cancellation },
            async (package, stop) =>
            {
                await FetchAsync(package.Key, [.. package], stop);
                progress?.Report(new SetupProgress(
                    Step, $"{package.Key} ({Interlocked.Increment(ref done)} of {packages.Count})"));
            });
    }

    private async Task FetchAsync(string package, ArtifactEntry[] wanted, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("arb-pack-").FullName;
        try
        {
            await npm.RunAsync(Step, ["pack", package, "--ignore-scripts"], folder, progress, cancellation);
            string tarball = Directory.GetFiles(folder, "*.tgz").Single();
            string integrity = await FileHash.OfAsync(tarball, cancellation);
            if (wanted.FirstOrDefault(entry => entry.Integrity != integrity) is { } wrong)
            {
                throw new DevnetException(
                    $"The npm registry's tarball of {package} has the hash {integrity}, but '{wrong.Name}' in "
                    + $"contracts/artifacts*.json expects {wrong.Integrity}. Do not use it; check which registry npm "
                    + "is set to ('npm config get registry'), run 'npm cache verify', and run again.");
            }

            await ExtractAsync(package, tarball, wanted, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task ExtractAsync(
        string package,
        string tarball,
        ArtifactEntry[] wanted,
        CancellationToken cancellation)
    {
        List<ArtifactEntry> left = [.. wanted];
        await using FileStream file = File.OpenRead(tarball);
        await using GZipStream unzipped = new(file, CompressionMode.Decompress);
        await using TarReader reader = new(unzipped);
        while (left.Count > 0
            && await reader.GetNextEntryAsync(copyData: false, cancellation) is { } member)
        {
            // The top folder is "package" by custom only.
            string path = member.Name[(member.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (left.RemoveAll(entry => entry.Path == path) == 0)
            {
                continue;
            }

            using MemoryStream content = new();
            if (member.DataStream is { } data)
            {
                await data.CopyToAsync(content, cancellation);
            }

            foreach (ArtifactEntry entry in wanted.Where(entry => entry.Path == path))
            {
                await StoreAsync(entry, content.ToArray(), cancellation);
            }
        }

        if (left.Count > 0)
        {
            throw new DevnetException(
                $"{package} has no file {left[0].Path}: correct '{left[0].Name}' in contracts/artifacts*.json.");
        }
    }

    private async Task StoreAsync(ArtifactEntry entry, byte[] content, CancellationToken cancellation)
    {
        string hash = FileHash.Of(content);
        if (hash != entry.Sha512)
        {
            throw new DevnetException(
                $"{entry.Path} of {entry.Package}@{entry.Version} has the hash {hash}, but '{entry.Name}' in "
                + $"contracts/artifacts*.json expects {entry.Sha512}. Correct the manifest.");
        }

        // Written beside its place and moved: a reader without the lock never sees half a file.
        string path = store.PathOf(entry);
        string partial = $"{path}.partial";
        await File.WriteAllBytesAsync(partial, content, cancellation);
        File.Move(partial, path, overwrite: true);
    }
}
