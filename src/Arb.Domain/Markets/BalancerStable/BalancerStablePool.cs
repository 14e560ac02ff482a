using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Arb.Domain;

/// <summary>
/// A Balancer V2 stable pool of 2 to 5 tokens at one block, exact to the raw unit in both directions, with the Vault's own booking
/// (<c>StablePool</c>, <c>StableMath</c>; <c>Vault.swap</c>).
/// </summary>
/// <remarks>
/// <para>
/// A ComposableStablePool registers its own share token (BPT) with the Vault. Swaps between the other tokens are this model over those
/// tokens alone: leave the BPT out of every list. Swaps of the BPT itself are joins and exits and are not modelled.
/// </para>
/// <para>
/// Amplification moves with time while an update runs, and scaling factors move with the rates of their providers (a composable pool
/// refreshes expired rates in the swap itself, before it prices): both must be read for the target block.
/// </para>
/// </remarks>
public sealed class BalancerStablePool : IPoolModel
{
    /// <summary>Fewest tokens of a pool.</summary>
    public const int TokensMin = 2;

    /// <summary>Most tokens of a pool, its own share token not counted.</summary>
    public const int TokensMax = 5;

    /// <summary>Least amplification: 1, scaled by 1,000.</summary>
    public const int AmpMin = 1_000;

    /// <summary>Greatest amplification: 5,000, scaled by 1,000.</summary>
    public const int AmpMax = 5_000_000;

    // Balances in 18 decimals and their invariant depend on the state alone, so they are computed once per state, not per quote.
    private readonly ImmutableArray<UInt256> _scaled;
    private readonly UInt256 _invariant;
    private readonly SwapRefusal _stateRefusal;

