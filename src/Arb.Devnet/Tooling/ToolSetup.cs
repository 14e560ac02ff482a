namespace Arb.Devnet.Tooling;

/// <summary>
/// Puts everything a devnet needs on a machine that has only the .NET SDK and Node: packages from npm, the real
/// contracts' artefacts, our own contracts compiled. What is there already costs milliseconds and no lock.
/// </summary>
public static class ToolSetup
{
    /// <summary>Makes sure of everything.</summary>
    /// <param name="options">Where to read and where to put.</param>
    /// <param name="progress">Told what is missing and being fetched; may be called from several threads.</param>
    /// <param name="cancellation">Gives up and leaves nothing half done.</param>
    /// <returns>The tools.</returns>
    /// <exception cref="DevnetException">
    /// Node or npm is missing or too old, npm failed, a download is not what the manifest says, or our contracts do
    /// not compile.
    /// </exception>
    public static Task<ToolSet> EnsureAsync(
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation) => EnsureAsync(ContractSet.Devnet, options, progress, cancellation);

    /// <summary>
    /// Makes sure of what holds the pool models against their bytecode: the same programs, the real pools of every family,
    /// and the contracts of <c>contracts/harness</c>. The devnet needs none of it.
    /// </summary>
    /// <param name="options">Where to read and where to put.</param>
    /// <param name="progress">Told what is missing and being fetched; may be called from several threads.</param>
    /// <param name="cancellation">Gives up and leaves nothing half done.</param>
    /// <returns>The tools; its contracts are those of the harness and the devnet's token.</returns>
    /// <exception cref="DevnetException">As for the devnet's tools.</exception>
    public static Task<ToolSet> EnsureHarnessAsync(
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation) => EnsureAsync(ContractSet.Harness, options, progress, cancellation);

    private static async Task<ToolSet> EnsureAsync(
        ContractSet set,
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        NodeRuntime node = await NodeRuntime.FindAsync(options.SearchPath, cancellation);
        NpmFolder folder = new(NpmTools.Spec(options.RepositoryRoot), options);
        NpmTools tools = new(node, folder.Path);
        IReadOnlyList<ArtifactEntry> entries = ArtifactManifest.Load(options.RepositoryRoot, set);
        ArtifactStore artifacts = OpenStore(options, entries);

        bool complete = folder.IsComplete;
        complete &= (await ArtifactFetch.FindMissingAsync(entries, artifacts, progress, cancellation)).Count == 0;
        if (!complete || !CompiledContracts.At(options, tools, set).IsIntact)
        {
            using SetupLock held =
                await SetupLock.AcquireAsync(options.Cache, progress, options.Time, cancellation);
            NpmClient npm = new(node, options.Time);
            ArtifactFetch fetch = new(entries, artifacts, npm, progress);
            Func<CancellationToken, Task>[] steps =
            [
                async stop =>
                {
                    await InstallIfMissingAsync(folder, npm, progress, stop);
                    CompiledContracts contracts = CompiledContracts.At(options, tools, set);
                    if (!contracts.IsIntact)
                    {
                        await contracts.CompileAsync(options, tools, progress, stop);
                    }
                },
                fetch.EnsureAsync,
            ];
            // The first failure cancels the other step and is the one that is thrown.
            await Parallel.ForEachAsync(
                steps,
                new ParallelOptions { MaxDegreeOfParallelism = steps.Length, CancellationToken = cancellation },
                async (step, stop) => await step(stop));
        }

        return new ToolSet(tools, artifacts, CompiledContracts.At(options, tools, set));
    }

    /// <summary>Makes sure of the real contracts only.</summary>
    /// <param name="options">Where to read and where to put.</param>
    /// <param name="progress">Told what is missing or corrupt and being fetched.</param>
    /// <param name="cancellation">Gives up and leaves nothing half done.</param>
    /// <returns>The contracts.</returns>
    /// <exception cref="DevnetException">
    /// Node or npm is missing or too old, npm failed, or a download is not what the manifest says.
    /// </exception>
    public static async Task<ArtifactStore> EnsureArtifactsAsync(
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<ArtifactEntry> entries = ArtifactManifest.Load(options.RepositoryRoot);
        ArtifactStore artifacts = OpenStore(options, entries);
        if ((await ArtifactFetch.FindMissingAsync(entries, artifacts, progress, cancellation)).Count > 0)
        {
            NodeRuntime node = await NodeRuntime.FindAsync(options.SearchPath, cancellation);
            using SetupLock held =
                await SetupLock.AcquireAsync(options.Cache, progress, options.Time, cancellation);
            NpmClient npm = new(node, options.Time);
            await new ArtifactFetch(entries, artifacts, npm, progress).EnsureAsync(cancellation);
        }

        return artifacts;
    }

    /// <summary>Makes sure of the programs from npm only: anvil, Azurite and solc.</summary>
    /// <param name="options">Where to read and where to put.</param>
    /// <param name="progress">Told what is missing and being fetched; may be called from several threads.</param>
    /// <param name="cancellation">Gives up and leaves nothing half done.</param>
    /// <returns>The tools.</returns>
    /// <exception cref="DevnetException">Node or npm is missing or too old, or npm failed.</exception>
    public static async Task<NpmTools> EnsureNpmToolsAsync(
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        NodeRuntime node = await NodeRuntime.FindAsync(options.SearchPath, cancellation);
        NpmFolderSpec spec = NpmTools.Spec(options.RepositoryRoot);
        return new NpmTools(node, await EnsureNpmFolderAsync(spec, node, options, progress, cancellation));
    }

    /// <summary>Makes sure of another set of npm packages, for example the clients that only tests need.</summary>
    /// <param name="spec">The packages.</param>
    /// <param name="options">Where to put them.</param>
    /// <param name="progress">Told what is being fetched.</param>
    /// <param name="cancellation">Gives up and leaves nothing half done.</param>
    /// <returns>Absolute path of the folder that holds <c>node_modules</c>; read only.</returns>
    /// <exception cref="DevnetException">Node or npm is missing or too old, or npm failed.</exception>
    public static async Task<string> EnsureNpmFolderAsync(
        NpmFolderSpec spec,
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        NodeRuntime node = await NodeRuntime.FindAsync(options.SearchPath, cancellation);
        return await EnsureNpmFolderAsync(spec, node, options, progress, cancellation);
    }

    private static ArtifactStore OpenStore(ToolSetupOptions options, IReadOnlyList<ArtifactEntry> entries) =>
        new(entries, Path.Combine(options.Cache, "artifacts"));

    private static async Task<string> EnsureNpmFolderAsync(
        NpmFolderSpec spec,
        NodeRuntime node,
        ToolSetupOptions options,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        NpmFolder folder = new(spec, options);
        if (!folder.IsComplete)
        {
            using SetupLock held =
                await SetupLock.AcquireAsync(options.Cache, progress, options.Time, cancellation);
            await InstallIfMissingAsync(folder, new NpmClient(node, options.Time), progress, cancellation);
        }

        return folder.Path;
    }

    private static async Task InstallIfMissingAsync(
        NpmFolder folder,
        NpmClient npm,
        IProgress<SetupProgress>? progress,
        CancellationToken cancellation)
    {
        if (!folder.IsComplete)
        {
            await folder.InstallAsync(npm, progress, cancellation);
        }
    }
}
