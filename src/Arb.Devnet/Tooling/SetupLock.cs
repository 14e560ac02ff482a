namespace Arb.Devnet.Tooling;

/// <summary>
/// Lets one process at a time fill the cache. The operating system holds the lock for the open file, so a killed
/// holder releases it.
/// </summary>
internal sealed class SetupLock : IDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _file;

    private SetupLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Waits for the lock, as long as it takes: a set-up downloads, and its holder shows progress.</summary>
    /// <param name="cacheFolder">The folder that is locked; created when absent.</param>
    /// <param name="progress">Told once if there is something to wait for.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The lock; dispose it to release.</returns>
    public static async Task<SetupLock> AcquireAsync(
        string cacheFolder,
        IProgress<SetupProgress>? progress,
        TimeProvider time,
        CancellationToken cancellation)
    {
        string path = Path.Combine(cacheFolder, "setup.lock");
        try
        {
            Directory.CreateDirectory(cacheFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DevnetException($"Cannot create {cacheFolder} ({e.Message}). Make it writable and run again.", e);
        }

        for (bool told = false; ; told = true)
        {
            try
            {
                return new SetupLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException e)
            {
                throw new DevnetException($"Cannot write {path} ({e.Message}). Make it writable and run again.", e);
            }
            catch (IOException)
            {
                if (!told)
                {
                    progress?.Report(new SetupProgress("set-up", $"waiting for another one that holds {path}"));
                }
            }

            await Task.Delay(RetryEvery, time, cancellation);
        }
    }

    /// <summary>Releases the lock; the file stays, since deleting it would let two hold different files.</summary>
    public void Dispose() => _file.Dispose();
}
