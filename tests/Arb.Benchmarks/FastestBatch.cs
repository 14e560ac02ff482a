using System.Diagnostics;

namespace Arb.Benchmarks;

/// <summary>Times as peers.mjs does: nanoseconds per run of the fastest batch, and what a run allocates.</summary>
internal static class FastestBatch
{
    private const int Batches = 15;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs it in batches of a given length, warm.</summary>
    /// <param name="run">Work; the same every time.</param>
    /// <param name="batch">How long one batch takes about.</param>
    public static (double Nanoseconds, double AllocatedBytes) Of(Action run, TimeSpan batch)
    {
        long runs = 0;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < WarmUp)
        {
            run();
            runs++;
        }

        runs = Math.Max(1, (long)(runs * (batch / WarmUp)));
        double best = double.MaxValue;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Batches; i++)
        {
            long from = Stopwatch.GetTimestamp();
            for (long j = 0; j < runs; j++)
            {
                run();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalNanoseconds / runs);
        }

        return (best, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(runs * Batches));
    }
}
