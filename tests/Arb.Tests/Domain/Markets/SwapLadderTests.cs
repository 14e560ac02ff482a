using Arb.Domain;
using Arb.TestKit.Exact;

namespace Arb.Tests.Markets;

/// <summary>Steps looked up in a ladder are the steps that a swap takes one by one.</summary>
public sealed class SwapLadderTests
{
    [Fact]
    public void A_long_swap_is_its_steps_one_by_one()
    {
        int stops = 0;
        Random random = new(1);
        foreach (ConcentratedLiquidityPool pool in RecordedTicks.Load())
        {
            for (int i = 0; i < 24; i++)
            {
                bool zeroForOne = random.Next(2) == 0;
                bool exactIn = random.Next(2) == 0;
                UInt256 amount = (UInt256)(ulong)random.NextInt64() << random.Next(0, 40);
                UInt256 limit = zeroForOne ? TickMath.SqrtPriceMin + UInt256.One : TickMath.SqrtPriceMax - UInt256.One;
                Assert.Equal(SwapRefusal.None, pool.SwapToPrice(zeroForOne, exactIn, amount, limit, out PriceLimitedSwap whole));
                stops += Follow(pool, zeroForOne, exactIn, amount, whole);
            }
        }

        Assert.True(stops > 10_000, $"Only {stops} stops were passed.");
    }

    [Fact]
    public void What_earlier_quotes_found_out_changes_no_later_one()
    {
        Random random = new(2);
        foreach (ConcentratedLiquidityPool recorded in RecordedTicks.Load())
        {
            ConcentratedLiquidityPool used = recorded;
            for (int i = 0; i < 40; i++)
            {
                (int tokenIn, int tokenOut) = random.Next(2) == 0 ? (0, 1) : (1, 0);
                UInt256 amount = (UInt256)(ulong)random.NextInt64() << random.Next(0, 40);
                ConcentratedLiquidityPool fresh = Fresh(used);
                SwapRefusal refusal = used.SwapExactIn(tokenIn, tokenOut, amount, out UInt256 amountOut, out IPoolModel after);
                Assert.Equal(refusal, fresh.SwapExactIn(tokenIn, tokenOut, amount, out UInt256 expected, out IPoolModel expectedAfter));
                Assert.Equal(expected, amountOut);
                Assert.Equal(expectedAfter, after);
                Assert.Equal(
                    fresh.QuoteExactOut(tokenIn, tokenOut, amount, out expected),
                    used.QuoteExactOut(tokenIn, tokenOut, amount, out amountOut));
                Assert.Equal(expected, amountOut);
                used = (ConcentratedLiquidityPool)after;
            }
        }
    }

    // A quote is looked up by sums of what is paid: one unit below, at and above each sum is where that could be wrong.
    [Fact]
    public void A_quote_that_ends_next_to_a_stop_is_what_the_swap_gives()
    {
        int quotes = 0;
        foreach (ConcentratedLiquidityPool recorded in RecordedTicks.Load())
        {
            foreach (bool zeroForOne in new[] { true, false })
            {
                ConcentratedLiquidityPool pool = Fresh(recorded);
                UInt256 sum = UInt256.Zero;
                ConcentratedLiquidityPool at = pool;
                for (int i = 0; i < 60; i++)
                {
                    int stop = NextStop(at, zeroForOne);
                    if (stop is <= TickMath.TickMin or >= TickMath.TickMax
                        || at.SwapToPrice(
                            zeroForOne, exactIn: true, UInt256.One << 200, TickMath.SqrtPriceAtTick(stop), out PriceLimitedSwap step)
                            != SwapRefusal.None)
                    {
                        break;
                    }

                    sum += step.AmountIn;
                    at = step.After;
                    for (ulong more = 0; more < 3; more++)
                    {
                        quotes += IsWhatTheSwapGives(pool, zeroForOne, sum + more - UInt256.One) ? 1 : 0;
                    }
                }
            }
        }

        Assert.True(quotes > 1_000, $"Only {quotes} amounts were quoted.");
    }

    [Fact]
    public void A_quote_that_is_asked_again_stays_what_the_swap_gives()
    {
        Random random = new(4);
        foreach (ConcentratedLiquidityPool recorded in RecordedTicks.Load())
        {
            ConcentratedLiquidityPool pool = Fresh(recorded);
            for (int i = 0; i < 400; i++)
            {
                IsWhatTheSwapGives(pool, random.Next(2) == 0, (UInt256)(ulong)random.NextInt64() >> random.Next(0, 63) << random.Next(0, 50));
            }
        }
    }

