using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Arb.Domain;

/// <summary>
/// Price at a tick and tick at a price, equal to Uniswap's TickMath (V3 and V4 compute the same): sqrtPriceX96 is
/// √(1.0001^tick) · 2^96, rounded as the contract rounds it.
/// </summary>
public static class TickMath
{
    /// <summary>Least tick.</summary>
    public const int TickMin = -887_272;

    /// <summary>Greatest tick.</summary>
    public const int TickMax = 887_272;

    // Constants of TickMath.getTickAtSqrtRatio: 2^64 / log2(√1.0001) and the bounds of the approximation's error.
    private static readonly UInt256 LogBase = new(0xA301D71055774C85, 0x3627, 0, 0);
    private static readonly UInt256 ErrorLow = new(0x5AF012A19D003AAA, 0x028F6481AB7F045A, 0, 0);
    private static readonly UInt256 ErrorHigh = new(0x455E260799A0632F, 0xDB2DF09E81959A81, 0, 0);

    // ⌊2^128 / √1.0001^(2^i)⌉ for i = 0 to 19.
    private static readonly UInt128[] InversePowers =
    [
        new(0xfffcb933bd6fad37, 0xaa2d162d1a594001), new(0xfff97272373d4132, 0x59a46990580e213a),
        new(0xfff2e50f5f656932, 0xef12357cf3c7fdcc), new(0xffe5caca7e10e4e6, 0x1c3624eaa0941cd0),
        new(0xffcb9843d60f6159, 0xc9db58835c926644), new(0xff973b41fa98c081, 0x472e6896dfb254c0),
        new(0xff2ea16466c96a38, 0x43ec78b326b52861), new(0xfe5dee046a99a2a8, 0x11c461f1969c3053),
        new(0xfcbe86c7900a88ae, 0xdcffc83b479aa3a4), new(0xf987a7253ac41317, 0x6f2b074cf7815e54),
        new(0xf3392b0822b70005, 0x940c7a398e4b70f3), new(0xe7159475a2c29b74, 0x43b29c7fa6e889d9),
        new(0xd097f3bdfd2022b8, 0x845ad8f792aa5825), new(0xa9f746462d870fdf, 0x8a65dc1f90e061e5),
        new(0x70d869a156d2a1b8, 0x90bb3df62baf32f7), new(0x31be135f97d08fd9, 0x81231505542fcfa6),
        new(0x09aa508b5b7a84e1, 0xc677de54f3e99bc9), new(0x005d6af8dedb8119, 0x6699c329225ee604),
        new(0x00002216e584f5fa, 0x1ea926041bedfe98), new(0x00000000048a1703, 0x91f7dc42444e8fa2),
    ];

    /// <summary>Price at the least tick: no pool has a lower one.</summary>
    public static UInt256 SqrtPriceMin => 4_295_128_739UL;

    /// <summary>Price at the greatest tick: every pool's is lower.</summary>
    public static UInt256 SqrtPriceMax { get; } =
        UInt256.Parse("1461446703485210103287273052203988822378723970342", null);

    /// <summary>Price at a tick (getSqrtRatioAtTick, getSqrtPriceAtTick).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tick is outside its range.</exception>
    public static UInt256 SqrtPriceAtTick(int tick)
    {
        if (tick is < TickMin or > TickMax)
        {
            ThrowTickOutOfRange(tick);
        }

        if (tick == 0)
        {
            return UInt256.One << 96;
        }

        // The contract starts with 2^128, times the first factor, / 2^128: that factor.
        uint bits = (uint)Math.Abs(tick);
        UInt128 ratio = InversePowers[BitOperations.TrailingZeroCount(bits)];
        for (bits &= bits - 1; bits != 0; bits &= bits - 1)
        {
            ratio = MultiplyHigh(ratio, InversePowers[BitOperations.TrailingZeroCount(bits)]);
        }

        // From Q128 to Q96, rounded up, so that the tick at this price is this tick.
        UInt256 price = tick > 0 ? UInt256.MaxValue / ratio : ratio;
        return (price + uint.MaxValue) >> 32;
    }

    /// <summary>Greatest tick whose price is not above this one (getTickAtSqrtRatio, getTickAtSqrtPrice).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The price is outside its range.</exception>
    public static int TickAtSqrtPrice(in UInt256 sqrtPriceX96)
    {
        if (sqrtPriceX96 < SqrtPriceMin || sqrtPriceX96 >= SqrtPriceMax)
        {
            ThrowPriceOutOfRange(sqrtPriceX96);
        }

        // log2 of the price in Q128: its integer part from the leading bit, 14 more bits by squaring.
        int leading = sqrtPriceX96.BitLength + 31;
        int shift = 127 + 32 - leading;
        UInt128 mantissa = (UInt128)(shift >= 0 ? sqrtPriceX96 << shift : sqrtPriceX96 >> -shift);
        ulong fraction = 0;
        for (int bit = 63; bit >= 50; bit--)
        {
            (UInt128 high, UInt128 low) = Square(mantissa);
            ulong carry = (ulong)(high >> 127);
            fraction |= carry << bit;
            mantissa = carry != 0 ? high : (high << 1) | (low >> 127);
        }

        // Two's complement, as in the contract: shifted by 128 bits, the low 32 of what is left are the tick's.
        UInt256 log2 = ((UInt256)(long)(leading - 128) << 64) | (UInt256)fraction;
        UInt256 logTick = log2 * LogBase;
        int low32 = (int)(uint)(ulong)((logTick - ErrorLow) >> 128);
        int high32 = (int)(uint)(ulong)((logTick + ErrorHigh) >> 128);
        return low32 == high32 || SqrtPriceAtTick(high32) > sqrtPriceX96 ? low32 : high32;
    }

    /// <summary>⌊a · b / 2^128⌋.</summary>
    private static UInt128 MultiplyHigh(UInt128 a, UInt128 b)
    {
        ulong a0 = (ulong)a, a1 = (ulong)(a >> 64), b0 = (ulong)b, b1 = (ulong)(b >> 64);
        ulong carry = Math.BigMul(a0, b0, out _);
        ulong high01 = Math.BigMul(a0, b1, out ulong low01);
        ulong high10 = Math.BigMul(a1, b0, out ulong low10);
        ulong high11 = Math.BigMul(a1, b1, out ulong low11);
        UInt128 middle = (UInt128)carry + low01 + low10;
        return new UInt128(high11, low11) + high01 + high10 + (ulong)(middle >> 64);
    }

    private static (UInt128 High, UInt128 Low) Square(UInt128 a)
    {
        ulong a0 = (ulong)a, a1 = (ulong)(a >> 64);
        ulong high00 = Math.BigMul(a0, a0, out ulong low00);
        ulong high01 = Math.BigMul(a0, a1, out ulong low01);
        ulong high11 = Math.BigMul(a1, a1, out ulong low11);
        UInt128 middle = (UInt128)high00 + low01 + low01;
        UInt128 high = new UInt128(high11, low11) + high01 + high01 + (ulong)(middle >> 64);
        return (high, new UInt128((ulong)middle, low00));
    }

    [DoesNotReturn]
    private static void ThrowTickOutOfRange(int tick) => throw new ArgumentOutOfRangeException(
        nameof(tick), $"A tick is from {TickMin} to {TickMax}; {tick} is not.");

    [DoesNotReturn]
    private static void ThrowPriceOutOfRange(UInt256 sqrtPriceX96) => throw new ArgumentOutOfRangeException(
        nameof(sqrtPriceX96),
        $"A sqrtPriceX96 is at least {SqrtPriceMin} and below {SqrtPriceMax}; {sqrtPriceX96} is not.");
}
