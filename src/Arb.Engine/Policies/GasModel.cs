using Arb.Domain;
using Arb.Search;

namespace Arb.Engine;

/// <summary>Gas expected before anything was simulated, and the gas limit after. Pure.</summary>
/// <remarks>
/// From whole transactions of the executor in steady state (<c>contracts/snapshots</c>), rounded up: a pool of concentrated liquidity may
/// cross a few ticks, and a pair's first swap in a new second writes its price sums, which costs some 40,000 more.
/// </remarks>
public static class GasModel
{
    /// <summary>Transaction, guard and coinbase payment.</summary>
    private const ulong Fixed = 65_000;

    // Ticks crossed and cold slots: a simulation must not fail for want of gas.
    private const ulong SimulationFactor = 3;

    /// <summary>What the search expects of a route, by number of <see cref="PoolFamily"/>; the loan's own gas is in its terms.</summary>
    public static GasSchedule Schedule { get; } = new(
        Fixed,
        [
            // No family has the number 0.
            0,
            50_000,
            75_000,
            80_000,
            95_000,
            110_000,
            120_000,
            90_000,
            65_000,
        ]);

    /// <summary>Gas a route is expected to use with a loan.</summary>
    public static ulong Estimate(Route route, Lender lender) => Schedule.Of(route) + OfLender(lender);

    /// <summary>Gas that a loan adds to a route without one.</summary>
    public static ulong OfLender(Lender lender) => lender switch
    {
        Lender.FirstPool => 0,
        Lender.UniswapV4 => 27_000,
        Lender.Morpho => 26_000,
        Lender.BalancerV3 => 60_000,
        Lender.BalancerV2 => 39_000,
        Lender.UniswapV3 => 44_000,
        Lender.UniswapV2 => 46_000,

        // The pool's own bookkeeping of interest comes on top of what the executor spends.
        Lender.AaveV3 => 130_000,
        _ => 40_000,
    };

    /// <summary>Gas limit for a first simulation: far above the estimate, whoever lends.</summary>
    public static ulong SimulationLimit(Route route) =>
        Math.Min(SimulationFactor * (Schedule.Of(route) + OfLender(Lender.AaveV3)), UnsignedTransaction.GasLimitMax);
}
