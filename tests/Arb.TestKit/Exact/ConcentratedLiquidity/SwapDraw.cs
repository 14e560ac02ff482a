using Arb.Domain;

namespace Arb.TestKit.Exact;

/// <summary>Draws swaps of a pool that end where it is interesting: at ticks and word edges, a unit before and behind, and beyond all liquidity.</summary>
public sealed class SwapDraw(Random random)
{
    private static readonly UInt256[] Edges =
    [
        UInt256.Zero, 1UL, 2UL, 3UL, (UInt256.One << 127) - UInt256.One, UInt256.One << 127, UInt256.One << 128,
        (UInt256.One << 160) - UInt256.One, (UInt256.One << 255) - UInt256.One,
    ];

    /// <summary>Draws one.</summary>
    public SwapRequest Draw(int index, ConcentratedLiquidityPool pool)
    {
        bool zeroForOne = random.Next(2) == 0;
        bool exactIn = random.Next(2) == 0;
        UInt256 goal = Goal(pool, zeroForOne);
        UInt256 limit = random.Next(4) == 0 ? Limit(pool, zeroForOne, goal) : SwapRequest.Furthest(zeroForOne);
        return new SwapRequest(index, zeroForOne, exactIn, Amount(pool, zeroForOne, exactIn, goal), limit);
    }

    /// <summary>A price ahead, mostly near; sometimes exactly that of a tick.</summary>
    private UInt256 Goal(ConcentratedLiquidityPool pool, bool zeroForOne)
    {
        int spacing = pool.Ticks.TickSpacing;
        int distance = zeroForOne ? pool.Tick - TickMath.TickMin : TickMath.TickMax - pool.Tick;
        // Far goals cross thousands of words where ticks are dense, which a chain computes for a tenth of a second.
        int farthest = random.Next(200) == 0 ? distance : Math.Min(distance, 256 * spacing * 24);
        int away = (int)Math.Exp(random.NextDouble() * Math.Log(Math.Max(1, farthest)));
        int tick = Math.Clamp(
            pool.Tick + (zeroForOne ? -away : away), TickMath.TickMin + 1, TickMath.TickMax - 1);
        switch (random.Next(4))
        {
            case 0 when pool.Ticks.Ticks.Length > 0:
                // The initialised tick there, or the last one before it.
                int at = Math.Clamp(
                    pool.Ticks.CountAtOrBelow(tick) - (zeroForOne ? 0 : 1), 0, pool.Ticks.Ticks.Length - 1);
                tick = pool.Ticks.Ticks[at].Index;
                break;
            case 1:
                // The edge of a word of the bitmap, on either side.
                int word = (int)Math.Floor((double)tick / spacing) >> 8;
                tick = ((word << 8) + (zeroForOne ? 0 : 255)) * spacing;
                break;
            default:
                return Between(TickMath.SqrtPriceAtTick(tick), TickMath.SqrtPriceAtTick(tick + 1));
        }

        return TickMath.SqrtPriceAtTick(Math.Clamp(tick, TickMath.TickMin, TickMath.TickMax));
    }

    private UInt256 Limit(ConcentratedLiquidityPool pool, bool zeroForOne, UInt256 goal) => random.Next(12) switch
    {
        0 => pool.SqrtPriceX96,
        1 => zeroForOne ? pool.SqrtPriceX96 - UInt256.One : pool.SqrtPriceX96 + UInt256.One,
        2 => random.Next(2) == 0 ? TickMath.SqrtPriceMin : TickMath.SqrtPriceMax,
        3 => SwapRequest.Furthest(!zeroForOne),
        _ => goal,
    };

    private UInt256 Amount(ConcentratedLiquidityPool pool, bool zeroForOne, bool exactIn, UInt256 goal)
    {
        int kind = random.Next(20);
        if (kind == 0)
        {
            return Edges[random.Next(Edges.Length)];
        }

        if (kind == 1)
        {
            return Bits(random.Next(1, 130));
        }

        pool.SwapToPrice(zeroForOne, exactIn, (UInt256.One << 255) - UInt256.One, goal, out PriceLimitedSwap swap);
        UInt256 whole = exactIn ? swap.AmountIn : swap.AmountOut;
        return kind switch
        {
            < 10 => Bits(Math.Max(1, whole.BitLength)),
            10 => whole,
            11 => whole + UInt256.One,
            12 => whole.IsZero ? whole : whole - UInt256.One,
            _ => Between(UInt256.Zero, whole + UInt256.One),
        };
    }

    private UInt256 Bits(int bits) => Word() >> (256 - random.Next(1, Math.Min(bits, 255) + 1));

    private UInt256 Between(UInt256 low, UInt256 high) => high <= low ? low : low + (Word() % (high - low));

    private UInt256 Word()
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        random.NextBytes(bytes);
        return UInt256.FromBigEndian(bytes);
    }
}
