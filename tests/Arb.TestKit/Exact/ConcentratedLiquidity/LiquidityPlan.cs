using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.TestKit.Exact;

/// <summary>Liquidity provided to a range of ticks.</summary>
/// <param name="Lower">Where it begins.</param>
/// <param name="Upper">Where it ends.</param>
/// <param name="Liquidity">How much.</param>
public sealed record LiquidityRange(int Lower, int Upper, UInt128 Liquidity);

/// <summary>Draws the ranges of a pool: near and far, overlapping and with gaps, of any size, some with ticks whose net is 0.</summary>
public sealed class LiquidityPlan(Random random, int tickSpacing, UInt256 sqrtPriceX96)
{
    // What a pool may receive at once: V4 counts in int128, and a little below leaves room for swaps.
    private static readonly BigInteger AmountMax = BigInteger.One << 126;

    private readonly int _lowest = TickMath.TickMin / tickSpacing;
    private readonly int _highest = TickMath.TickMax / tickSpacing;
    private readonly int _current =
        (int)Math.Floor((double)TickMath.TickAtSqrtPrice(sqrtPriceX96) / tickSpacing);

    private readonly Dictionary<int, BigInteger> _gross = [];
    private readonly List<LiquidityRange> _ranges = [];

    /// <summary>Draws so many ranges, fewer where they do not fit.</summary>
    public ImmutableArray<LiquidityRange> Draw(int count)
    {
        if (random.Next(3) == 0)
        {
            Add(_lowest, _highest, Liquidity());
        }

        int scale = random.Next(1, 13);
        while (_ranges.Count < count && random.Next(1000) != 0)
        {
            int middle = _current + Offset(scale);
            int width = 1 + Math.Abs(Offset(scale));
            UInt128 liquidity = Liquidity();
            Add(middle, middle + width, liquidity);
            if (random.Next(4) == 0)
            {
                // The same on the other side of a tick: initialised, but nothing changes at it.
                Add(middle + width, middle + (2 * width), liquidity);
            }
        }

        return [.. _ranges];
    }

    /// <summary>Log-uniform, of either sign.</summary>
    private int Offset(int bits) => random.Next(1 << random.Next(1, bits + 1)) * (random.Next(2) == 0 ? 1 : -1);

    /// <summary>Log-uniform from 1 to the most a tick can hold a few times.</summary>
    private UInt128 Liquidity()
    {
        int bits = (int)(PerTickMax().GetBitLength() - 4);
        UInt128 value = new((ulong)random.NextInt64(), (ulong)random.NextInt64());
        return (value >> (127 - random.Next(random.Next(2) == 0 ? bits : bits / 2, bits))) | 1;
    }

    // Tick.tickSpacingToMaxLiquidityPerTick of V4: it rounds the least tick down where V3 rounds it towards 0, so it counts one tick
    // more and allows a little less.
    private BigInteger PerTickMax() =>
        ((BigInteger.One << 128) - 1) / (_highest - _lowest + (TickMath.TickMin % tickSpacing == 0 ? 1 : 2));

    private void Add(int lower, int upper, UInt128 liquidity)
    {
        lower = Math.Clamp(lower, _lowest, _highest - 1) * tickSpacing;
        upper = Math.Min(Math.Max(upper, (lower / tickSpacing) + 1), _highest) * tickSpacing;
        while (liquidity > 0 && AmountsExceed(lower, upper, liquidity))
        {
            liquidity >>= 8;
        }

        BigInteger most = BigInteger.Max(_gross.GetValueOrDefault(lower), _gross.GetValueOrDefault(upper));
        if (liquidity == 0 || most + liquidity > PerTickMax())
        {
            return;
        }

        _gross[lower] = _gross.GetValueOrDefault(lower) + liquidity;
        _gross[upper] = _gross.GetValueOrDefault(upper) + liquidity;
        _ranges.Add(new LiquidityRange(lower, upper, liquidity));
    }

    private bool AmountsExceed(int lower, int upper, UInt128 liquidity)
    {
        BigInteger low = TickMath.SqrtPriceAtTick(lower);
        BigInteger high = TickMath.SqrtPriceAtTick(upper);
        BigInteger price = BigInteger.Clamp(sqrtPriceX96, low, high);
        BigInteger amount0 = ((BigInteger)liquidity << 96) * (high - price) / high / price;
        BigInteger amount1 = liquidity * (price - low) >> 96;
        return amount0 > AmountMax || amount1 > AmountMax;
    }
}
