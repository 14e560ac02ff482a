namespace Arb.Devnet.Processes;

/// <summary>
/// Cancels a token when the process that started this one is gone, which a SIGKILL would otherwise hide: the kernel
/// then gives this process another parent, and no signal says so.
/// </summary>
/// <remarks>On Windows there is no such change to see; the token is then never cancelled.</remarks>
public sealed class ParentWatch : IAsyncDisposable
{
    /// <summary>How often the parent is looked at.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _parentGone = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _polling;

    private ParentWatch(Func<int?> parentProcessId, TimeProvider time)
    {
        _polling = PollAsync(parentProcessId, time);
    }

    /// <summary>Cancelled within a quarter of a second of the parent's end.</summary>
    public CancellationToken ParentGone => _parentGone.Token;

    /// <summary>Starts to watch the present parent.</summary>
    /// <param name="time">Clock of the polling.</param>
    /// <returns>The watch; dispose it to stop watching.</returns>
    public static ParentWatch Start(TimeProvider time) => Start(ProcessSignals.ParentProcessId, time);

    /// <summary>As <see cref="Start(TimeProvider)"/>, with another way to know the parent.</summary>
    internal static ParentWatch Start(Func<int?> parentProcessId, TimeProvider time) => new(parentProcessId, time);

    /// <summary>Stops watching.</summary>
    /// <returns>A task that ends when nothing of the watch runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _parentGone.Dispose();
    }

    private async Task PollAsync(Func<int?> parentProcessId, TimeProvider time)
    {
        int? parent = parentProcessId();
        using PeriodicTimer timer = new(PollEvery, time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            if (parentProcessId() != parent)
            {
                await _parentGone.CancelAsync();
                return;
            }
        }
    }
}
