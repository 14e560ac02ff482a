using System.Diagnostics;

namespace Arb.Benchmarks;

/// <summary>Times as peers.mjs does: nanoseconds per run of the fastest batch, and what a run allocates.</summary>
internal static class FastestBatch
{
    private const int Batches = 15;

    // The runtime replaces its first, unoptimised code by an instrumented one and that by the final one, each 100 ms or more after
    // the last new method ran and on a thread of its own: on a busy machine 300 ms were not enough.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs it in batches of a given length, warm.</summary>
    /// <param name="run">Work; the same every time.</param>
    /// <param name="batch">How long one batch takes about.</param>
    public static Timing Of(Action run, TimeSpan batch)
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

        return new Timing(best, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(runs * Batches));
    }
}
