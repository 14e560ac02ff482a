using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>
/// A Balancer V2 weighted pool of 2 to 8 tokens at one block, exact to the raw unit in both directions, with the Vault's own booking
/// (<c>WeightedPool</c>, <c>WeightedMath</c>, <c>LogExpMath</c>; <c>Vault.swap</c>).
/// </summary>
/// <remarks>
/// The Vault pays 0 for an amount too small to buy a raw unit and does not revert, so neither does the model refuse. Not modelled: what
/// a pool of LiquidityBootstrapping or managed kind adds (weights that move with time, circuit breakers), and asset managers.
/// </remarks>
public sealed class BalancerWeightedPool : IPoolModel
{
    /// <summary>Fewest tokens of a pool.</summary>
    public const int TokensMin = 2;

    /// <summary>Most tokens of a pool.</summary>
    public const int TokensMax = 8;

    private readonly ImmutableArray<UInt256> _factors;

    /// <summary>Takes a pool's state. Each list is in the pool's token order; every message of a refusal names list, index and value.</summary>
    /// <param name="balances">Balances in the Vault, raw units, below 2^112; 0 where the pool is not initialised.</param>
    /// <param name="decimals">Decimals of each token, 0 to 18.</param>
    /// <param name="weightsX18">
    /// Weights, a whole being 10^18; each from 1 to 2^128 − 1. A pool on chain has weights of at least 10^16 that sum to 10^18; only
    /// the ratio of two weights enters a swap, so weights of another scale (Balancer V1's) quote as they do normalised, up to its rounding.
    /// </param>
    /// <param name="swapFeeX18">Swap fee as a fraction of the amount in, 10^18 being the whole; below 10^18 (on chain 10^12 to 10^17).</param>
    /// <param name="variant">Generation of the pool's code.</param>
    /// <exception cref="ArgumentException">A list has the wrong length (its name is <see cref="ArgumentException.ParamName"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range (the parameter's name says which list).</exception>
    public BalancerWeightedPool(
        ImmutableArray<UInt256> balances,
        ImmutableArray<int> decimals,
        ImmutableArray<UInt256> weightsX18,
        UInt256 swapFeeX18,
        BalancerWeightedVariant variant = BalancerWeightedVariant.V2Onwards)
    {
        BalancerChecks.Tokens(balances, TokensMin, TokensMax, nameof(balances));
        BalancerChecks.Length(decimals, balances.Length, nameof(decimals));
        BalancerChecks.Length(weightsX18, balances.Length, nameof(weightsX18));
        BalancerChecks.Balances(balances, nameof(balances));
        BalancerChecks.Fee(swapFeeX18, nameof(swapFeeX18));
        if (!Enum.IsDefined(variant))
        {
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "Not a variant of a weighted pool.");
        }

        for (int i = 0; i < balances.Length; i++)
        {
            BalancerChecks.Decimals(decimals[i], i, nameof(decimals));
            if (weightsX18[i].IsZero || weightsX18[i].BitLength > 128)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(weightsX18), $"A weight is from 1 to 2^128 − 1 (10^18 is the whole); weightsX18[{i}] is {weightsX18[i]}.");
            }
        }

        Balances = balances;
        Decimals = decimals;
        WeightsX18 = weightsX18;
        SwapFeeX18 = swapFeeX18;
        Variant = variant;
        _factors = [.. decimals.Select(d => FactorOf(d, variant))];
    }

    private BalancerWeightedPool(BalancerWeightedPool before, ImmutableArray<UInt256> balances)
    {
        Balances = balances;
        Decimals = before.Decimals;
        WeightsX18 = before.WeightsX18;
        SwapFeeX18 = before.SwapFeeX18;
        Variant = before.Variant;
        _factors = before._factors;
    }

    /// <summary>Balances in the Vault, raw units, in the pool's token order.</summary>
    public ImmutableArray<UInt256> Balances { get; }

    /// <summary>Decimals of each token.</summary>
    public ImmutableArray<int> Decimals { get; }

    /// <summary>Weights as given.</summary>
    public ImmutableArray<UInt256> WeightsX18 { get; }

    /// <summary>Swap fee as a fraction of the amount in, scaled by 10^18.</summary>
    public UInt256 SwapFeeX18 { get; }

    /// <summary>Generation of the pool's code.</summary>
    public BalancerWeightedVariant Variant { get; }

    /// <inheritdoc/>
    public int TokenCount => Balances.Length;

    private bool Shortcuts => Variant != BalancerWeightedVariant.V1;

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
        WeightedSide sideIn = Side(ref math, tokenIn);
        WeightedSide sideOut = Side(ref math, tokenOut);
        UInt256 scaled = Upscale(ref math, afterFee, tokenIn);
        UInt256 scaledOut = BalancerWeightedMath.OutGivenIn(ref math, sideIn, sideOut, scaled, Shortcuts);
        UInt256 paid = Shortcuts ? math.DivideX18Down(scaledOut, _factors[tokenOut]) : scaledOut / _factors[tokenOut];
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
        WeightedSide sideIn = Side(ref math, tokenIn);
        WeightedSide sideOut = Side(ref math, tokenOut);
        UInt256 scaled = Upscale(ref math, amountOut, tokenOut);
        UInt256 scaledIn = BalancerWeightedMath.InGivenOut(ref math, sideIn, sideOut, scaled, Shortcuts);
        UInt256 beforeFee = Shortcuts
            ? math.DivideX18Up(scaledIn, _factors[tokenIn])
            : math.DivideUp(scaledIn, _factors[tokenIn]);
        UInt256 asked = BalancerFee.Add(ref math, beforeFee, SwapFeeX18);
        if (math.Failed)
        {
            return math.Refusal;
        }

        SwapRefusal refusal = BalancerVault.Book(Balances[tokenIn], Balances[tokenOut], asked, amountOut, out nextIn, out nextOut);
        amountIn = refusal == SwapRefusal.None ? asked : default;
        return refusal;
    }

    private WeightedSide Side(ref BalancerArithmetic math, int token) =>
        new(Upscale(ref math, Balances[token], token), WeightsX18[token]);

    private UInt256 Upscale(ref BalancerArithmetic math, in UInt256 amount, int token) => Shortcuts
        ? math.MultiplyX18Down(amount, _factors[token])
        : math.Multiply(amount, _factors[token]);

    private BalancerWeightedPool After(int tokenIn, int tokenOut, in UInt256 nextIn, in UInt256 nextOut) =>
        new(this, BalancerVault.Replace(Balances, tokenIn, nextIn, tokenOut, nextOut));

    private static UInt256 FactorOf(int decimals, BalancerWeightedVariant variant)
    {
        UInt256 factor = variant == BalancerWeightedVariant.V1 ? UInt256.One : BalancerArithmetic.One;
        for (int i = decimals; i < 18; i++)
        {
            factor *= 10UL;
        }

        return factor;
    }
}
