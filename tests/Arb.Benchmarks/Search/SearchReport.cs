using System.Globalization;

namespace Arb.Benchmarks.Search;

/// <summary>A run as Markdown, with the aims it is held to.</summary>
internal static class SearchReport
{
    private const double PairsMsAim = 40;
    private const double TopologyMsAim = 300;
    private const double TopologyMiBAim = 512;
    private const double UpdateMsAim = 5;

    /// <summary>Prints one market.</summary>
    public static void Print(MarketResult market)
    {
        Line($"""

            {market.Name}: {market.Pools:N0} pools, {market.Tokens:N0} tokens, up to {market.HopsMax} hops from 4 start tokens
            (WETH in {market.Degrees.WethShare:P0} of pools, stable coins in {market.Degrees.StableShare:P0}; {market.Degrees.SeveralShare:P0} of tokens in several pools, tail exponent {market.Degrees.TailExponent:F2})

            | method | cycles | profitable | index ms | find ms | size ms | total ms | time / ours | alone, ETH | captured, ETH | of the best |
            |---|---|---|---|---|---|---|---|---|---|---|
            """);
        double ours = market.Of(SearchMethods.Ours)?.TotalMs ?? double.NaN;
        foreach (MethodResult method in market.Methods)
        {
            string alone = method.AloneEth is { } eth ? eth.ToString("F4", CultureInfo.InvariantCulture) : "–";
            string share = market.CapturedBest > 0
                ? (method.CapturedEth / market.CapturedBest).ToString("P1", CultureInfo.InvariantCulture)
                : "–";
            Line($"| {method.Method}{(method.IsCut ? " (cut off)" : "")} | {method.Cycles:N0} | {method.Profitable:N0} | {method.IndexMs:F2} | {method.FindMs:F2} | {method.SizeMs:F2} | {method.TotalMs:F2} | {method.TotalMs / ours:F1}x | {alone} | {method.CapturedEth:F4} | {share} |");
        }

        if (market.Update is { } update)
        {
            Line($"Update, {update.Blocks} blocks of {BlockDraw.Changed} changed pools, the {BlockDraw.Busiest} busiest among them: p50 {update.P50Ms:F2} ms, p99 {update.P99Ms:F2} ms, worst {update.MaxMs:F2} ms; {update.AllocatedBytesPerBlock:F0} bytes allocated per block.");
        }

        if (market.Memory is { } memory)
        {
            Line($"Memory, in a process of its own: peak working set {memory.PeakWorkingSetMiB:F0} MiB; on the heap {memory.PoolsMiB:F0} MiB of pools and {memory.SearchMiB:F0} MiB of index and cycles.");
        }
    }

    /// <summary>Prints what was aimed at beside what was measured.</summary>
    /// <returns>Whether every aim is met.</returns>
    public static bool PrintAims(SearchResults results)
    {
        bool holds = true;
        Line($"\n| aim | measured | |\n|---|---|---|");
        foreach (MarketResult market in results.Markets)
        {
            double total = market.Of(SearchMethods.Ours)?.TotalMs ?? double.PositiveInfinity;
            switch (market.Name)
            {
                case SearchMarkets.Pairs:
                    holds &= Aim($"{market.Name}: all cycles found and sized in {PairsMsAim} ms", total, PairsMsAim, "ms");
                    break;
                case SearchMarkets.Topology:
                    holds &= Aim($"{market.Name}: all cycles found and sized in {TopologyMsAim} ms", total, TopologyMsAim, "ms");
                    holds &= Aim($"{market.Name}: in {TopologyMiBAim} MiB", market.Memory?.PeakWorkingSetMiB ?? double.PositiveInfinity, TopologyMiBAim, "MiB");
                    break;
                default:
                    break;
            }

            if (market.Update is { } update)
            {
                holds &= Aim($"{market.Name}: update in {UpdateMsAim} ms, p99", update.P99Ms, UpdateMsAim, "ms");
                holds &= Aim($"{market.Name}: no allocation on update", update.AllocatedBytesPerBlock, 0, "bytes");
            }
        }

        Line($"\nsearch: {(holds ? "every aim is met." : "MISSED: not every aim is met.")}");
        return holds;
    }

    private static bool Aim(FormattableString what, double measured, double most, string unit)
    {
        bool holds = measured <= most;
        Line($"| {what.ToString(CultureInfo.InvariantCulture)} | {measured:F2} {unit} | {(holds ? "met" : "MISSED")} |");
        return holds;
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
