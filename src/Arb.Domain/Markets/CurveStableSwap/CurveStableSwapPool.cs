using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Arb.Domain;

/// <summary>What a StableSwap pool is made of at one block, as its contract stores it.</summary>
public sealed record CurveState
{
    /// <summary>Balances, raw units, without the admin's share.</summary>
    public required ImmutableArray<UInt256> Balances { get; init; }

    /// <summary>
    /// What one raw unit is worth on the curve, scaled by 10^18 (<c>rates</c>, <c>stored_rates()</c>): 10^(36 − decimals) for a plain
    /// token, times its exchange rate for a wrapped one, the base pool's virtual price for its LP token.
    /// </summary>
    public required ImmutableArray<UInt256> Rates { get; init; }

    /// <summary>The amplification as the contract computes with it, A · precision (<c>A_precise()</c> where there is one).</summary>
    public required UInt256 Amp { get; init; }

    /// <summary>1 before metapools, 100 since.</summary>
    public required UInt256 AmpPrecision { get; init; }

    /// <summary>Fee, in 10^-10 of the amount out.</summary>
    public required UInt256 FeeE10 { get; init; }

    /// <summary>The admin's share of the fee, in 10^-10 of it.</summary>
    public required UInt256 AdminFeeE10 { get; init; }

    /// <summary>How many times the fee may grow off the peg, in 10^-10; only variants with a dynamic fee read it.</summary>
    public UInt256 OffpegFeeMultiplierE10 { get; init; }
}

/// <summary>
/// A Curve StableSwap pool at one block, from its specification; not proven against bytecode. An amount in that would be paid with
/// nothing is refused, although some of these contracts would take it. So is one whose product with its rate needs more than 256 bits,
/// which is beyond any token's supply: the contracts that scale by a whole number, or not at all, would take it.
/// </summary>
public sealed class CurveStableSwapPool : IProbedPoolModel
{
    /// <summary>Most tokens any of the contracts takes.</summary>
    public const int TokensMax = 8;

    private readonly ImmutableArray<UInt256> _xp;
    private readonly Curve _swap;
    private readonly Curve _view;

    /// <summary>Takes a pool as it is.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, or an amplification, precision or rate is 0.</exception>
    public CurveStableSwapPool(CurveVariant variant, CurveState state)
    {
        if (state.Balances.Length is < 2 or > TokensMax || state.Rates.Length != state.Balances.Length)
        {
            throw new ArgumentException(
                $"A StableSwap pool has 2 to {TokensMax} balances and a rate for each, not {state.Balances.Length} and {state.Rates.Length}.");
        }

        if (state.Amp.IsZero || state.AmpPrecision.IsZero || state.Rates.Contains(UInt256.Zero))
        {
            throw new ArgumentException("Amplification, its precision and every rate are above 0.");
        }

        Variant = variant;
        State = state;
        _xp = Scale(state, out bool overflows);
        _swap = SolveCurve(state.Amp, overflows);
        UInt256 viewAmp = variant.ViewCutsAmp ? state.Amp / state.AmpPrecision * state.AmpPrecision : state.Amp;
        _view = viewAmp == state.Amp ? _swap : SolveCurve(viewAmp, overflows);
    }

    /// <summary>10^10, the whole of a fee.</summary>
    public static UInt256 WholeE10 => 10_000_000_000UL;

    /// <summary>Whose rules it follows.</summary>
    public CurveVariant Variant { get; }

    /// <summary>Its state.</summary>
    public CurveState State { get; }

    /// <inheritdoc/>
    public int TokenCount => State.Balances.Length;

    private static UInt256 Precision => 1_000_000_000_000_000_000UL;

    /// <inheritdoc/>
    public SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
    {
        SwapRefusal refusal = TrySwap(tokenIn, tokenOut, amountIn, out Moved moved);
        amountOut = moved.AmountOut;
        return refusal;
    }

