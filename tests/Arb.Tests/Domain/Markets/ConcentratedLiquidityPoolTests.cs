using System.Collections.Immutable;
using Arb.Domain;
using Arb.TestKit.Exact;
using CsCheck;

namespace Arb.Tests.Markets;

/// <summary>What holds of every pool of concentrated liquidity; that amounts equal the bytecode is shown on a chain.</summary>
public sealed class ConcentratedLiquidityPoolTests
{
    private static readonly (int FeePips, int TickSpacing)[] Tiers =
        [(100, 1), (500, 10), (3000, 60), (10_000, 200), (0, 7), (999_999, 16_383)];

    private static readonly Gen<ConcentratedLiquidityPool> Any = Gen.Int.Select(MakePool);

    private static readonly Gen<(ConcentratedLiquidityPool Pool, bool ZeroForOne, bool ExactIn, UInt256 Amount, UInt256 Other)> Swaps =
        Gen.Select(Any, Gen.Bool, Gen.Bool, Amount(), Amount());

    [Fact]
    public void Output_grows_with_input() => Swaps.Sample(
        (pool, zeroForOne, _, a, b) =>
        {
            (int tokenIn, int tokenOut) = zeroForOne ? (0, 1) : (1, 0);
            bool less = pool.QuoteExactIn(tokenIn, tokenOut, UInt256.Min(a, b), out UInt256 outOfLess) == SwapRefusal.None;
            bool more = pool.QuoteExactIn(tokenIn, tokenOut, UInt256.Max(a, b), out UInt256 outOfMore) == SwapRefusal.None;
            Assert.True(less || !more);
            Assert.True(!more || outOfLess <= outOfMore);
        });

    [Fact]
    public void A_round_trip_never_gains() => Swaps.Sample(
        (pool, zeroForOne, _, amount, _) =>
        {
            (int tokenIn, int tokenOut) = zeroForOne ? (0, 1) : (1, 0);
            if (pool.SwapExactIn(tokenIn, tokenOut, amount, out UInt256 bought, out IPoolModel after) == SwapRefusal.None
                && after.QuoteExactIn(tokenOut, tokenIn, bought, out UInt256 back) == SwapRefusal.None)
            {
                Assert.True(back <= amount, $"{amount} became {back}.");
            }
        });

    [Fact]
    public void Exact_in_of_what_exact_out_asks_pays_at_least_as_much() => Swaps.Sample(
        (pool, zeroForOne, _, amount, _) =>
        {
            (int tokenIn, int tokenOut) = zeroForOne ? (0, 1) : (1, 0);
            if (pool.QuoteExactOut(tokenIn, tokenOut, amount, out UInt256 asked) == SwapRefusal.None
                && pool.QuoteExactIn(tokenIn, tokenOut, asked, out UInt256 paid) == SwapRefusal.None)
            {
                Assert.True(paid >= amount, $"{asked} was asked for {amount} but pays {paid}.");
            }
        });

    [Fact]
    public void A_quote_is_what_the_swap_gives_and_a_refusal_changes_nothing() => Swaps.Sample(
        (pool, zeroForOne, exactIn, amount, _) =>
        {
            (int tokenIn, int tokenOut) = zeroForOne ? (0, 1) : (1, 0);
            SwapRefusal quoted = exactIn
                ? pool.QuoteExactIn(tokenIn, tokenOut, amount, out UInt256 quote)
                : pool.QuoteExactOut(tokenIn, tokenOut, amount, out quote);
            SwapRefusal swapped = exactIn
                ? pool.SwapExactIn(tokenIn, tokenOut, amount, out UInt256 result, out IPoolModel after)
                : pool.SwapExactOut(tokenIn, tokenOut, amount, out result, out after);
            Assert.Equal(quoted, swapped);
            Assert.Equal(quote, result);
            if (quoted != SwapRefusal.None)
            {
                Assert.Same(pool, after);
                Assert.Equal(UInt256.Zero, quote);
                return;
            }

            ConcentratedLiquidityPool next = (ConcentratedLiquidityPool)after;
            Assert.Equal((Int128)next.Liquidity, pool.Ticks.LiquidityAt(next.Tick));
            Assert.True(zeroForOne ? next.SqrtPriceX96 <= pool.SqrtPriceX96 : next.SqrtPriceX96 >= pool.SqrtPriceX96);
        });