    /// <summary>Takes a pool's state. Each list is in the pool's token order; every message of a refusal names list, index and value.</summary>
    /// <param name="balances">Balances in the Vault, raw units, below 2^112.</param>
    /// <param name="scalingFactorsX18">
    /// What makes raw units 18 decimals, scaled by 10^18: 10^(36 − decimals), times the token's rate if it has one. As the contract's
    /// <c>getScalingFactors()</c> gives them; from 1 to 2^192 − 1.
    /// </param>
    /// <param name="ampX1000">
    /// Amplification including AMP_PRECISION, as <c>getAmplificationParameter()</c> gives it: 1,000 times the number that pools are
    /// advertised with, so 1,000 to 5,000,000.
    /// </param>
    /// <param name="swapFeeX18">Swap fee as a fraction of the amount in, 10^18 being the whole; below 10^18 (on chain 10^12 to 10^17).</param>
    /// <param name="variant">Generation of the pool's code.</param>
    /// <exception cref="ArgumentException">A list has the wrong length (its name is <see cref="ArgumentException.ParamName"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range (the parameter's name says which).</exception>
    public BalancerStablePool(
        ImmutableArray<UInt256> balances,
        ImmutableArray<UInt256> scalingFactorsX18,
        UInt256 ampX1000,
        UInt256 swapFeeX18,
        BalancerStableVariant variant = BalancerStableVariant.V2Onwards)
    {
        BalancerChecks.Tokens(balances, TokensMin, TokensMax, nameof(balances));
        BalancerChecks.Length(scalingFactorsX18, balances.Length, nameof(scalingFactorsX18));
        BalancerChecks.Balances(balances, nameof(balances));
        BalancerChecks.Fee(swapFeeX18, nameof(swapFeeX18));
        if (ampX1000 < (ulong)AmpMin || ampX1000 > (ulong)AmpMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ampX1000),
                $"The amplification includes Balancer's precision of 1000, so it is from {AmpMin} to {AmpMax}; ampX1000 is {ampX1000}.");
        }

        if (!Enum.IsDefined(variant))
        {
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "Not a variant of a stable pool.");
        }

        for (int i = 0; i < scalingFactorsX18.Length; i++)
        {
            if (scalingFactorsX18[i].IsZero || scalingFactorsX18[i].BitLength > 192)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(scalingFactorsX18),
                    $"A scaling factor is from 1 to 2^192 − 1 (10^18 leaves raw units as they are); "
                    + $"scalingFactorsX18[{i}] is {scalingFactorsX18[i]}.");
            }
        }

        Balances = balances;
        ScalingFactorsX18 = scalingFactorsX18;
        AmpX1000 = ampX1000;
        SwapFeeX18 = swapFeeX18;
        Variant = variant;
        (_scaled, _invariant, _stateRefusal) = Measure();
    }

    private BalancerStablePool(BalancerStablePool before, ImmutableArray<UInt256> balances)
    {
        Balances = balances;
        ScalingFactorsX18 = before.ScalingFactorsX18;
        AmpX1000 = before.AmpX1000;
        SwapFeeX18 = before.SwapFeeX18;
        Variant = before.Variant;
        (_scaled, _invariant, _stateRefusal) = Measure();
    }

    /// <summary>Balances in the Vault, raw units, in the pool's token order.</summary>
    public ImmutableArray<UInt256> Balances { get; }

    /// <summary>What makes raw units 18 decimals, scaled by 10^18.</summary>
    public ImmutableArray<UInt256> ScalingFactorsX18 { get; }

    /// <summary>Amplification, scaled by 1,000.</summary>
    public UInt256 AmpX1000 { get; }

    /// <summary>Swap fee as a fraction of the amount in, scaled by 10^18.</summary>
    public UInt256 SwapFeeX18 { get; }

    /// <summary>Generation of the pool's code.</summary>
    public BalancerStableVariant Variant { get; }

    /// <inheritdoc/>
    public int TokenCount => Balances.Length;

    /// <summary>The invariant in 18 decimals as swaps use it; 0 when the contract cannot compute it.</summary>
    public UInt256 Invariant => _invariant;

    /// <inheritdoc/>
    public SwapRefusal QuoteExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut) =>
        TryExactIn(tokenIn, tokenOut, amountIn, out amountOut, out _, out _);

    /// <inheritdoc/>
    public SwapRefusal QuoteExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn) =>
        TryExactOut(tokenIn, tokenOut, amountOut, out amountIn, out _, out _);

    /// <inheritdoc/>
    public SwapRefusal SwapExactIn(int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out IPoolModel after)
    {
        SwapRefusal refusal = TryExactIn(tokenIn, tokenOut, amountIn, out amountOut, out UInt256 nextIn, out UInt256 nextOut);
        after = refusal == SwapRefusal.None ? After(tokenIn, tokenOut, nextIn, nextOut) : this;
        return refusal;
    }

    /// <inheritdoc/>
    public SwapRefusal SwapExactOut(int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out IPoolModel after)
    {
        SwapRefusal refusal = TryExactOut(tokenIn, tokenOut, amountOut, out amountIn, out UInt256 nextIn, out UInt256 nextOut);
        after = refusal == SwapRefusal.None ? After(tokenIn, tokenOut, nextIn, nextOut) : this;
        return refusal;
    }

    private SwapRefusal TryExactIn(
        int tokenIn, int tokenOut, in UInt256 amountIn, out UInt256 amountOut, out UInt256 nextIn, out UInt256 nextOut)
    {
        amountOut = default;
        nextIn = default;
        nextOut = default;
        BalancerChecks.Indices(tokenIn, tokenOut, TokenCount);
        if (tokenIn == tokenOut || amountIn.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        BalancerArithmetic math = default;
        UInt256 afterFee = BalancerFee.Take(ref math, amountIn, SwapFeeX18);
        UInt256 scaledIn = math.MultiplyX18Down(afterFee, ScalingFactorsX18[tokenIn]);
        math.Refuse(_stateRefusal);
        Span<UInt256> balances = stackalloc UInt256[_scaled.Length];
        _scaled.CopyTo(balances);
        balances[tokenIn] = math.Add(balances[tokenIn], scaledIn);
        if (math.Failed)
        {
            return math.Refusal;
        }

        UInt256 left = BalancerStableMath.BalanceGivenOthers(ref math, AmpX1000, balances, _invariant, tokenOut);

        // One less than the formula gives, against its own rounding; an amount in that buys less than that reverts.
        UInt256 scaledOut = math.Subtract(
            math.Subtract(_scaled[tokenOut], left, SwapRefusal.ZeroOutput), UInt256.One, SwapRefusal.ZeroOutput);
        UInt256 paid = math.DivideX18Down(scaledOut, ScalingFactorsX18[tokenOut]);
        if (math.Failed)
        {
            return math.Refusal;
        }

        SwapRefusal refusal = BalancerVault.Book(Balances[tokenIn], Balances[tokenOut], amountIn, paid, out nextIn, out nextOut);
        amountOut = refusal == SwapRefusal.None ? paid : default;
        return refusal;
    }

    private SwapRefusal TryExactOut(
        int tokenIn, int tokenOut, in UInt256 amountOut, out UInt256 amountIn, out UInt256 nextIn, out UInt256 nextOut)
    {
        amountIn = default;
        nextIn = default;
        nextOut = default;
        BalancerChecks.Indices(tokenIn, tokenOut, TokenCount);
        if (tokenIn == tokenOut || amountOut.IsZero)
        {
            return SwapRefusal.InvalidRequest;
        }

        BalancerArithmetic math = default;
        UInt256 scaledOut = math.MultiplyX18Down(amountOut, ScalingFactorsX18[tokenOut]);
        math.Refuse(_stateRefusal);
        Span<UInt256> balances = stackalloc UInt256[_scaled.Length];
        _scaled.CopyTo(balances);
        balances[tokenOut] = math.Subtract(balances[tokenOut], scaledOut, SwapRefusal.InsufficientLiquidity);
        if (balances[tokenOut].IsZero)
        {
            // The contract divides by the product of all balances: no price takes the last raw unit.
            math.Refuse(_invariant.IsZero ? SwapRefusal.NoLiquidity : SwapRefusal.InsufficientLiquidity);
        }

        if (math.Failed)
        {
            return math.Refusal;
        }

        UInt256 needed = BalancerStableMath.BalanceGivenOthers(ref math, AmpX1000, balances, _invariant, tokenIn);

        // One more than the formula gives, against its own rounding.
        UInt256 scaledIn = math.Add(math.Subtract(needed, _scaled[tokenIn], SwapRefusal.MathOverflow), UInt256.One);
        UInt256 asked = BalancerFee.Add(ref math, math.DivideX18Up(scaledIn, ScalingFactorsX18[tokenIn]), SwapFeeX18);
        if (math.Failed)
        {
            return math.Refusal;
        }

        SwapRefusal refusal = BalancerVault.Book(Balances[tokenIn], Balances[tokenOut], asked, amountOut, out nextIn, out nextOut);
        amountIn = refusal == SwapRefusal.None ? asked : default;
        return refusal;
    }

    private (ImmutableArray<UInt256> Scaled, UInt256 Invariant, SwapRefusal Refusal) Measure()
    {
        BalancerArithmetic math = default;
        UInt256[] scaled = new UInt256[Balances.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = math.MultiplyX18Down(Balances[i], ScalingFactorsX18[i]);
        }

        UInt256 invariant = math.Failed ? default : BalancerStableMath.Invariant(ref math, AmpX1000, scaled, Variant);
        return (ImmutableCollectionsMarshal.AsImmutableArray(scaled), math.Failed ? default : invariant, math.Refusal);
    }

    private BalancerStablePool After(int tokenIn, int tokenOut, in UInt256 nextIn, in UInt256 nextOut) =>
        new(this, BalancerVault.Replace(Balances, tokenIn, nextIn, tokenOut, nextOut));
}
