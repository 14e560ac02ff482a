using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

public sealed class CurveStableSwapPoolTests
{
    /// <summary>A deployed state under any variant's rules, a pair of its tokens, and an amount up to twice the balance.</summary>
    private static readonly Gen<(CurveStableSwapPool Pool, int TokenIn, int TokenOut, UInt256 AmountIn)> Any =
        from pool in Gen.Int[0, CurvePools.Trading.Count - 1].Select(i => CurvePools.Trading[i])
        from variant in Gen.Int[0, CurveVariant.All.Length - 1].Select(i => CurveVariant.All[i])
        from tokenIn in Gen.Int[0, pool.TokenCount - 1]
        from step in Gen.Int[1, pool.TokenCount - 1]
        from share in Gen.ULong
        from shift in Gen.Int[0, 63]
        select (
            CurvePools.As(variant, pool),
            tokenIn,
            (tokenIn + step) % pool.TokenCount,
            MulDiv.Floor(pool.State.Balances[tokenIn], share >> shift, ulong.MaxValue >> 1) + UInt256.One);

    [Fact]
    public void Round_trip_never_gains() => Any.Sample((pool, tokenIn, tokenOut, amountIn) =>
    {
        if (pool.SwapExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut, out IPoolModel after) == SwapRefusal.None
            && after.QuoteExactIn(tokenOut, tokenIn, amountOut, out UInt256 back) == SwapRefusal.None)
        {
            // The variants that keep no unit back may return the rounding of y, which is one unit of the curve, not more.
            UInt256 unit = (UInt256.Parse("1000000000000000000") / pool.State.Rates[tokenIn]) + UInt256.One;
            Assert.True(back <= amountIn + unit, $"{pool}: {amountIn} came back as {back}");
        }
    });

    [Fact]
    public void Output_stays_below_the_balance_and_is_0_when_refused() => Any.Sample((pool, tokenIn, tokenOut, amountIn) =>
    {
        SwapRefusal refusal = pool.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut);
        Assert.Equal(refusal == SwapRefusal.None, !amountOut.IsZero);
        Assert.True(amountOut <= pool.State.Balances[tokenOut]);
    });

    [Fact]
    public void Swap_and_quote_agree_and_the_books_close() => Any.Sample((pool, tokenIn, tokenOut, amountIn) =>
    {
        SwapRefusal refusal = pool.SwapExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut, out IPoolModel after);
        Assert.Equal(refusal, pool.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 quoted));
        Assert.Equal(quoted, amountOut);
        CurveStableSwapPool next = Assert.IsType<CurveStableSwapPool>(after);
        if (refusal != SwapRefusal.None)
        {
            Assert.Same(pool, after);
            return;
        }

        for (int k = 0; k < pool.TokenCount; k++)
        {
            UInt256 before = pool.State.Balances[k];
            UInt256 now = next.State.Balances[k];
            Assert.True(
                k == tokenIn ? now <= before + amountIn : k == tokenOut ? now <= before - amountOut : now == before,
                $"{pool}: token {k} went from {before} to {now} for {amountIn} in and {amountOut} out");
        }
    });

    [Fact]
    public void Quote_function_is_at_most_two_units_away_from_the_swap() => Any.Sample((pool, tokenIn, tokenOut, amountIn) =>
    {
        if (pool.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 swap) == SwapRefusal.None)
        {
            Assert.Equal(SwapRefusal.None, pool.QuoteView(tokenIn, tokenOut, amountIn, out UInt256 view));
            Assert.True((view > swap ? view - swap : swap - view) <= 2u, $"{pool}: the quote is {view}, the swap pays {swap}");
        }
    });

    [Fact]
    public void Exact_out_pays_enough_and_one_unit_less_does_not() => Any.Sample(
        (pool, tokenIn, tokenOut, amount) =>
        {
            UInt256 wanted = UInt256.Min(amount, pool.State.Balances[tokenOut]);
            if (pool.QuoteExactOut(tokenIn, tokenOut, wanted, out UInt256 amountIn) != SwapRefusal.None)
            {
                Assert.Equal(UInt256.Zero, amountIn);
                return;
            }

            Assert.Equal(SwapRefusal.None, pool.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 enough));
            Assert.True(enough >= wanted, $"{pool}: {amountIn} pays {enough}, not {wanted}");
            Assert.False(
                pool.QuoteExactIn(tokenIn, tokenOut, amountIn - UInt256.One, out UInt256 less) == SwapRefusal.None && less >= wanted,
                $"{pool}: one less than {amountIn} pays {less}, enough for {wanted}");
        },
        iter: 300);

    [Fact]
    public void Exact_out_finds_what_an_exact_in_paid() => Any.Sample(
        (pool, tokenIn, tokenOut, amountIn) =>
        {
            if (pool.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut) == SwapRefusal.None && amountOut < pool.State.Balances[tokenOut])
            {
                Assert.Equal(SwapRefusal.None, pool.QuoteExactOut(tokenIn, tokenOut, amountOut, out _));
                Assert.Equal(SwapRefusal.None, pool.SwapExactOut(tokenIn, tokenOut, amountOut, out UInt256 needed, out IPoolModel after));
                Assert.NotSame(pool, after);
                Assert.False(needed.IsZero);
            }
        },
        iter: 300);

    [Fact]
    public void Variants_are_told_apart_by_the_rounding_of_one_state()
    {
        // cEUR → EURC of a pool with 18 and 6 decimals: fee after converting, fee before converting, no unit kept back.
        CurveStableSwapPool state = CurvePools.EurosOfAllDecimals;
        UInt256 amountIn = UInt256.Parse("123456789012345678901");
        Dictionary<string, UInt256> views = [];
        foreach (CurveVariant variant in CurveVariant.All.Where(v => !v.DynamicFee))
        {
            Assert.Equal(SwapRefusal.None, CurvePools.As(variant, state).QuoteView(0, 1, amountIn, out UInt256 view));
            views[variant.Name] = view;
        }

        Assert.Equal(views["3pool-2020"], views["pax-2020"]);
        Assert.Equal(views["meta-2020"], views["base-2021"]);
        Assert.True(views["meta-2020"] <= views["3pool-2020"]);
    }

    [Fact]
    public void Swaps_of_Compound_and_Pax_keep_no_unit_and_rebuild_their_balances()
    {
        // A balanced pool of 18 decimals: without a fee the unit kept back is the whole difference.
        CurveState state = CurvePools.EthOeth.State with { FeeE10 = 0 };
        UInt256 amountIn = UInt256.Parse("1000000000000000000");
        Assert.Equal(SwapRefusal.None, new CurveStableSwapPool(CurveVariant.Meta2020, state).QuoteExactIn(0, 1, amountIn, out UInt256 kept));
        Assert.Equal(SwapRefusal.None, new CurveStableSwapPool(CurveVariant.Pax2020, state).QuoteExactIn(0, 1, amountIn, out UInt256 pax));
        Assert.Equal(SwapRefusal.None, new CurveStableSwapPool(CurveVariant.Pax2020, state).QuoteView(0, 1, amountIn, out UInt256 paxView));
        Assert.Equal(kept + UInt256.One, pax);
        Assert.Equal(kept, paxView);
    }

    [Fact]
    public void Requests_the_pool_cannot_take_are_refused_with_the_reason()
    {
        CurveStableSwapPool pool = CurvePools.ThreePool;
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(0, 1, UInt256.Zero, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(1, 1, 5u, out _));
        Assert.Equal(SwapRefusal.ZeroOutput, pool.QuoteExactIn(0, 1, UInt256.One, out _));
        Assert.Equal(SwapRefusal.MathOverflow, pool.QuoteExactIn(0, 1, UInt256.MaxValue, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactOut(0, 1, UInt256.Zero, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(0, 1, pool.State.Balances[1], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.QuoteExactIn(0, 3, 5u, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.QuoteView(-1, 0, 5u, out _));
    }

    [Fact]
    public void Dry_and_one_sided_pools_have_no_liquidity()
    {
        CurveState full = CurvePools.UsdcUsdt.State;
        CurveStableSwapPool dry = new(CurveVariant.FactoryPlain2, full with { Balances = [0u, 0u] });
        CurveStableSwapPool oneSided = new(CurveVariant.FactoryPlain2, full with { Balances = [5u, 0u] });
        foreach (CurveStableSwapPool pool in new[] { dry, oneSided })
        {
            Assert.Equal(SwapRefusal.NoLiquidity, pool.QuoteExactIn(0, 1, 5u, out _));
            Assert.Equal(SwapRefusal.NoLiquidity, pool.QuoteExactOut(0, 1, 5u, out _));
            Assert.Equal(SwapRefusal.NoLiquidity, pool.QuoteView(0, 1, 5u, out _));
        }
    }

    [Fact]
    public void Impossible_states_are_an_error()
    {
        CurveState state = CurvePools.UsdcUsdt.State;
        Assert.Throws<ArgumentException>(() => new CurveStableSwapPool(CurveVariant.FactoryPlain2, state with { Rates = [1u] }));
        Assert.Throws<ArgumentException>(() => new CurveStableSwapPool(CurveVariant.FactoryPlain2, state with { Amp = 0u }));
        Assert.Throws<ArgumentException>(() => new CurveStableSwapPool(CurveVariant.FactoryPlain2, state with { AmpPrecision = 0u }));
        Assert.Throws<ArgumentException>(() => new CurveStableSwapPool(CurveVariant.FactoryPlain2, state with { Rates = [1u, 0u] }));
    }

    [Fact]
    public void Quotes_allocate_nothing()
    {
        CurveStableSwapPool pool = CurvePools.MkUsdNg;
        UInt256 amount = UInt256.Parse("1000000000000000000");
        pool.QuoteExactIn(0, 1, amount, out _);
        pool.QuoteExactOut(0, 1, amount, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        pool.QuoteExactIn(0, 1, amount, out _);
        pool.QuoteExactOut(0, 1, amount, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
