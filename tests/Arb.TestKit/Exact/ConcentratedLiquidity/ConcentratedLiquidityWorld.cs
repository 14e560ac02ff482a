using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.TestKit.Exact;

/// <summary>Pools of concentrated liquidity on a chain, each with its model.</summary>
public sealed class ConcentratedLiquidityWorld : IExactWorld
{
    private const int RealSwapsPerBatch = 6;

    private readonly SwapHarness _harness;
    private readonly ConcentratedLiquidityPool[] _pools;

    private ConcentratedLiquidityWorld(SwapHarness harness, ConcentratedLiquidityPool[] pools)
    {
        _harness = harness;
        _pools = pools;
    }

    /// <summary>The models, as they are now.</summary>
    public IReadOnlyList<ConcentratedLiquidityPool> Pools => _pools;

    /// <summary>Checks that the pools have the states their models were given.</summary>
    public static async Task<ConcentratedLiquidityWorld> OpenAsync(
        SwapHarness harness, IReadOnlyList<ConcentratedLiquidityPool> pools, CancellationToken cancellation)
    {
        for (int i = 0; i < pools.Count; i++)
        {
            SwapAnswer state = await harness.StateAsync(i, cancellation);
            SwapAnswer model = SwapAnswer.Of(UInt256.Zero, UInt256.Zero, pools[i]);
            if (state != model)
            {
                throw new InvalidOperationException($"Pool {i} begins with {state}, its model with {model}.");
            }
        }

        return new ConcentratedLiquidityWorld(harness, [.. pools]);
    }

    /// <inheritdoc/>
    public async Task<ExactBatch> CheckAsync(Random random, int quotes, CancellationToken cancellation)
    {
        SwapDraw draw = new(random);
        SwapRequest[] requests = new SwapRequest[quotes];
        for (int i = 0; i < quotes; i++)
        {
            int pool = random.Next(_pools.Length);
            requests[i] = draw.Draw(pool, _pools[pool]);
        }

        SwapAnswer[] answers = await _harness.QuoteAsync(requests, cancellation);
        ImmutableArray<ExactMismatch>.Builder mismatches = ImmutableArray.CreateBuilder<ExactMismatch>();
        int refusals = 0;
        for (int i = 0; i < quotes; i++)
        {
            refusals += answers[i].Reason is null ? 0 : 1;
            if (Compare(_pools[requests[i].Pool], requests[i], answers[i]) is { } model)
            {
                mismatches.Add(Describe(_pools[requests[i].Pool], requests[i], model, answers[i].ToString()));
            }
        }

        int moved = 0;
        for (int i = 0; i < RealSwapsPerBatch; i++)
        {
            moved += await MoveAsync(draw, random.Next(_pools.Length), mismatches, cancellation) ? 1 : 0;
        }

        return new ExactBatch(quotes + moved, refusals, mismatches.ToImmutable());
    }

    /// <summary>Swaps for real, so that later batches begin where swaps end: also at ticks from above, one below their price.</summary>
    private async Task<bool> MoveAsync(
        SwapDraw draw, int pool, ImmutableArray<ExactMismatch>.Builder mismatches, CancellationToken cancellation)
    {
        SwapRequest request = draw.Draw(pool, _pools[pool]);
        SwapRefusal refusal = _pools[pool].SwapToPrice(
            request.ZeroForOne, request.ExactIn, request.Amount, request.Limit, out PriceLimitedSwap swap);
        // Payments beyond what the harness owns would fail for another reason; to the last tick nobody comes back from.
        if (refusal != SwapRefusal.None || swap.AmountIn.BitLength > 120 || swap.After.SqrtPriceX96 == SwapRequest.Furthest(request.ZeroForOne))
        {
            return false;
        }

        ConcentratedLiquidityPool before = _pools[pool];
        await _harness.SwapAsync(request, cancellation);
        _pools[pool] = swap.After;
        SwapAnswer state = await _harness.StateAsync(pool, cancellation);
        SwapAnswer model = SwapAnswer.Of(UInt256.Zero, UInt256.Zero, swap.After);
        if (state != model)
        {
            mismatches.Add(Describe(before, request, model.ToString(), state.ToString()));
        }

        return true;
    }

    /// <summary>What the model says, if it is not what the contract says; else null.</summary>
    private static string? Compare(ConcentratedLiquidityPool pool, SwapRequest request, SwapAnswer chain)
    {
        SwapRefusal refusal = pool.SwapToPrice(
            request.ZeroForOne, request.ExactIn, request.Amount, request.Limit, out PriceLimitedSwap swap);
        bool agrees = refusal == SwapRefusal.None
            ? SwapAnswer.Of(swap.AmountIn, swap.AmountOut, swap.After) == chain
            : chain.Reason is not null;
        if (!agrees)
        {
            return refusal == SwapRefusal.None
                ? SwapAnswer.Of(swap.AmountIn, swap.AmountOut, swap.After).ToString()
                : $"refuses ({refusal})";
        }

        return request.Unlimited ? CompareWhole(pool, request, chain) : null;
    }

    /// <summary>The pool model's own methods: the contract's answer where it takes all, a refusal where it reverts or fills in part.</summary>
    private static string? CompareWhole(ConcentratedLiquidityPool pool, SwapRequest request, SwapAnswer chain)
    {
        (int tokenIn, int tokenOut) = request.ZeroForOne ? (0, 1) : (1, 0);
        SwapRefusal quoted;
        SwapRefusal swapped;
        UInt256 other;
        UInt256 again;
        IPoolModel after;
        if (request.ExactIn)
        {
            quoted = pool.QuoteExactIn(tokenIn, tokenOut, request.Amount, out other);
            swapped = pool.SwapExactIn(tokenIn, tokenOut, request.Amount, out again, out after);
        }
        else
        {
            quoted = pool.QuoteExactOut(tokenIn, tokenOut, request.Amount, out other);
            swapped = pool.SwapExactOut(tokenIn, tokenOut, request.Amount, out again, out after);
        }

        SwapAnswer model = SwapAnswer.Of(
            request.ExactIn ? request.Amount : other,
            request.ExactIn ? other : request.Amount,
            (ConcentratedLiquidityPool)after);
        bool whole = chain.Reason is null && (request.ExactIn ? chain.AmountIn : chain.AmountOut) == request.Amount;
        bool inPart = chain.Reason is null && !whole;
        bool agrees = quoted == swapped && other == again && (whole
            ? quoted == SwapRefusal.None && model == chain
            : quoted != SwapRefusal.None && ReferenceEquals(after, pool) && other.IsZero
                && (!inPart || quoted is SwapRefusal.InsufficientLiquidity or SwapRefusal.NoLiquidity));
        return agrees ? null : $"whole: {quoted}, {swapped} {model} {again}";
    }

    private static ExactMismatch Describe(
        ConcentratedLiquidityPool pool, SwapRequest request, string model, string chain)
    {
        string ticks = string.Join(' ', pool.Ticks.Ticks.Select(tick => $"{tick.Index}:{tick.LiquidityNet}"));
        string state = $"{pool.Variant} fee {pool.LpFeePips} protocol {pool.ProtocolFeeZeroForOne}/{pool.ProtocolFeeOneForZero} "
            + $"spacing {pool.Ticks.TickSpacing} price {pool.SqrtPriceX96} tick {pool.Tick} liquidity {pool.Liquidity} ticks {ticks}";
        return new ExactMismatch(state, request.ToString(), model, chain);
    }
}
