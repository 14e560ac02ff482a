using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>A Uniswap V2 pair, or a fork of it with another fee, at one block. Exact to the raw unit (UniswapV2Library, UniswapV2Pair.swap).</summary>
/// <remarks>
/// A pair with an empty side is refused in both directions, as the library refuses it: it has no price, although the bare pair would
/// give all but one unit of the other side for one unit.
/// </remarks>
/// <param name="Info">What never changes about it.</param>
/// <param name="Reserve0">Reserve of token0, raw units, below 2^112.</param>
/// <param name="Reserve1">Reserve of token1, raw units, below 2^112.</param>
public sealed record ConstantProductPool(PoolInfo Info, UInt256 Reserve0, UInt256 Reserve1) : IPoolModel
{
    // A number below 2^112 times this fits two limbs.
    private const uint TwoLimbFactorMax = 1 << 16;

    // The high limb of 2^112 − 1.
    private const ulong ReserveBoundHigh = (1UL << 48) - 1;

    private readonly PoolInfo _info = Info;
    private readonly UInt128 _reserve0 = InRange(Reserve0);
    private readonly UInt128 _reserve1 = InRange(Reserve1);
    private readonly FeeFraction _fee = FeeFraction.Of(Info.Fee);

    /// <summary>Greatest reserve the pair can hold: 2^112 − 1.</summary>
    public static UInt256 ReserveMax => new(ulong.MaxValue, ReserveBoundHigh, 0, 0);

    /// <summary>What never changes about it.</summary>
    public PoolInfo Info
    {
        get => _info;
        init => (_info, _fee) = (value, FeeFraction.Of(value.Fee));
    }

    /// <summary>Reserve of token0, raw units, below 2^112.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not below 2^112.</exception>
    public UInt256 Reserve0
    {
        get => _reserve0;
        init => _reserve0 = InRange(value);
    }

    /// <summary>Reserve of token1, raw units, below 2^112.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not below 2^112.</exception>
    public UInt256 Reserve1
    {
        get => _reserve1;
        init => _reserve1 = InRange(value);
    }

    private static UInt128 ReserveBound => new(ReserveBoundHigh, ulong.MaxValue);

    /// <inheritdoc/>
    public int TokenCount => 2;

    /// <summary>Most that <paramref name="amountIn"/> buys; false when the pair would revert (no liquidity, zero output, reserve overflow).</summary>
    public bool TryQuoteExactIn(bool zeroForOne, in UInt256 amountIn, out UInt256 amountOut) =>
        QuoteExactIn(zeroForOne, amountIn, out amountOut) == SwapRefusal.None;

    /// <summary>Least amount in that buys at least <paramref name="amountOut"/>; false when no amount does.</summary>
    public bool TryQuoteExactOut(bool zeroForOne, in UInt256 amountOut, out UInt256 amountIn) =>
        QuoteExactOut(zeroForOne, amountOut, out amountIn) == SwapRefusal.None;

    /// <summary>Most that <paramref name="amountIn"/> buys.</summary>
    /// <param name="zeroForOne">Direction.</param>
    /// <param name="amountIn">Raw units paid, fee included.</param>
    /// <param name="amountOut">Raw units received; 0 when refused.</param>
    /// <returns>Why the pair would revert, or <see cref="SwapRefusal.None"/>.</returns>
    public SwapRefusal QuoteExactIn(bool zeroForOne, in UInt256 amountIn, out UInt256 amountOut)
    {
        UInt128 reserveIn = zeroForOne ? _reserve0 : _reserve1;
        UInt128 reserveOut = zeroForOne ? _reserve1 : _reserve0;
        SwapRefusal refusal = RefusalOfInput(reserveIn, reserveOut, amountIn);
        if (refusal != SwapRefusal.None)
        {
            amountOut = default;
            return refusal;
        }

        // The library's formula, with the fee in lowest terms.
        if (_fee.Whole <= TwoLimbFactorMax)
        {
            // The divisor is at most (reserveIn + amountIn) · whole: below 2^128. The quotient is below reserveOut.
            UInt128 afterFee = Multiply((UInt128)amountIn, _fee.Kept);
            UInt128 divisor = Multiply(reserveIn, _fee.Whole) + afterFee;
            ShortMulDiv.TryDivide(afterFee, reserveOut, divisor, out UInt128 quotient, out _);
            amountOut = quotient;
        }
        else
        {
            // Below 2^112 · 10^6 · 2^112: no product here needs more than 256 bits.
            UInt256 afterFee = amountIn * _fee.Kept;
            amountOut = afterFee * reserveOut / (((UInt256)reserveIn * _fee.Whole) + afterFee);
        }

        return amountOut.IsZero ? SwapRefusal.ZeroOutput : SwapRefusal.None;
    }

