using Arb.Benchmarks.Search.Baselines;
using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search;

/// <summary>What a method's opportunities earn when they are really traded, one after the other on one market.</summary>
internal static class Capture
{
    private const int PassesMax = 50;

    // A pass that adds less than this part of what was earned is the last.
    private const double PassGainMin = 1e-4;

    /// <summary>
    /// Trades from the greatest stated profit down, pass after pass while passes earn. A cycle whose pools were traded before is sized
    /// again, by the method's own sizing, on the pools as they are then; one that does not profit then is passed over.
    /// </summary>
    /// <returns>ETH earned.</returns>
    public static double Of(BenchMarket market, double[] weiPerUnit, IEnumerable<SizedTrade> trades, ISizing sizing)
    {
        IPoolModel[] models = [.. market.Pools.Select(p => p.Model)];
        SizedTrade[] best = [.. trades.OrderByDescending(t => Eth(t, weiPerUnit))];
        int[] changed = new int[models.Length];
        int[] sizedAt = new int[best.Length];
        int time = 0;
        double eth = 0;
        for (int pass = 0; pass < PassesMax; pass++)
        {
            double before = eth;
            for (int i = 0; i < best.Length; i++)
            {
                SizedTrade trade = best[i];
                int at = sizedAt[i];
                if (Array.Exists(trade.Cycle.Hops, h => changed[h.Pool] > at))
                {
                    sizedAt[i] = time;
                    trade = RateOf(trade.Cycle, models) > 1
                        ? sizing.Size(trade.Cycle, models, weiPerUnit[trade.Cycle.Start])
                        : default;
                }
                else if (pass > 0)
                {
                    continue;
                }

                if (trade.IsProfit && Eth(trade, weiPerUnit) > Dust.FloorEth)
                {
                    time++;
                    trade.Cycle.Trade(models, trade.Notional);
                    Array.ForEach(trade.Cycle.Hops, h => changed[h.Pool] = time);
                    eth += Eth(trade, weiPerUnit);
                }
            }

            if (eth - before <= eth * PassGainMin)
            {
                break;
            }
        }

        return eth;
    }

    /// <summary>A trade's gain in ETH.</summary>
    public static double Eth(in SizedTrade trade, double[] weiPerUnit) =>
        trade.IsProfit ? (double)trade.Gain * weiPerUnit[trade.Cycle.Start] / 1e18 : 0;

    private static double RateOf(ExactCycle cycle, IPoolModel[] models)
    {
        double rate = 1;
        foreach (CycleHop hop in cycle.Hops)
        {
            rate *= SpotRate.Of(models[hop.Pool], hop.TokenIn, hop.TokenOut);
        }

        return rate;
    }
}
