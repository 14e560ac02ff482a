namespace Arb.Devnet.Tooling;

/// <summary>Where the set-up reads its manifests and keeps what it fetched.</summary>
public sealed record ToolSetupOptions
{
    /// <summary>Options for the clone the running program was built from.</summary>
    /// <returns>The options.</returns>
    /// <exception cref="DevnetException">The program does not run from inside a clone.</exception>
    public static ToolSetupOptions ForThisClone() => new() { RepositoryRoot = Tooling.RepositoryRoot.Find() };

    /// <summary>Folder of <c>package.json</c>, its lock file and <c>contracts/</c>.</summary>
    public required string RepositoryRoot { get; init; }

    /// <summary>Where downloads are kept; <c>.cache</c> in the repository when <see langword="null"/>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Where node and npm are looked for; the PATH when <see langword="null"/>.</summary>
    public string? SearchPath { get; init; }

    /// <summary>Clock of waits and retries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The folder that is really used for downloads.</summary>
    internal string Cache => CacheFolder ?? Path.Combine(RepositoryRoot, ".cache");
}