    /// <summary>Least amount in that buys at least <paramref name="amountOut"/>.</summary>
    /// <param name="zeroForOne">Direction.</param>
    /// <param name="amountOut">Raw units received.</param>
    /// <param name="amountIn">Raw units paid, fee included; 0 when refused.</param>
    /// <returns>Why the pair would revert whatever is paid, or <see cref="SwapRefusal.None"/>.</returns>
    public SwapRefusal QuoteExactOut(bool zeroForOne, in UInt256 amountOut, out UInt256 amountIn)
    {
        UInt128 reserveIn = zeroForOne ? _reserve0 : _reserve1;
        UInt128 reserveOut = zeroForOne ? _reserve1 : _reserve0;
        SwapRefusal refusal = RefusalOfOutput(reserveIn, reserveOut, amountOut);
        if (refusal != SwapRefusal.None)
        {
            amountIn = default;
            return refusal;
        }

        UInt128 left = reserveOut - (UInt128)amountOut;
        UInt128 quotient;
        bool isExact;
        if (_fee.Whole <= TwoLimbFactorMax)
        {
            UInt128 divisor = Multiply(left, _fee.Kept);
            if (!ShortMulDiv.TryDivide(Multiply(reserveIn, _fee.Whole), (UInt128)amountOut, divisor, out quotient, out isExact))
            {
                amountIn = default;
                return SwapRefusal.ReserveOverflow;
            }
        }
        else
        {
            UInt256.TryDivRem(
                reserveIn * amountOut * _fee.Whole, (UInt256)left * _fee.Kept, out UInt256 wide, out UInt256 rest);
            quotient = (UInt128)UInt256.Min(wide, UInt128.MaxValue - 1);
            isExact = rest.IsZero;
        }

        // The library adds 1 even to an exact quotient; the pair itself takes the quotient.
        if (!isExact)
        {
            quotient++;
        }

        bool isTooMuch = quotient > ReserveBound - reserveIn;
        amountIn = isTooMuch ? UInt128.Zero : quotient;
        return isTooMuch ? SwapRefusal.ReserveOverflow : SwapRefusal.None;
    }

    /// <inheritdoc/>
    public SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
    {
        if (IsDirection(tokenIn, tokenOut))
        {
            return QuoteExactIn(tokenIn == 0, amountIn, out amountOut);
        }

        amountOut = default;
        return SwapRefusal.InvalidRequest;
    }

    /// <inheritdoc/>
    public SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn)
    {
        if (IsDirection(tokenIn, tokenOut))
        {
            return QuoteExactOut(tokenIn == 0, amountOut, out amountIn);
        }

        amountIn = default;
        return SwapRefusal.InvalidRequest;
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactIn(
        int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after)
    {
        SwapRefusal refusal = QuoteExactIn(tokenIn, tokenOut, amountIn, out amountOut);
        after = refusal == SwapRefusal.None ? After(tokenIn == 0, amountIn, amountOut) : this;
        return refusal;
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactOut(
        int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out IPoolModel after)
    {
        SwapRefusal refusal = QuoteExactOut(tokenIn, tokenOut, amountOut, out amountIn);
        after = refusal == SwapRefusal.None ? After(tokenIn == 0, amountIn, amountOut) : this;
        return refusal;
    }

    /// <summary>The pool after a swap of exactly these amounts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A reserve would leave its range.</exception>
    public ConstantProductPool After(bool zeroForOne, UInt256 amountIn, UInt256 amountOut) => zeroForOne
        ? this with { Reserve0 = Reserve0 + amountIn, Reserve1 = Reserve1 - amountOut }
        : this with { Reserve0 = Reserve0 - amountOut, Reserve1 = Reserve1 + amountIn };

    /// <summary>Reserves in the direction of a swap.</summary>
    public (UInt256 In, UInt256 Out) Reserves(bool zeroForOne) => zeroForOne ? (Reserve0, Reserve1) : (Reserve1, Reserve0);

    private static SwapRefusal RefusalOfInput(UInt128 reserveIn, UInt128 reserveOut, in UInt256 amountIn)
    {
        if (amountIn.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        if (reserveIn == 0 || reserveOut == 0)
        {
            return SwapRefusal.NoLiquidity;
        }

        // The bound has 112 ones, so that a sum of two numbers in it is beyond it exactly when it has a bit above them.
        return amountIn > ReserveMax || (ulong)(((UInt128)amountIn + reserveIn) >> 64) > ReserveBoundHigh
            ? SwapRefusal.ReserveOverflow
            : SwapRefusal.None;
    }

    private static SwapRefusal RefusalOfOutput(UInt128 reserveIn, UInt128 reserveOut, in UInt256 amountOut)
    {
        if (amountOut.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        if (reserveIn == 0 || reserveOut == 0)
        {
            return SwapRefusal.NoLiquidity;
        }

        return amountOut > ReserveMax || (UInt128)amountOut >= reserveOut
            ? SwapRefusal.InsufficientLiquidity
            : SwapRefusal.None;
    }

    /// <summary>Whether the indices are a direction and not the same token twice.</summary>
    private static bool IsDirection(int tokenIn, int tokenOut)
    {
        if ((uint)tokenIn > 1 || (uint)tokenOut > 1)
        {
            ThrowTokenOutOfRange(tokenIn, tokenOut);
        }

        return tokenIn != tokenOut;
    }

    /// <summary>A number below 2^112 times a factor up to <see cref="TwoLimbFactorMax"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 Multiply(UInt128 value, uint factor)
    {
        ulong high = Math.BigMul((ulong)value, factor, out ulong low);
        return new UInt128(high + ((ulong)(value >> 64) * factor), low);
    }

    private static UInt128 InRange(in UInt256 reserve)
    {
        if (reserve > ReserveMax)
        {
            ThrowReserveOutOfRange(reserve);
        }

        return (UInt128)reserve;
    }

    [DoesNotReturn]
    private static void ThrowReserveOutOfRange(UInt256 reserve) =>
        throw new ArgumentOutOfRangeException(nameof(reserve), $"A pair's reserve is below 2^112; {reserve} is not.");

    [DoesNotReturn]
    private static void ThrowTokenOutOfRange(int tokenIn, int tokenOut) =>
        throw new ArgumentOutOfRangeException(
            nameof(tokenIn), $"A pair has tokens 0 and 1; {tokenIn} and {tokenOut} were asked for.");
}
