using Arb.Domain;

namespace Arb.Engine;

/// <summary>Waits, bounded, for heads.</summary>
public sealed class HeadWatch(IChainReader chain, TimeProvider time)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(25);

    /// <summary>The head as soon as it is at or past <paramref name="number"/>, or null when <paramref name="wait"/> is over first.</summary>
    public async Task<BlockStamp?> AtLeastAsync(ulong number, TimeSpan wait, CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            BlockStamp head = await chain.GetHeadAsync(cancellation);
            if (head.Number >= number)
            {
                return head;
            }

            if (time.GetElapsedTime(started) >= wait)
            {
                return null;
            }

            await Task.Delay(PollEvery, time, cancellation);
        }
    }
}
