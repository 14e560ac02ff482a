using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Arb.Domain;

namespace Arb.Benchmarks.Peers;

/// <summary><c>peers</c>: our quotes beside the official SDKs and a plain formula in Node, the same quotes in one run.</summary>
internal static class PeersCommand
{
    private const double PairNanosecondsAim = 45;
    private const double PairRatioAim = 1000;
    private const double PoolRatioMeanAim = 500;
    private const double PoolRatioWorstAim = 150;

    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(20);

    // Results go here, so that no quote can be left out as unused.
    private static readonly UInt256[] Sink = new UInt256[1];

    public static Command Create()
    {
        Command command = new("peers", "Quotes beside @uniswap/v2-sdk, @uniswap/v3-sdk and a plain BigInt formula in Node.");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        ImmutableArray<(ConstantProductPool Pool, UInt256 AmountIn)> pairs = PairQuotes.Draw();
        ImmutableArray<RecordedPool> pools =
            RecordedPools.Read(Path.Combine(AppContext.BaseDirectory, "data", "uniswap-v3-ticks.json.gz"));
        // Two rounds in turn, the faster of each: what slows the machine for a while falls on both sides.
        Timing[] ours = Measure(pairs, pools);
        PeerAnswers peers = await PeerRun.AskAsync(pairs, pools, cancellation);
        ours = [.. ours.Zip(Measure(pairs, pools), Timing.Faster)];
        peers = PeerAnswers.Faster(peers, await PeerRun.AskAsync(pairs, pools, cancellation));
        Console.WriteLine($"node {peers.Node}, .NET {Environment.Version}, one core each, fastest batch of two rounds in turn\n");
        bool holds = Pairs(pairs, ours[0], peers.V2);
        holds &= Pools(pools, ours.AsSpan(1), peers.V3);
        Console.WriteLine(holds ? "\npeers: every aim is met." : "\npeers: MISSED: not every aim is met.");
        return holds ? 0 : 1;
    }

    /// <summary>All pairs together, then each quote of a pool.</summary>
    private static Timing[] Measure(
        ImmutableArray<(ConstantProductPool Pool, UInt256 AmountIn)> pairs, ImmutableArray<RecordedPool> pools) =>
    [
        Time([.. pairs]),
        .. pools.SelectMany(static pool => pool.Amounts.Select(amountIn => Time(pool.Model, amountIn))),
    ];

    private static Timing Time((ConstantProductPool Pool, UInt256 AmountIn)[] quotes)
    {
        Timing all = FastestBatch.Of(() => QuoteAll(quotes), Batch);
        return new Timing(all.Nanoseconds / quotes.Length, all.AllocatedBytes / quotes.Length);
    }

    private static void QuoteAll((ConstantProductPool Pool, UInt256 AmountIn)[] quotes)
    {
        UInt256 sum = default;
        foreach (ref readonly (ConstantProductPool Pool, UInt256 AmountIn) quote in quotes.AsSpan())
        {
            quote.Pool.QuoteExactIn(0, 1, quote.AmountIn, out UInt256 amountOut);
            sum ^= amountOut;
        }

        Sink[0] = sum;
    }

    private static bool Pairs(
        ImmutableArray<(ConstantProductPool Pool, UInt256 AmountIn)> quotes, Timing ours, PairAnswers peers)
    {
        int differ = quotes.Where((quote, i) => !SameAs(quote, peers.SdkAmounts[i]) || !SameAs(quote, peers.FormulaAmounts[i])).Count();
        double ratio = peers.SdkNs / ours.Nanoseconds;
        Print($"""
            | V2, {quotes.Length} quotes at 0.3 % | ns per quote | ours is faster by |
            |---|---|---|
            | ConstantProductPool | {ours.Nanoseconds:F1} | (allocates {ours.AllocatedBytes:F2} bytes) |
            | @uniswap/v2-sdk | {peers.SdkNs:F0} | {ratio:F0}x |
            | plain BigInt formula | {peers.FormulaNs:F0} | {peers.FormulaNs / ours.Nanoseconds:F1}x |

            Amounts that differ: {differ}. Aims: at most {PairNanosecondsAim} ns, at least {PairRatioAim}x v2-sdk, no allocation.

            """);
        return differ == 0 && ours.Nanoseconds <= PairNanosecondsAim && ratio >= PairRatioAim && ours.AllocatedBytes == 0;
    }

    private static bool Pools(
        ImmutableArray<RecordedPool> pools, ReadOnlySpan<Timing> ours, ImmutableArray<PoolAnswer> peers)
    {
        Print($"| V3 pool (fee, tokens) | amount in | ticks | ours ns | v3-sdk µs | ratio | same |\n|---|---|---|---|---|---|---|");
        double logarithms = 0;
        double worst = double.MaxValue;
        double allocatedMost = 0;
        int different = 0;
        int next = 0;
        foreach (RecordedPool pool in pools)
        {
            foreach (UInt256 amountIn in pool.Amounts)
            {
                Timing timing = ours[next];
                PoolAnswer peer = peers[next++];
                pool.Model.SwapExactIn(0, 1, amountIn, out UInt256 amountOut, out IPoolModel after);
                int crossed = pool.Ticks.Count(t => t.Index <= pool.Model.Tick && t.Index > ((ConcentratedLiquidityPool)after).Tick);
                bool same = amountOut.ToString() == peer.AmountOut;
                double ratio = peer.Ns / timing.Nanoseconds;
                logarithms += Math.Log(ratio);
                worst = Math.Min(worst, ratio);
                allocatedMost = Math.Max(allocatedMost, timing.AllocatedBytes);
                different += same ? 0 : 1;
                Print($"| {pool.Name} | {amountIn} | {crossed} | {timing.Nanoseconds:F0} | {peer.Ns / 1000:F1} | {ratio:F0}x | {(same ? "yes" : "NO")} |");
            }
        }

        double mean = Math.Exp(logarithms / peers.Length);
        Print($"\nV3: geometric mean {mean:F0}x, worst {worst:F0}x over {next} quotes; amounts that differ: {different};");
        Print($"bytes allocated per quote: {allocatedMost:F2}. Ours has quoted these states before: full steps are looked up,");
        Print($"and a state's first step is kept; a state's first quote takes every step that no other state with its ticks took.");
        Print($"Aims: mean at least {PoolRatioMeanAim}x, worst at least {PoolRatioWorstAim}x, no allocation.");
        return mean >= PoolRatioMeanAim && worst >= PoolRatioWorstAim && allocatedMost == 0 && different == 0;
    }

    private static Timing Time(ConcentratedLiquidityPool model, UInt256 amountIn) =>
        FastestBatch.Of(
            () =>
            {
                model.QuoteExactIn(0, 1, amountIn, out UInt256 amountOut);
                Sink[0] = amountOut;
            },
            Batch);

    private static bool SameAs((ConstantProductPool Pool, UInt256 AmountIn) quote, string amountOut) =>
        quote.Pool.TryQuoteExactIn(zeroForOne: true, quote.AmountIn, out UInt256 ours) && ours.ToString() == amountOut;

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
