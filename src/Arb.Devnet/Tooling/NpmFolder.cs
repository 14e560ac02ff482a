using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Arb.Devnet.Tooling;

/// <summary>
/// An npm installation named by the content of its manifests, made beside its place and moved there when it is
/// complete. It is never changed afterwards, so readers need no lock; the hashes of what is run from it are noted then,
/// and a file that differs from them later has it made anew.
/// </summary>
internal sealed class NpmFolder
{
    private const string HashesFile = ".expected.sha512";

    private static readonly string[] Manifests = ["package.json", "package-lock.json", ".npmrc"];

    private readonly NpmFolderSpec _spec;
    private readonly string _parent;

    /// <summary>Reads the manifests and so knows the folder's name.</summary>
    /// <param name="spec">The packages.</param>
    /// <param name="options">Where the cache is, and the <c>.npmrc</c> that all share.</param>
    /// <exception cref="DevnetException">A manifest is missing.</exception>
    public NpmFolder(NpmFolderSpec spec, ToolSetupOptions options)
    {
        _spec = spec;
        _parent = System.IO.Path.Combine(options.Cache, "npm");
        Sources = [.. Manifests.Select(name => System.IO.Path.Combine(
            name == ".npmrc" ? options.RepositoryRoot : spec.ManifestFolder, name))];
        Path = System.IO.Path.Combine(_parent, $"{spec.Name}-{Key()}");
    }

    /// <summary>Where the packages are, once <see cref="IsComplete"/>.</summary>
    public string Path { get; }

    /// <summary>Whether nothing needs to be done.</summary>
    public bool IsComplete => Fault() is null;

    private string[] Sources { get; }

    /// <summary>Installs; the caller holds the set-up lock.</summary>
    /// <param name="npm">Runs npm.</param>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellation">Ends npm and leaves no folder.</param>
    /// <returns>A task that ends when the folder is complete.</returns>
    /// <exception cref="DevnetException">npm failed, or did not install an expected file.</exception>
    public async Task InstallAsync(NpmClient npm, IProgress<SetupProgress>? progress, CancellationToken cancellation)
    {
        string step = $"npm {_spec.Name}";
        // Named after the process: the npm of a killed holder may still write to its folder for a moment.
        string partial = string.Create(CultureInfo.InvariantCulture, $"{Path}.partial-{Environment.ProcessId}");
        RemoveLeftovers(step, progress);
        Directory.CreateDirectory(partial);
        try
        {
            foreach (string source in Sources)
            {
                File.Copy(source, System.IO.Path.Combine(partial, System.IO.Path.GetFileName(source)));
            }

            progress?.Report(new SetupProgress(step, "installing packages (once)"));
            await npm.RunAsync(step, ["ci", "--ignore-scripts", "--omit=dev"], partial, progress, cancellation);
            if (Missing(partial) is { } missing)
            {
                throw new DevnetException(
                    $"npm installed {_spec.Name} without {missing}: there may be no build of it for this system "
                    + $"({Platform}). there are builds for Linux and macOS on x64 and arm64.");
            }

            await NoteHashesAsync(partial, cancellation);
            Directory.Move(partial, Path);
            progress?.Report(new SetupProgress(step, "installed"));
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    private static string Platform => RuntimeInformation.RuntimeIdentifier;

    private string Key()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Packages hold binaries, and a clone may be shared between systems (a container's mount).
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Platform));
        foreach (string source in Sources)
        {
            if (!File.Exists(source))
            {
                throw new DevnetException(
                    $"{source} is missing, so the packages of '{_spec.Name}' are unknown. "
                    + "Restore it ('git checkout') and run again.");
            }

            hash.AppendData(SHA256.HashData(File.ReadAllBytes(source)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private async Task NoteHashesAsync(string folder, CancellationToken cancellation)
    {
        List<string> hashes = [];
        foreach (string path in _spec.Expected)
        {
            hashes.Add(await FileHash.OfAsync(System.IO.Path.Combine(folder, path), cancellation));
        }

        await File.WriteAllLinesAsync(System.IO.Path.Combine(folder, HashesFile), hashes, cancellation);
    }

    /// <summary>Why the folder cannot be used as it is, or null.</summary>
    private string? Fault()
    {
        if (Missing(Path) is { } missing)
        {
            return $"it lacks {missing}";
        }

        string noted = System.IO.Path.Combine(Path, HashesFile);
        string[] hashes = File.Exists(noted) ? File.ReadAllLines(noted) : [];
        for (int i = 0; i < _spec.Expected.Count; i++)
        {
            using FileStream file = File.OpenRead(System.IO.Path.Combine(Path, _spec.Expected[i]));
            if (i >= hashes.Length || FileHash.Of(file) != hashes[i])
            {
                return $"{_spec.Expected[i]} is corrupt";
            }
        }

        return null;
    }

    private string? Missing(string folder) =>
        _spec.Expected.FirstOrDefault(path => !File.Exists(System.IO.Path.Combine(folder, path)));

    private void RemoveLeftovers(string step, IProgress<SetupProgress>? progress)
    {
        Directory.CreateDirectory(_parent);
        List<string> leftovers = [.. Directory.EnumerateDirectories(_parent, $"{_spec.Name}-*.partial-*")];
        if (Directory.Exists(Path))
        {
            leftovers.Add(Path);
            progress?.Report(new SetupProgress(step, $"{Path}: {Fault()}, installing it anew"));
        }

        foreach (string folder in leftovers)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException e) when (folder != Path)
            {
                progress?.Report(new SetupProgress(step, $"left {folder} for the next set-up ({e.Message})"));
            }
        }
    }
}