    [Fact]
    public void A_swap_ends_at_its_price_limit_or_with_its_amount() => Swaps.Sample(
        (pool, zeroForOne, exactIn, amount, other) =>
        {
            UInt256 span = zeroForOne
                ? pool.SqrtPriceX96 - TickMath.SqrtPriceMin
                : TickMath.SqrtPriceMax - pool.SqrtPriceX96;
            if (span < 3UL)
            {
                return;
            }

            UInt256 away = UInt256.One + (other % (span - UInt256.One));
            UInt256 limit = zeroForOne ? pool.SqrtPriceX96 - away : pool.SqrtPriceX96 + away;
            Assert.Equal(SwapRefusal.None, pool.SwapToPrice(zeroForOne, exactIn, amount, limit, out PriceLimitedSwap swap));
            UInt256 used = exactIn ? swap.AmountIn : swap.AmountOut;
            Assert.True(used == amount || (used < amount && swap.After.SqrtPriceX96 == limit));
        });

    [Fact]
    public void Liquidity_added_and_taken_away_leaves_the_pool_as_it_was() =>
        Gen.Select(Any, Gen.Int[-400, 400], Gen.Int[1, 400], Gen.ULong[1, ulong.MaxValue]).Sample((pool, start, width, liquidity) =>
        {
            int spacing = pool.Ticks.TickSpacing;
            int lower = Math.Clamp(start * spacing, TickMath.TickMin / spacing * spacing, (TickMath.TickMax / spacing - 1) * spacing);
            int upper = Math.Clamp(lower + (width * spacing), lower + spacing, TickMath.TickMax / spacing * spacing);
            ConcentratedLiquidityPool more = pool.WithLiquidity(lower, upper, liquidity);
            Assert.NotEqual(pool, more);
            Assert.Equal((Int128)more.Liquidity, more.Ticks.LiquidityAt(more.Tick));
            Assert.Equal(pool, more.WithLiquidity(lower, upper, -(Int128)liquidity));
        });

