using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Baselines;

/// <summary>Passes over cycles that cannot bring back a floor whatever is put in: most pairs of the recorded market hold next to nothing.</summary>
internal static class Dust
{
    /// <summary>A hundred-thousandth of an ETH: less is not counted for any method.</summary>
    public const double FloorEth = 1e-5;

    /// <summary>
    /// No more can leave a pool than it holds, and quotes grow with what is put in: what a whole balance would become in the hops after it
    /// bounds what comes back.
    /// </summary>
    public static bool CanReturn(ExactCycle cycle, BenchMarket market, double weiPerUnit)
    {
        double floor = FloorEth * 1e18 / Worth.AtLeast(weiPerUnit);
        for (int i = 0; i < cycle.Hops.Length; i++)
        {
            BenchPool pool = market.Pools[cycle.Hops[i].Pool];
            if (pool.Model is ConstantProductPool && After(cycle, market, i + 1, pool.Balances[cycle.Hops[i].TokenOut]) < floor)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What an amount becomes from a hop on; infinite where a pool would not take so much.</summary>
    private static double After(ExactCycle cycle, BenchMarket market, int from, UInt256 amount)
    {
        for (int i = from; i < cycle.Hops.Length; i++)
        {
            CycleHop hop = cycle.Hops[i];
            UInt256 amountIn = amount;
            SwapRefusal refusal = market.Pools[hop.Pool].Model.QuoteExactIn(hop.TokenIn, hop.TokenOut, amountIn, out amount);
            if (refusal != SwapRefusal.None)
            {
                return refusal == SwapRefusal.ZeroOutput ? 0 : double.PositiveInfinity;
            }
        }

        return (double)amount;
    }
}
