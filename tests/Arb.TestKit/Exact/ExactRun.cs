using System.Collections.Immutable;
using System.Diagnostics;

namespace Arb.TestKit.Exact;

/// <summary>Asks a family's contracts and models the same questions, as many as are wanted.</summary>
public static class ExactRun
{
    /// <summary>Differences kept with their details; all are counted.</summary>
    public const int MismatchesKeptMax = 20;

    // Small enough to show progress and to be one call each.
    private const int BatchQuotesMax = 4_000;

    // Pools are drawn anew so that a long run sees many states and not many amounts only.
    private const int WorldQuotesMax = 100_000;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);

    /// <summary>Runs a family on nodes of its own.</summary>
    /// <param name="family">The family.</param>
    /// <param name="seed">Decides pools and requests.</param>
    /// <param name="quotes">How many at least.</param>
    /// <param name="report">Told how far it is, and each difference that is kept; one line each.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ExactSummary> RunAsync(
        IExactFamily family, ulong seed, int quotes, Action<string> report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(report);
        long started = Stopwatch.GetTimestamp();
        Tally tally = new(family.Name, quotes, report);
        for (ulong world = 0; tally.Quotes < quotes; world++)
        {
            await using ExactNode node = await ExactNode.StartAsync(cancellation);
            await RunWorldAsync(family, node.Chain, WorldSeed(seed, world), tally, cancellation);
        }

        return tally.Summary(seed, Stopwatch.GetElapsedTime(started));
    }

    private static async Task RunWorldAsync(
        IExactFamily family, ExactChain chain, ulong seed, Tally tally, CancellationToken cancellation)
    {
        IExactWorld world = await family.DeployAsync(chain, seed, cancellation);
        Random random = new(unchecked((int)(seed ^ (seed >> 32))));
        int end = Math.Min(tally.Wanted, tally.Quotes + WorldQuotesMax);
        while (tally.Quotes < end)
        {
            int asked = Math.Min(BatchQuotesMax, end - tally.Quotes);
            ExactBatch batch = await world.CheckAsync(random, asked, cancellation);
            if (batch.Quotes <= 0)
            {
                throw new InvalidOperationException($"{family.Name} compared nothing of {asked} requests.");
            }

            tally.Add(batch);
        }
    }

    /// <summary>The first world has the seed itself, so that a short run can be repeated with what it printed.</summary>
    private static ulong WorldSeed(ulong seed, ulong world) => unchecked(seed + (world * 0x9E3779B97F4A7C15UL));

    private sealed class Tally(string family, int wanted, Action<string> report)
    {
        private readonly ImmutableArray<ExactMismatch>.Builder _kept = ImmutableArray.CreateBuilder<ExactMismatch>();
        private long _reported = Stopwatch.GetTimestamp();
        private int _refusals;
        private int _mismatches;

        public int Wanted => wanted;

        public int Quotes { get; private set; }

        public void Add(ExactBatch batch)
        {
            Quotes += batch.Quotes;
            _refusals += batch.Refusals;
            _mismatches += batch.Mismatches.Length;
            foreach (ExactMismatch mismatch in batch.Mismatches)
            {
                if (_kept.Count < MismatchesKeptMax)
                {
                    _kept.Add(mismatch);
                    report($"{family}: MISMATCH pool {mismatch.Pool} | {mismatch.Request} | model {mismatch.Model} | chain {mismatch.Chain}");
                }
            }

            if (Stopwatch.GetElapsedTime(_reported) >= ReportEvery)
            {
                _reported = Stopwatch.GetTimestamp();
                report($"{family}: {Quotes:N0} of {wanted:N0} quotes, {_refusals:N0} reverts, {_mismatches:N0} mismatches");
            }
        }

        public ExactSummary Summary(ulong seed, TimeSpan elapsed) =>
            new(family, seed, Quotes, _refusals, _mismatches, _kept.ToImmutable(), elapsed);
    }
}

/// <summary>What a run gave.</summary>
/// <param name="Family">The family.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Quotes">Requests compared.</param>
/// <param name="Refusals">Those the contract reverted.</param>
/// <param name="Mismatches">Those in which model and contract differ.</param>
/// <param name="Kept">The first of them.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record ExactSummary(
    string Family, ulong Seed, int Quotes, int Refusals, int Mismatches, ImmutableArray<ExactMismatch> Kept, TimeSpan Elapsed)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Family}: {Quotes:N0} quotes, {Refusals:N0} reverts, {Mismatches:N0} mismatches, seed {Seed}, {Elapsed.TotalSeconds:N1} s";
}