    [Fact]
    public void What_the_contract_reverts_is_refused_with_its_reason()
    {
        ConcentratedLiquidityPool pool = Full(ConcentratedLiquidityVariant.UniswapV3, 3000, 1_000_000_000_000UL);
        UInt256 huge = UInt256.One << 200;
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(0, 1, UInt256.Zero, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(1, 1, 5UL, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactIn(0, 1, huge, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(0, 1, huge, out _));
        Assert.Equal(SwapRefusal.MathOverflow, pool.QuoteExactIn(0, 1, UInt256.One << 255, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.SwapToPrice(true, true, 5UL, pool.SqrtPriceX96, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.SwapToPrice(true, true, 5UL, TickMath.SqrtPriceMin, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.SwapToPrice(false, true, 5UL, TickMath.SqrtPriceMax, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.QuoteExactIn(0, 2, 5UL, out _));

        ConcentratedLiquidityPool empty = new(
            ConcentratedLiquidityVariant.UniswapV3, 3000, new TickTable(60, []), UInt256.One << 96, 0, 0);
        Assert.Equal(SwapRefusal.NoLiquidity, empty.QuoteExactIn(0, 1, 5UL, out _));

        ConcentratedLiquidityPool inconsistent = new(
            ConcentratedLiquidityVariant.UniswapV3, 3000, new TickTable(60, [new(-60, 1000)]), UInt256.One << 96, 0, 10);
        Assert.Equal(SwapRefusal.MathOverflow, inconsistent.QuoteExactIn(0, 1, 1000UL, out _));
    }

    [Fact]
    public void A_v4_fee_of_all_takes_everything_in_and_gives_nothing_out()
    {
        ConcentratedLiquidityPool pool = Full(ConcentratedLiquidityVariant.UniswapV4, 1_000_000, 1_000_000_000_000UL);
        Assert.Equal(SwapRefusal.None, pool.SwapExactIn(0, 1, 1_000_000UL, out UInt256 amountOut, out IPoolModel after));
        Assert.Equal(UInt256.Zero, amountOut);
        // The price lies on the edge of a word of the bitmap, which counts as passed: the tick is one below it.
        Assert.Equal(pool.SqrtPriceX96, ((ConcentratedLiquidityPool)after).SqrtPriceX96);
        Assert.Equal(-1, ((ConcentratedLiquidityPool)after).Tick);
        Assert.Equal(SwapRefusal.MathOverflow, pool.QuoteExactOut(0, 1, 1UL, out _));
    }

    [Theory]
    [InlineData(0, 1000, 1000)]
    [InlineData(3000, 0, 3000)]
    [InlineData(3000, 1000, 3997)]
    [InlineData(999_999, 1000, 1_000_000)]
    [InlineData(1_000_000, 500, 1_000_000)]
    [InlineData(500, 1, 501)]
    public void A_v4_swap_pays_the_protocol_first_and_the_providers_on_the_rest(int lpFee, int protocolFee, int swapFee)
    {
        ConcentratedLiquidityPool pool = new(
            ConcentratedLiquidityVariant.UniswapV4, lpFee, new TickTable(60, []), UInt256.One << 96, 0, 0, protocolFee);
        Assert.Equal(swapFee, pool.SwapFeePips(zeroForOne: true));
        Assert.Equal(lpFee, pool.SwapFeePips(zeroForOne: false));
    }

    [Fact]
    public void States_that_no_pool_has_are_refused()
    {
        UInt256 one = UInt256.One << 96;
        TickTable ticks = new(60, []);
        ConcentratedLiquidityPool Make(int fee = 500, UInt256? price = null, int tick = 0, int protocolFee = 0) =>
            new(ConcentratedLiquidityVariant.UniswapV3, fee, ticks, price ?? one, tick, 1, protocolFee);

        Assert.Equal(-1, Make(tick: -1).Tick);
        Assert.Throws<ArgumentException>(() => Make(tick: 1));
        Assert.Throws<ArgumentException>(() => Make(tick: -2));
        Assert.Throws<ArgumentException>(() => Make(price: one + UInt256.One, tick: -1));
        Assert.Throws<ArgumentException>(() => Make(fee: 1_000_000));
        Assert.Throws<ArgumentException>(() => Make(fee: -1));
        Assert.Throws<ArgumentException>(() => Make(protocolFee: 11));
        Assert.Throws<ArgumentException>(() => Make(price: UInt256.Zero));
        Assert.Throws<ArgumentException>(() => Make(price: TickMath.SqrtPriceMax, tick: TickMath.TickMax));
        Assert.Throws<ArgumentException>(() => new TickTable(0, []));
        Assert.Throws<ArgumentException>(() => new TickTable(32_768, []));
        Assert.Throws<ArgumentException>(() => new TickTable(60, [new(61, 1)]));
        Assert.Throws<ArgumentException>(() => new TickTable(60, [new(60, 1), new(60, 1)]));
        Assert.Throws<ArgumentException>(() => new TickTable(60, [new(60, 1), new(0, 1)]));
        Assert.Throws<ArgumentException>(() => new TickTable(1, [new(TickMath.TickMax + 1, 1)]));
        Assert.Throws<ArgumentException>(() => ticks.WithLiquidity(60, 60, 1));
        Assert.Throws<ArgumentException>(() => ticks.WithLiquidity(0, 60, -1));
    }

    [Fact]
    public void Quotes_allocate_nothing()
    {
        ConcentratedLiquidityPool pool = RecordedTicks.Load()[0];
        UInt256 amount = UInt256.One << 60;
        for (int i = 0; i < 3; i++)
        {
            Quote(pool, amount);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Quote(pool, amount);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Recorded_pools_are_whole() => Assert.All(RecordedTicks.Load(), static pool =>
    {
        Assert.Equal((Int128)pool.Liquidity, pool.Ticks.LiquidityAt(pool.Tick));
        Assert.Equal((Int128)0, pool.Ticks.LiquidityAt(TickMath.TickMax));
    });

    private static void Quote(ConcentratedLiquidityPool pool, in UInt256 amount)
    {
        pool.QuoteExactIn(0, 1, amount, out _);
        pool.QuoteExactIn(1, 0, amount, out _);
        pool.QuoteExactOut(0, 1, amount, out _);
        pool.QuoteExactOut(1, 0, amount, out _);
    }

    private static Gen<UInt256> Amount() => Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[1, 127])
        .Select((low, high, bits) => (new UInt256(low, high >> 1, 0, 0) >> (127 - bits)) + UInt256.One);

    private static ConcentratedLiquidityPool Full(ConcentratedLiquidityVariant variant, int feePips, UInt128 liquidity) =>
        new ConcentratedLiquidityPool(variant, feePips, new TickTable(60, []), UInt256.One << 96, 0, 0)
            .WithLiquidity(-887_220, 887_220, (Int128)liquidity);

    /// <summary>The pools that are also drawn on a chain.</summary>
    private static ConcentratedLiquidityPool MakePool(int seed)
    {
        Random random = new(seed);
        (int feePips, int tickSpacing) = Tiers[random.Next(Tiers.Length)];
        int tick = random.Next(4) == 0
            ? random.Next(TickMath.TickMin, TickMath.TickMax)
            : random.Next(-100_000, 100_000);
        UInt256 price = TickMath.SqrtPriceAtTick(tick) + (ulong)random.Next(2);
        ConcentratedLiquidityPool pool = new(
            ConcentratedLiquidityVariant.UniswapV3, feePips, new TickTable(tickSpacing, []), price, tick, 0);
        ImmutableArray<LiquidityRange> ranges = new LiquidityPlan(random, tickSpacing, price).Draw(1 << random.Next(0, 5));
        return ranges.Aggregate(pool, static (p, range) => p.WithLiquidity(range.Lower, range.Upper, (Int128)range.Liquidity));
    }
}
