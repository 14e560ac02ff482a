using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>A Uniswap V2 pair, or a fork of it with another fee, at one block. Exact to the raw unit (UniswapV2Library, UniswapV2Pair.swap).</summary>
/// <param name="Info">What never changes about it.</param>
/// <param name="Reserve0">Reserve of token0, raw units, below 2^112.</param>
/// <param name="Reserve1">Reserve of token1, raw units, below 2^112.</param>
public sealed record ConstantProductPool(PoolInfo Info, UInt256 Reserve0, UInt256 Reserve1)
{
    /// <summary>Greatest reserve the pair can hold: 2^112 − 1.</summary>
    public static UInt256 ReserveMax => new(ulong.MaxValue, (1UL << 48) - 1, 0, 0);

    /// <summary>Reserve of token0, raw units, below 2^112.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not below 2^112.</exception>
    public UInt256 Reserve0 { get; init => field = InRange(value); } = InRange(Reserve0);

    /// <summary>Reserve of token1, raw units, below 2^112.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not below 2^112.</exception>
    public UInt256 Reserve1 { get; init => field = InRange(value); } = InRange(Reserve1);

    /// <summary>Most that <paramref name="amountIn"/> buys; false when the pair would revert (no liquidity, zero output, reserve overflow).</summary>
    public bool TryQuoteExactIn(bool zeroForOne, UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = default;
        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(zeroForOne);
        if (amountIn.IsZero || reserveIn.IsZero || reserveOut.IsZero || amountIn > ReserveMax - reserveIn)
        {
            return false;
        }

        // Below 2^112 · 10^6 · 2^112: no product here needs more than 256 bits.
        UInt256 afterFee = amountIn * (ulong)(FeePips.Whole - Info.Fee.Value);
        amountOut = afterFee * reserveOut / ((reserveIn * (ulong)FeePips.Whole) + afterFee);
        return !amountOut.IsZero;
    }

    /// <summary>Least amount in that buys at least <paramref name="amountOut"/>; false when no amount does.</summary>
    public bool TryQuoteExactOut(bool zeroForOne, UInt256 amountOut, out UInt256 amountIn)
    {
        amountIn = default;
        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(zeroForOne);
        if (amountOut.IsZero || reserveIn.IsZero || amountOut >= reserveOut)
        {
            return false;
        }

        UInt256 numerator = reserveIn * amountOut * (ulong)FeePips.Whole;
        UInt256 denominator = (reserveOut - amountOut) * (ulong)(FeePips.Whole - Info.Fee.Value);
        (UInt256 quotient, UInt256 rest) = UInt256.DivRem(numerator, denominator);

        // The library adds 1 even to an exact quotient; the pair itself takes the quotient.
        UInt256 least = rest.IsZero ? quotient : quotient + UInt256.One;
        if (least > ReserveMax - reserveIn)
        {
            return false;
        }

        amountIn = least;
        return true;
    }

    /// <summary>The pool after a swap of exactly these amounts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A reserve would leave its range.</exception>
    public ConstantProductPool After(bool zeroForOne, UInt256 amountIn, UInt256 amountOut) => zeroForOne
        ? this with { Reserve0 = Reserve0 + amountIn, Reserve1 = Reserve1 - amountOut }
        : this with { Reserve0 = Reserve0 - amountOut, Reserve1 = Reserve1 + amountIn };

    /// <summary>Reserves in the direction of a swap.</summary>
    public (UInt256 In, UInt256 Out) Reserves(bool zeroForOne) => zeroForOne ? (Reserve0, Reserve1) : (Reserve1, Reserve0);

    private static UInt256 InRange(UInt256 reserve)
    {
        if (reserve > ReserveMax)
        {
            ThrowReserveOutOfRange(reserve);
        }

        return reserve;
    }

    [DoesNotReturn]
    private static void ThrowReserveOutOfRange(UInt256 reserve) =>
        throw new ArgumentOutOfRangeException(nameof(reserve), $"A pair's reserve is below 2^112; {reserve} is not.");
}
