using System.Diagnostics;

namespace Arb.Benchmarks.Search;

/// <summary>Times work of milliseconds to minutes.</summary>
internal static class Stopwatches
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    private const int RunsMax = 20;

    /// <summary>The fastest of up to 20 runs, no more than two seconds of them after the first; what slows the machine is not the method's.</summary>
    /// <returns>Milliseconds, and what the last run gave.</returns>
    public static (double Ms, T Result) Fastest<T>(Func<T> run)
    {
        double best = double.MaxValue;
        T result = default!;
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < RunsMax && (i == 0 || Stopwatch.GetElapsedTime(started) < Enough); i++)
        {
            GC.Collect();
            long from = Stopwatch.GetTimestamp();
            result = run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        return (best, result);
    }
}
