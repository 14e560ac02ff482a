using Arb.Devnet.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Arb.Tests.Devnet;

public sealed class ParentWatchTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_change_of_parent_cancels_and_nothing_else_does()
    {
        int parent = 41;
        TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int looks = 0;
        await using ParentWatch watch = ParentWatch.Start(
            () =>
            {
                if (Interlocked.Increment(ref looks) == 2)
                {
                    looked.SetResult();
                }

                return Volatile.Read(ref parent);
            },
            _time);
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = watch.ParentGone.Register(gone.SetResult);

        _time.Advance(TimeSpan.FromMilliseconds(250));
        await looked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(watch.ParentGone.IsCancellationRequested);

        Volatile.Write(ref parent, 1);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await gone.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Disposing_stops_the_watch_without_cancelling()
    {
        ParentWatch watch = ParentWatch.Start(_time);
        CancellationToken token = watch.ParentGone;

        await watch.DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(token.IsCancellationRequested);
    }
}
