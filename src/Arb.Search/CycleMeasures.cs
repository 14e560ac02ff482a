using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>What filters ask of a cycle. Rounded against us: impact up, spread down.</summary>
public static class CycleMeasures
{
    private const int WholeBasisPoints = 10_000;

    /// <summary>How far a marginal rate lies above 1, basis points, rounded down; 0 for a rate that is not above 1.</summary>
    public static int SpreadBasisPoints(double marginalRate) =>
        (int)Math.Clamp(Math.Floor((marginalRate - 1) * WholeBasisPoints), 0, int.MaxValue);

    /// <summary>
    /// The greatest price impact of any hop: how far the price paid lies below the price of the first unit, both after fees, basis
    /// points, rounded up.
    /// </summary>
    /// <param name="cycle">Cycle with its amounts.</param>
    /// <param name="pools">State of its pools before the trade.</param>
    /// <exception cref="KeyNotFoundException">A pool of the route is not among them.</exception>
    public static int PriceImpactBasisPoints(SizedCycle cycle, IReadOnlyDictionary<PoolKey, IPoolModel> pools)
    {
        ArgumentNullException.ThrowIfNull(cycle);
        ArgumentNullException.ThrowIfNull(pools);
        ImmutableArray<Hop> hops = cycle.Route.Hops;
        UInt256 worst = UInt256.Zero;
        for (int i = 0; i < hops.Length; i++)
        {
            ConstantProductPool pool = (ConstantProductPool)pools[hops[i].Pool.Key];
            UInt256 afterFee = cycle.Amounts[i] * (ulong)(FeePips.Whole - pool.Info.Fee.Value);
            UInt256 whole = (pool.Reserves(hops[i].ZeroForOne).In * (ulong)FeePips.Whole) + afterFee;
            if (!whole.IsZero)
            {
                worst = UInt256.Max(worst, MulDiv.Ceiling(afterFee, WholeBasisPoints, whole));
            }
        }

        return (int)(ulong)worst;
    }

    /// <summary>The smaller reserve of the start token in the first and the last pool, raw units: what bounds the notional.</summary>
    /// <param name="route">The cycle.</param>
    /// <param name="pools">State of its pools.</param>
    /// <exception cref="KeyNotFoundException">A pool of the route is not among them.</exception>
    public static UInt256 StartTokenLiquidity(Route route, IReadOnlyDictionary<PoolKey, IPoolModel> pools)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(pools);
        Hop first = route.Hops[0];
        Hop last = route.Hops[^1];
        return UInt256.Min(
            ((ConstantProductPool)pools[first.Pool.Key]).Reserves(first.ZeroForOne).In,
            ((ConstantProductPool)pools[last.Pool.Key]).Reserves(last.ZeroForOne).Out);
    }
}