    /// <inheritdoc/>
    /// <remarks>The contracts have no exact-out swap: one unit less than this amount pays less than was asked for.</remarks>
    public SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn)
    {
        amountIn = default;
        CheckTokens(tokenIn, tokenOut);
        if (tokenIn == tokenOut || amountOut.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        if (_swap.Refusal != SwapRefusal.None)
        {
            return _swap.Refusal;
        }

        return amountOut >= State.Balances[tokenOut]
            ? SwapRefusal.InsufficientLiquidity
            : LeastInput.Find(new ExactInQuote(this, tokenIn, tokenOut), Guess(tokenIn, tokenOut, amountOut), amountOut, out amountIn);
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after)
    {
        SwapRefusal refusal = TrySwap(tokenIn, tokenOut, amountIn, out Moved moved);
        amountOut = moved.AmountOut;
        after = refusal == SwapRefusal.None ? After(tokenIn, tokenOut, moved) : this;
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
    /// <remarks><c>get_dy</c>. It answers 0 for 0, and for amounts too small to be paid for.</remarks>
    public SwapRefusal QuoteView(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = default;
        CheckTokens(tokenIn, tokenOut);
        if (tokenIn == tokenOut)
        {
            return SwapRefusal.InvalidRequest;
        }

        EvmArithmetic math = default;
        SwapRefusal refusal = TryMove(_view, tokenIn, tokenOut, amountIn, Variant.ViewKeepsUnit, ref math, out Point point);
        if (refusal != SwapRefusal.None)
        {
            return refusal;
        }

        UInt256 fee = Fee(ref math, tokenIn, tokenOut, point);
        UInt256 rate = State.Rates[tokenOut];
        if (Variant.ViewFee == CurveViewFee.AfterConversion)
        {
            UInt256 converted = math.MultiplyDivide(point.Gain, Precision, rate);
            amountOut = math.Subtract(converted, math.MultiplyDivide(fee, converted, WholeE10));
        }
        else
        {
            UInt256 taken = math.MultiplyDivide(fee, point.Gain, WholeE10);
            amountOut = math.MultiplyDivide(math.Subtract(point.Gain, taken), Precision, rate);
        }

        if (math.Reverted)
        {
            amountOut = default;
            return SwapRefusal.MathOverflow;
        }

        return SwapRefusal.None;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"curve {Variant.Name} A {State.Amp}/{State.AmpPrecision} fee {State.FeeE10} balances [{string.Join(", ", State.Balances)}]";

    private static ImmutableArray<UInt256> Scale(CurveState state, out bool overflows)
    {
        EvmArithmetic math = default;
        UInt256[] xp = new UInt256[state.Balances.Length];
        for (int k = 0; k < xp.Length; k++)
        {
            xp[k] = math.MultiplyDivide(state.Rates[k], state.Balances[k], Precision);
        }

        overflows = math.Reverted;
        return ImmutableCollectionsMarshal.AsImmutableArray(xp);
    }

    private Curve SolveCurve(UInt256 amp, bool overflows)
    {
        if (overflows)
        {
            return new Curve(amp, default, SwapRefusal.MathOverflow);
        }

        SwapRefusal refusal = CurveInvariant.SolveD(Variant, _xp.AsSpan(), amp, State.AmpPrecision, out UInt256 invariant);

        // An empty side is what makes the old contracts divide by zero.
        bool isDry = refusal == SwapRefusal.MathOverflow && _xp.Contains(UInt256.Zero);
        return new Curve(amp, invariant, isDry ? SwapRefusal.NoLiquidity : refusal);
    }

    private SwapRefusal TrySwap(int tokenIn, int tokenOut, UInt256 amountIn, out Moved moved)
    {
        moved = default;
        CheckTokens(tokenIn, tokenOut);
        if (tokenIn == tokenOut || amountIn.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        EvmArithmetic math = default;
        SwapRefusal refusal = TryMove(_swap, tokenIn, tokenOut, amountIn, Variant.SwapKeepsUnit, ref math, out Point point);
        if (refusal != SwapRefusal.None)
        {
            return refusal;
        }

        UInt256 rate = State.Rates[tokenOut];
        UInt256 fee = math.MultiplyDivide(point.Gain, Fee(ref math, tokenIn, tokenOut, point), WholeE10);
        UInt256 adminFee = math.MultiplyDivide(fee, State.AdminFeeE10, WholeE10);
        UInt256 amountOut = math.MultiplyDivide(math.Subtract(point.Gain, fee), Precision, rate);
        UInt256 balanceIn, balanceOut;
        if (Variant.Balances == CurveBalances.FromCurve)
        {
            balanceIn = math.MultiplyDivide(point.X, Precision, State.Rates[tokenIn]);
            balanceOut = math.MultiplyDivide(math.Add(point.Y, math.Subtract(fee, adminFee)), Precision, rate);
        }
        else
        {
            balanceIn = math.Add(State.Balances[tokenIn], amountIn);
            balanceOut = math.Subtract(
                math.Subtract(State.Balances[tokenOut], amountOut), math.MultiplyDivide(adminFee, Precision, rate));
        }

        if (math.Reverted)
        {
            return SwapRefusal.MathOverflow;
        }

        if (amountOut.IsZero)
        {
            return SwapRefusal.ZeroOutput;
        }

        moved = new Moved(amountOut, balanceIn, balanceOut);
        return SwapRefusal.None;
    }

    /// <summary>Along the curve: x after the amount, y that keeps D, and what y lost.</summary>
    private SwapRefusal TryMove(
        in Curve curve, int tokenIn, int tokenOut, UInt256 amountIn, bool keepsUnit, ref EvmArithmetic math, out Point point)
    {
        point = default;
        if (curve.Refusal != SwapRefusal.None)
        {
            return curve.Refusal;
        }

        UInt256 x = math.Add(_xp[tokenIn], math.MultiplyDivide(amountIn, State.Rates[tokenIn], Precision));
        if (math.Reverted)
        {
            return SwapRefusal.MathOverflow;
        }

        SwapRefusal refusal = CurveInvariant.SolveY(
            Variant, _xp.AsSpan(), tokenIn, tokenOut, x, curve.Amp, State.AmpPrecision, curve.Invariant, out UInt256 y);
        if (refusal != SwapRefusal.None)
        {
            return refusal;
        }

        // Below zero the contract reverts: the amount moves y by less than the unit it keeps back.
        UInt256 kept = keepsUnit ? UInt256.One : UInt256.Zero;
        if (!UInt256.TrySubtract(_xp[tokenOut], y, out UInt256 gain) || !UInt256.TrySubtract(gain, kept, out gain))
        {
            return SwapRefusal.ZeroOutput;
        }

        point = new Point(x, y, gain);
        return SwapRefusal.None;
    }

    private UInt256 Fee(ref EvmArithmetic math, int tokenIn, int tokenOut, in Point point) => Variant.DynamicFee
        ? CurveInvariant.DynamicFee(
            ref math,
            math.Add(_xp[tokenIn], point.X) >> 1,
            math.Add(_xp[tokenOut], point.Y) >> 1,
            State.FeeE10,
            State.OffpegFeeMultiplierE10,
            WholeE10)
        : State.FeeE10;

    /// <summary>Near the amount in, from the curve read backwards with the base fee; the search settles the rest.</summary>
    private UInt256 Guess(int tokenIn, int tokenOut, UInt256 amountOut)
    {
        EvmArithmetic math = default;
        UInt256 net = math.MultiplyDivide(amountOut, State.Rates[tokenOut], Precision);
        UInt256 gross = math.MultiplyDivide(net, WholeE10, math.Subtract(WholeE10, State.FeeE10));
        UInt256 y = math.Subtract(_xp[tokenOut], gross);
        if (math.Reverted || y.IsZero)
        {
            return State.Balances[tokenIn];
        }

        SwapRefusal refusal = CurveInvariant.SolveY(
            Variant, _xp.AsSpan(), tokenOut, tokenIn, y, _swap.Amp, State.AmpPrecision, _swap.Invariant, out UInt256 x);
        UInt256 guess = math.MultiplyDivide(math.Subtract(x, _xp[tokenIn]), Precision, State.Rates[tokenIn]);
        return refusal != SwapRefusal.None || math.Reverted ? amountOut : guess;
    }

    private CurveStableSwapPool After(int tokenIn, int tokenOut, in Moved moved) => new(
        Variant,
        State with { Balances = State.Balances.SetItem(tokenIn, moved.BalanceIn).SetItem(tokenOut, moved.BalanceOut) });

    private void CheckTokens(int tokenIn, int tokenOut)
    {
        if ((uint)tokenIn >= (uint)TokenCount || (uint)tokenOut >= (uint)TokenCount)
        {
            ThrowTokenOutOfRange(tokenIn, tokenOut);
        }
    }

    [DoesNotReturn]
    private void ThrowTokenOutOfRange(int tokenIn, int tokenOut) =>
        throw new ArgumentOutOfRangeException(nameof(tokenIn), $"Tokens are 0 to {TokenCount - 1}, not {tokenIn} and {tokenOut}.");

    private readonly record struct Curve(UInt256 Amp, UInt256 Invariant, SwapRefusal Refusal);

    private readonly record struct Point(UInt256 X, UInt256 Y, UInt256 Gain);

    private readonly record struct Moved(UInt256 AmountOut, UInt256 BalanceIn, UInt256 BalanceOut);
}
