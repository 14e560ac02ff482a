using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Bounds of pools with ranges: the price moves at least as fast as with the greatest liquidity that lies ahead, so that virtual
/// reserves of that liquidity pay at least as much.
/// </summary>
internal static class ConcentratedBounds
{
    private const double Q96 = 79_228_162_514_264_337_593_543_950_336d;

    // Of a price that comes from a tick by way of doubles.
    private const double TickPriceMargin = 1e-10;

    /// <summary>The bound, and the map of the range that the price is in.</summary>
    public static MobiusBound Of(ConcentratedLiquidityPool pool, bool zeroForOne, out MobiusBound near)
    {
        double sqrtPrice = (double)pool.SqrtPriceX96 / Q96;
        UInt128 first = pool.Liquidity;
        UInt128 most = first;
        Int128 liquidity = (Int128)first;
        ImmutableArray<InitializedTick> ticks = pool.Ticks.Ticks;
        int at = pool.Ticks.CountAtOrBelow(pool.Tick);
        for (int i = zeroForOne ? at - 1 : at; (uint)i < (uint)ticks.Length; i += zeroForOne ? -1 : 1)
        {
            liquidity += zeroForOne ? -ticks[i].LiquidityNet : ticks[i].LiquidityNet;
            if (liquidity > 0 && (UInt128)liquidity > most)
            {
                most = (UInt128)liquidity;
            }

            if (first == 0 && liquidity > 0)
            {
                // Nothing is traded up to here: the first unit pays this tick's price.
                first = (UInt128)liquidity;
                double price = Math.Pow(1.0001, ticks[i].Index / 2.0);
                sqrtPrice = zeroForOne
                    ? Math.Min(sqrtPrice, price * (1 + TickPriceMargin))
                    : Math.Max(sqrtPrice, price * (1 - TickPriceMargin));
            }
        }

        near = default;
        if (most == 0)
        {
            return default;
        }

        // Token0 in: L·s·u/(1 + u) with u = x·(1 − fee)·s/L; token1 in the same with 1/s.
        double kept = 1 - ((double)pool.SwapFeePips(zeroForOne) / FeePips.Whole);
        double root = zeroForOne ? sqrtPrice : 1 / sqrtPrice;
        double rate = kept * root * root;
        near = new MobiusBound(rate, kept * root / (double)first);
        return new MobiusBound(rate, kept * root / (double)most);
    }
}
