using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>What filters ask of a cycle. Rounded against us: impact up, spread down.</summary>
public static class CycleMeasures
{
    private const int WholeBasisPoints = 10_000;

    // A part this small counts as the first unit of a pool whose formula is not a pair's; what it leaves out is put back.
    private const uint Parts = 256;

    /// <summary>How far a marginal rate lies above 1, basis points, rounded down; 0 for a rate that is not above 1.</summary>
    public static int SpreadBasisPoints(double marginalRate) =>
        (int)Math.Clamp(Math.Floor((marginalRate - 1) * WholeBasisPoints), 0, int.MaxValue);

    /// <summary>
    /// The greatest price impact of any hop: how far the price paid lies below the price of the first unit, both after fees, basis
    /// points, rounded up.
    /// </summary>
    /// <remarks>
    /// Exact for pairs. For other families the price of the first unit is that of the first 1/256 of the amount, scaled by what a
    /// Möbius map would lose there.
    /// </remarks>
    /// <param name="cycle">Cycle with its amounts.</param>
    /// <param name="models">Arithmetic of its pools before the trade.</param>
    /// <exception cref="KeyNotFoundException">A pool of the route is not among them.</exception>
    public static int PriceImpactBasisPoints(SizedCycle cycle, IReadOnlyDictionary<PoolKey, IPoolModel> models)
    {
        ArgumentNullException.ThrowIfNull(cycle);
        ArgumentNullException.ThrowIfNull(models);
        ImmutableArray<Hop> hops = cycle.Route.Hops;
        UInt256 worst = UInt256.Zero;
        for (int i = 0; i < hops.Length; i++)
        {
            IPoolModel model = models[hops[i].Pool.Key];
            UInt256 impact = model is ConstantProductPool pair
                ? OfPair(pair, hops[i].ZeroForOne, cycle.Amounts[i])
                : OfQuotes(model, hops[i], cycle.Amounts[i], cycle.Amounts[i + 1]);
            worst = UInt256.Max(worst, impact);
        }

        return (int)(ulong)UInt256.Min(worst, WholeBasisPoints);
    }

    private static UInt256 OfPair(ConstantProductPool pair, bool zeroForOne, UInt256 amountIn)
    {
        UInt256 afterFee = amountIn * (ulong)(FeePips.Whole - pair.Info.Fee.Value);
        UInt256 whole = (pair.Reserves(zeroForOne).In * (ulong)FeePips.Whole) + afterFee;
        return whole.IsZero ? UInt256.Zero : MulDiv.Ceiling(afterFee, WholeBasisPoints, whole);
    }

    private static UInt256 OfQuotes(IPoolModel model, Hop hop, UInt256 amountIn, UInt256 amountOut)
    {
        UInt256 part = UInt256.Max(amountIn / Parts, UInt256.One);
        if (model.QuoteExactIn(hop.IndexIn, hop.IndexOut, part, out UInt256 partOut) != SwapRefusal.None)
        {
            // Too little to be paid for: one unit more than nothing is the most it can be worth.
            partOut = UInt256.Zero;
        }

        // 1 − (out / in) / (partOut / part), with partOut rounded up by the unit that the pool rounded it down.
        UInt256 kept = MulDiv.Floor(amountOut, part * WholeBasisPoints, partOut + UInt256.One) / amountIn;
        UInt256 lost = kept >= WholeBasisPoints ? UInt256.Zero : WholeBasisPoints - kept;
        return MulDiv.Ceiling(lost, Parts, Parts - 1);
    }
}
