using Arb.Domain;

namespace Arb.TestKit.Exact.ConstantProduct;

/// <summary>A request to a pair.</summary>
/// <param name="ZeroForOne">Direction.</param>
/// <param name="IsExactIn">Whether the amount is paid, and not received.</param>
/// <param name="Amount">Raw units.</param>
internal readonly record struct PairRequest(bool ZeroForOne, bool IsExactIn, UInt256 Amount)
{
    public override string ToString() =>
        $"{(IsExactIn ? "exact in" : "exact out")} {(ZeroForOne ? "0>1" : "1>0")} {Amount}";
}

/// <summary>Draws reserves of every length, edges included, and amounts that matter to them.</summary>
internal static class PairDraw
{
    public static ConstantProductPool Pool(Random random, PoolInfo info)
    {
        (UInt256 reserve0, UInt256 reserve1) = random.Next(20) switch
        {
            0 => (UInt256.Zero, UInt256.Zero),
            1 => (ConstantProductPool.ReserveMax - (ulong)random.Next(3), Bits(random, random.Next(1, 113))),
            2 => (Bits(random, random.Next(1, 8)), Bits(random, random.Next(1, 113))),
            _ => (Bits(random, random.Next(1, 113)), Bits(random, random.Next(1, 113))),
        };
        return random.Next(2) == 0
            ? new ConstantProductPool(info, reserve0, reserve1)
            : new ConstantProductPool(info, reserve1, reserve0);
    }

    public static PairRequest Request(Random random, ConstantProductPool pool)
    {
        bool zeroForOne = random.Next(2) == 0;
        bool isExactIn = random.Next(2) == 0;
        (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
        UInt256 amount = isExactIn ? AmountIn(random, reserveIn) : AmountOut(random, reserveOut);
        return new PairRequest(zeroForOne, isExactIn, amount);
    }

    private static UInt256 AmountIn(Random random, UInt256 reserveIn)
    {
        UInt256 room = ConstantProductPool.ReserveMax - reserveIn;
        return random.Next(24) switch
        {
            0 => (ulong)random.Next(3),
            1 => room,
            2 => room + UInt256.One,
            3 => Bits(random, random.Next(100, 250)),
            4 => reserveIn,
            _ => Below(random, room),
        };
    }

    private static UInt256 AmountOut(Random random, UInt256 reserveOut) => random.Next(24) switch
    {
        0 => (ulong)random.Next(3),
        1 => reserveOut,
        2 => reserveOut + (ulong)random.Next(1, 1000),
        3 => Bits(random, random.Next(100, 250)),
        4 => reserveOut.IsZero ? UInt256.Zero : reserveOut - UInt256.One,
        _ => Below(random, reserveOut),
    };

    /// <summary>A number up to a bound, its length drawn evenly, so that small ones are as frequent as great ones.</summary>
    private static UInt256 Below(Random random, UInt256 bound) =>
        UInt256.Min(bound, Bits(random, random.Next(1, Math.Max(2, bound.BitLength + 1))));

    private static UInt256 Bits(Random random, int bits) =>
        new UInt256(Limb(random), Limb(random), Limb(random), Limb(random) | (1UL << 63)) >> (256 - bits);

    private static ulong Limb(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
}