    [Fact]
    public void Several_threads_may_quote_a_pool_whose_ladder_still_grows()
    {
        Random random = new(3);
        foreach (ConcentratedLiquidityPool recorded in RecordedTicks.Load())
        {
            UInt256[] amounts = [.. Enumerable.Range(0, 64).Select(_ => (UInt256)(ulong)random.NextInt64() << random.Next(0, 40))];
            ConcentratedLiquidityPool shared = Fresh(recorded);
            UInt256[] quoted = new UInt256[2 * amounts.Length];
            Parallel.For(0, quoted.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
                shared.QuoteExactIn(i & 1, 1 - (i & 1), amounts[i / 2], out quoted[i]));
            for (int i = 0; i < quoted.Length; i++)
            {
                Fresh(recorded).QuoteExactIn(i & 1, 1 - (i & 1), amounts[i / 2], out UInt256 expected);
                Assert.Equal(expected, quoted[i]);
            }
        }
    }

    /// <summary>Compares; whether the pool takes the amount.</summary>
    private static bool IsWhatTheSwapGives(ConcentratedLiquidityPool pool, bool zeroForOne, UInt256 amount)
    {
        (int tokenIn, int tokenOut) = zeroForOne ? (0, 1) : (1, 0);
        SwapRefusal refusal = pool.SwapExactIn(tokenIn, tokenOut, amount, out UInt256 expected, out _);
        for (int time = 0; time < 3; time++)
        {
            Assert.Equal(refusal, pool.QuoteExactIn(tokenIn, tokenOut, amount, out UInt256 amountOut));
            Assert.Equal(expected, amountOut);
        }

        return refusal == SwapRefusal.None;
    }

    /// <summary>Swaps with a limit at every tick on the way and every edge of a word, so that nothing is looked up.</summary>
    private static int Follow(
        ConcentratedLiquidityPool pool, bool zeroForOne, bool exactIn, UInt256 amount, PriceLimitedSwap whole)
    {
        UInt256 paid = UInt256.Zero;
        UInt256 received = UInt256.Zero;
        UInt256 left = amount;
        int stops = 0;
        while (!left.IsZero)
        {
            int stop = NextStop(pool, zeroForOne);
            UInt256 limit = stop <= TickMath.TickMin ? TickMath.SqrtPriceMin + UInt256.One
                : stop >= TickMath.TickMax ? TickMath.SqrtPriceMax - UInt256.One
                : TickMath.SqrtPriceAtTick(stop);
            if (pool.SwapToPrice(zeroForOne, exactIn, left, limit, out PriceLimitedSwap part) != SwapRefusal.None)
            {
                break;
            }

            paid += part.AmountIn;
            received += part.AmountOut;
            left -= exactIn ? part.AmountIn : part.AmountOut;
            pool = part.After;
            stops++;
        }

        Assert.Equal(whole.AmountIn, paid);
        Assert.Equal(whole.AmountOut, received);
        Assert.Equal(whole.After, pool);
        return stops;
    }

    /// <summary>TickBitmap.nextInitializedTickWithinOneWord: words are 256 spacings wide.</summary>
    private static int NextStop(ConcentratedLiquidityPool pool, bool zeroForOne)
    {
        int spacing = pool.Ticks.TickSpacing;
        int compressed = (int)Math.Floor((double)pool.Tick / spacing);
        int at = pool.Ticks.CountAtOrBelow(pool.Tick);
        if (zeroForOne)
        {
            int edge = compressed >> 8 << 8;
            return at > 0 ? Math.Max(pool.Ticks.Ticks[at - 1].Index, edge * spacing) : edge * spacing;
        }

        int end = (compressed + 1) | 255;
        return at < pool.Ticks.Ticks.Length ? Math.Min(pool.Ticks.Ticks[at].Index, end * spacing) : end * spacing;
    }

    private static ConcentratedLiquidityPool Fresh(ConcentratedLiquidityPool pool) => new(
        pool.Variant,
        pool.LpFeePips,
        new TickTable(pool.Ticks.TickSpacing, pool.Ticks.Ticks),
        pool.SqrtPriceX96,
        pool.Tick,
        pool.Liquidity);
}
