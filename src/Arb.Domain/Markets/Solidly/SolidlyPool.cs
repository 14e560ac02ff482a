using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>A Solidly pair at one block, stable or volatile, from its specification; not proven against bytecode.</summary>
/// <param name="Variant">Whose rules it follows.</param>
/// <param name="IsStable">x³y + y³x ≥ k; volatile pairs keep xy ≥ k.</param>
/// <param name="Decimals0">Decimals of token0, 0 to 36; only stable pairs use them.</param>
/// <param name="Decimals1">Decimals of token1, likewise.</param>
/// <param name="Fee">Fee, rounded down and moved out of the pair before the curve sees the amount.</param>
/// <param name="Reserve0">Reserve of token0, raw units.</param>
/// <param name="Reserve1">Reserve of token1, raw units.</param>
public sealed record SolidlyPool(
    SolidlyVariant Variant, bool IsStable, int Decimals0, int Decimals1, FeePips Fee, UInt256 Reserve0, UInt256 Reserve1)
    : IProbedPoolModel
{
    /// <summary>Most decimals a model takes; 10^36 still leaves the curve room.</summary>
    public const int DecimalsMax = 36;

    /// <summary>Decimals of token0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not 0 to 36.</exception>
    public int Decimals0 { get; init => field = InRange(value); } = InRange(Decimals0);

    /// <summary>Decimals of token1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not 0 to 36.</exception>
    public int Decimals1 { get; init => field = InRange(value); } = InRange(Decimals1);

    /// <inheritdoc/>
    public int TokenCount => 2;

    /// <inheritdoc/>
    /// <remarks>
    /// What the router does: ask <c>getAmountOut</c>, swap for that. Where the pair's own check of k refuses the amount it has just quoted,
    /// as the first solver lets happen, the swap reverts and so this refuses.
    /// </remarks>
    public SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
    {
        SwapRefusal refusal = QuoteView(tokenIn, tokenOut, amountIn, out amountOut);
        if (refusal == SwapRefusal.None)
        {
            refusal = Check(tokenIn == 0, amountIn, amountOut);
        }

        if (refusal != SwapRefusal.None)
        {
            amountOut = default;
        }

        return refusal;
    }

    /// <inheritdoc/>
    /// <remarks>The pair has no exact-out quote: one unit less than this amount pays less than was asked for.</remarks>
    public SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn)
    {
        amountIn = default;
        CheckTokens(tokenIn, tokenOut);
        if (tokenIn == tokenOut || amountOut.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(tokenIn == 0);
        if (reserveIn.IsZero || reserveOut.IsZero)
        {
            return SwapRefusal.NoLiquidity;
        }

        return amountOut >= reserveOut
            ? SwapRefusal.InsufficientLiquidity
            : LeastInput.Find(new ExactInQuote(this, tokenIn, tokenOut), Guess(tokenIn == 0, amountOut), amountOut, out amountIn);
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after)
    {
        SwapRefusal refusal = QuoteExactIn(tokenIn, tokenOut, amountIn, out amountOut);
        after = refusal == SwapRefusal.None ? After(tokenIn == 0, amountIn, amountOut) : this;
        return refusal;
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out IPoolModel after)
    {
        SwapRefusal refusal = QuoteExactOut(tokenIn, tokenOut, amountOut, out amountIn);
        if (refusal == SwapRefusal.None)
        {
            return SwapExactIn(tokenIn, tokenOut, amountIn, out _, out after);
        }

        after = this;
        return refusal;
    }

    /// <inheritdoc/>
    /// <remarks><c>getAmountOut</c>; an amount of 0, and one that buys nothing, are refused as the swap refuses them.</remarks>
    public SwapRefusal QuoteView(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = default;
        CheckTokens(tokenIn, tokenOut);
        if (tokenIn == tokenOut || amountIn.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        if (Reserve0.IsZero || Reserve1.IsZero)
        {
            return SwapRefusal.NoLiquidity;
        }

        EvmArithmetic math = default;
        UInt256 afterFee = math.Subtract(amountIn, FeeOf(ref math, amountIn));
        SwapRefusal refusal = IsStable
            ? QuoteStable(ref math, tokenIn == 0, afterFee, out amountOut)
            : QuoteVolatile(ref math, tokenIn == 0, afterFee, out amountOut);
        if (refusal == SwapRefusal.None)
        {
            refusal = math.Reverted ? SwapRefusal.MathOverflow : amountOut.IsZero ? SwapRefusal.ZeroOutput : SwapRefusal.None;
        }

        if (refusal != SwapRefusal.None)
        {
            amountOut = default;
        }

        return refusal;
    }

    private SwapRefusal QuoteStable(ref EvmArithmetic math, bool zeroForOne, UInt256 afterFee, out UInt256 amountOut)
    {
        amountOut = default;
        UInt256 unit0 = Unit(Decimals0);
        UInt256 unit1 = Unit(Decimals1);
        (UInt256 unitIn, UInt256 unitOut) = zeroForOne ? (unit0, unit1) : (unit1, unit0);
        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(zeroForOne);
        UInt256 k = SolidlyCurve.K(ref math, Reserve0, Reserve1, unit0, unit1);
        UInt256 scaledIn = math.MultiplyDivide(reserveIn, SolidlyCurve.Scale, unitIn);
        UInt256 scaledOut = math.MultiplyDivide(reserveOut, SolidlyCurve.Scale, unitOut);
        UInt256 x = math.Add(math.MultiplyDivide(afterFee, SolidlyCurve.Scale, unitIn), scaledIn);
        if (math.Reverted)
        {
            return SwapRefusal.MathOverflow;
        }

        SwapRefusal refusal = SolidlyCurve.SolveY(Variant.Solver, x, k, scaledOut, unit0, unit1, out UInt256 y);
        if (refusal != SwapRefusal.None)
        {
            return refusal;
        }

        // Above the reserve the contract reverts: the amount is too small to move y below it.
        if (!UInt256.TrySubtract(scaledOut, y, out UInt256 gain))
        {
            return SwapRefusal.ZeroOutput;
        }

        amountOut = math.MultiplyDivide(gain, unitOut, SolidlyCurve.Scale);
        return SwapRefusal.None;
    }

    private SwapRefusal QuoteVolatile(ref EvmArithmetic math, bool zeroForOne, UInt256 afterFee, out UInt256 amountOut)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(zeroForOne);
        amountOut = math.MultiplyDivide(afterFee, reserveOut, math.Add(reserveIn, afterFee));
        return SwapRefusal.None;
    }

    /// <summary>The requires of <c>swap</c>: less than the reserve, and k not falling once the fee has left.</summary>
    private SwapRefusal Check(bool zeroForOne, UInt256 amountIn, UInt256 amountOut)
    {
        (_, UInt256 reserveOut) = Reserves(zeroForOne);
        if (amountOut >= reserveOut)
        {
            return SwapRefusal.InsufficientLiquidity;
        }

        EvmArithmetic math = default;
        (UInt256 balance0, UInt256 balance1) = Balances(ref math, zeroForOne, amountIn, amountOut);
        UInt256 before = Invariant(ref math, Reserve0, Reserve1);
        UInt256 after = Invariant(ref math, balance0, balance1);
        return math.Reverted ? SwapRefusal.MathOverflow
            : after < before ? SwapRefusal.InvariantFalls
            : SwapRefusal.None;
    }

    private UInt256 Invariant(ref EvmArithmetic math, UInt256 balance0, UInt256 balance1) => IsStable
        ? SolidlyCurve.K(ref math, balance0, balance1, Unit(Decimals0), Unit(Decimals1))
        : math.Multiply(balance0, balance1);

    private (UInt256 Balance0, UInt256 Balance1) Balances(ref EvmArithmetic math, bool zeroForOne, UInt256 amountIn, UInt256 amountOut)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(zeroForOne);
        UInt256 balanceIn = math.Subtract(math.Add(reserveIn, amountIn), FeeOf(ref math, amountIn));
        UInt256 balanceOut = math.Subtract(reserveOut, amountOut);
        return zeroForOne ? (balanceIn, balanceOut) : (balanceOut, balanceIn);
    }

    private SolidlyPool After(bool zeroForOne, UInt256 amountIn, UInt256 amountOut)
    {
        EvmArithmetic math = default;
        (UInt256 balance0, UInt256 balance1) = Balances(ref math, zeroForOne, amountIn, amountOut);
        return this with { Reserve0 = balance0, Reserve1 = balance1 };
    }

    private UInt256 FeeOf(ref EvmArithmetic math, UInt256 amountIn) =>
        math.MultiplyDivide(amountIn, (ulong)Fee.Value, (ulong)FeePips.Whole);

    /// <summary>Near the amount in: the volatile formula's, or par for a stable pair; the search settles the rest.</summary>
    private UInt256 Guess(bool zeroForOne, UInt256 amountOut)
    {
        EvmArithmetic math = default;
        (UInt256 reserveIn, UInt256 reserveOut) = Reserves(zeroForOne);
        UInt256 net;
        if (IsStable)
        {
            (UInt256 unitIn, UInt256 unitOut) = zeroForOne
                ? (Unit(Decimals0), Unit(Decimals1))
                : (Unit(Decimals1), Unit(Decimals0));
            net = math.MultiplyDivide(amountOut, unitIn, unitOut);
        }
        else
        {
            net = math.MultiplyDivide(reserveIn, amountOut, reserveOut - amountOut);
        }

        UInt256 guess = math.MultiplyDivide(net, (ulong)FeePips.Whole, (ulong)(FeePips.Whole - Fee.Value));
        return math.Reverted ? reserveIn : guess;
    }

    private (UInt256 In, UInt256 Out) Reserves(bool zeroForOne) => zeroForOne ? (Reserve0, Reserve1) : (Reserve1, Reserve0);

    private static UInt256 Unit(int decimals)
    {
        UInt256 unit = UInt256.One;
        for (int i = 0; i < decimals; i++)
        {
            unit *= 10u;
        }

        return unit;
    }

    private static int InRange(int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, DecimalsMax);
        return decimals;
    }

    private static void CheckTokens(int tokenIn, int tokenOut)
    {
        if (tokenIn is not (0 or 1) || tokenOut is not (0 or 1))
        {
            ThrowTokenOutOfRange(tokenIn, tokenOut);
        }
    }

    [DoesNotReturn]
    private static void ThrowTokenOutOfRange(int tokenIn, int tokenOut) =>
        throw new ArgumentOutOfRangeException(nameof(tokenIn), $"Tokens are 0 and 1, not {tokenIn} and {tokenOut}.");
}
