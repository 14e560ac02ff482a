using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

public sealed class ConstantProductPoolTests
{
    private static readonly Gen<(ConstantProductPool Pool, bool ZeroForOne, UInt256 Amount)> Any =
        Gen.Select(Pools.Liquid, Gen.Bool, Pools.Reserve);

    [Fact]
    public void Exact_in_equals_the_library_formula_and_refuses_where_the_pair_reverts() =>
        Any.Sample((pool, zeroForOne, amountIn) =>
        {
            (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
            BigInteger afterFee = (BigInteger)amountIn * (FeePips.Whole - pool.Info.Fee.Value);
            BigInteger expected = afterFee * reserveOut / (((BigInteger)reserveIn * FeePips.Whole) + afterFee);
            bool quoted = pool.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 amountOut);
            Assert.Equal(Pools.PairAccepts(pool, zeroForOne, amountIn, expected), quoted);
            Assert.Equal(quoted ? expected : 0, (BigInteger)amountOut);
        });

    [Fact]
    public void Exact_in_is_the_most_the_pair_pays() =>
        Any.Sample((pool, zeroForOne, amountIn) =>
        {
            if (pool.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 amountOut))
            {
                Assert.True(Pools.PairAccepts(pool, zeroForOne, amountIn, amountOut));
                Assert.False(Pools.PairAccepts(pool, zeroForOne, amountIn, amountOut + UInt256.One));
            }
        });

    [Fact]
    public void Exact_out_is_the_least_input_the_pair_accepts() =>
        Any.Sample((pool, zeroForOne, amountOut) =>
        {
            if (!pool.TryQuoteExactOut(zeroForOne, amountOut, out UInt256 amountIn))
            {
                // The greatest input that fits is not enough either.
                UInt256 room = ConstantProductPool.ReserveMax - pool.Reserves(zeroForOne).In;
                Assert.Equal(UInt256.Zero, amountIn);
                Assert.False(pool.TryQuoteExactIn(zeroForOne, room, out UInt256 most) && most >= amountOut);
                return;
            }

            Assert.True(pool.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 enough));
            Assert.True(enough >= amountOut, $"{amountIn} buys {enough}, not {amountOut}");
            UInt256 oneLess = amountIn - UInt256.One;
            Assert.False(pool.TryQuoteExactIn(zeroForOne, oneLess, out UInt256 tooLittle) && tooLittle >= amountOut);
        });

    [Fact]
    public void Exact_out_is_the_least_input_for_every_output_of_a_small_pool() =>
        Gen.Select(Pools.Small, Gen.Bool).Sample(
            (pool, zeroForOne) =>
            {
                UInt256 reserveOut = pool.Reserves(zeroForOne).Out;
                for (UInt256 amountOut = 1; amountOut < reserveOut; amountOut += 7)
                {
                    Assert.True(pool.TryQuoteExactOut(zeroForOne, amountOut, out UInt256 amountIn));
                    Assert.True(pool.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 enough) && enough >= amountOut);
                    Assert.False(
                        pool.TryQuoteExactIn(zeroForOne, amountIn - UInt256.One, out UInt256 less) && less >= amountOut);
                }
            },
            iter: 300);

    [Fact]
    public void Exact_out_is_at_most_one_below_the_library_which_always_adds_one() =>
        Any.Sample((pool, zeroForOne, amountOut) =>
        {
            if (!pool.TryQuoteExactOut(zeroForOne, amountOut, out UInt256 amountIn))
            {
                return;
            }

            (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
            BigInteger library = ((BigInteger)reserveIn * amountOut * FeePips.Whole
                / ((reserveOut - amountOut) * (BigInteger)(FeePips.Whole - pool.Info.Fee.Value))) + 1;
            Assert.InRange(library - amountIn, 0, 1);
        });

    [Fact]
    public void Output_grows_with_input_and_stays_below_the_reserve() =>
        Gen.Select(Pools.Liquid, Gen.Bool, Pools.Reserve, Pools.Reserve).Sample((pool, zeroForOne, one, other) =>
        {
            if (pool.TryQuoteExactIn(zeroForOne, UInt256.Min(one, other), out UInt256 less)
                && pool.TryQuoteExactIn(zeroForOne, UInt256.Max(one, other), out UInt256 more))
            {
                Assert.True(less <= more);
                Assert.True(more < pool.Reserves(zeroForOne).Out);
            }
        });

    [Fact]
    public void Round_trip_never_gains_and_the_product_never_falls() =>
        Any.Sample((pool, zeroForOne, amountIn) =>
        {
            if (!pool.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 amountOut))
            {
                return;
            }

            ConstantProductPool after = pool.After(zeroForOne, amountIn, amountOut);
            Assert.True((BigInteger)after.Reserve0 * after.Reserve1 >= (BigInteger)pool.Reserve0 * pool.Reserve1);
            if (after.TryQuoteExactIn(!zeroForOne, amountOut, out UInt256 back))
            {
                Assert.True(back <= amountIn, $"{amountIn} came back as {back}");
            }
        });

    [Fact]
    public void Reserve_fills_up_to_112_bits_and_not_beyond()
    {
        ConstantProductPool pool = Pools.Make(ConstantProductPool.ReserveMax - 1000, 1_000_000_000, 3000);
        ConstantProductPool deep = pool with { Reserve1 = ConstantProductPool.ReserveMax };
        Assert.True(deep.TryQuoteExactIn(zeroForOne: true, 1000, out UInt256 amountOut));
        Assert.Equal(ConstantProductPool.ReserveMax, deep.After(zeroForOne: true, 1000, amountOut).Reserve0);
        Assert.False(deep.TryQuoteExactIn(zeroForOne: true, 1001, out _));
        Assert.True(deep.TryQuoteExactOut(zeroForOne: true, amountOut, out UInt256 amountIn));
        Assert.Equal<UInt256>(1000, amountIn);
        Assert.False(deep.TryQuoteExactOut(zeroForOne: true, amountOut + 2, out _));
    }

    [Fact]
    public void Nothing_in_nothing_out_and_dry_pools_are_refused()
    {
        ConstantProductPool pool = Pools.Make(1_000_000, 1_000_000, 3000);
        Assert.False(pool.TryQuoteExactIn(zeroForOne: true, UInt256.Zero, out _));
        Assert.False(pool.TryQuoteExactIn(zeroForOne: true, UInt256.One, out _));
        Assert.False(pool.TryQuoteExactOut(zeroForOne: true, UInt256.Zero, out _));
        Assert.False(pool.TryQuoteExactOut(zeroForOne: true, 1_000_000, out _));
        Assert.False(pool.TryQuoteExactOut(zeroForOne: true, UInt256.MaxValue, out _));
        Assert.False(pool.TryQuoteExactIn(zeroForOne: true, UInt256.MaxValue, out _));
        foreach (ConstantProductPool dry in new[] { pool with { Reserve0 = 0 }, pool with { Reserve1 = 0 } })
        {
            foreach (bool zeroForOne in new[] { true, false })
            {
                Assert.False(dry.TryQuoteExactIn(zeroForOne, 1000, out _));
                Assert.False(dry.TryQuoteExactOut(zeroForOne, 1, out _));
            }
        }
    }

    [Fact]
    public void Refusals_say_why()
    {
        ConstantProductPool pool = Pools.Make(1_000_000, 1_000_000, 3000);
        UInt256 room = ConstantProductPool.ReserveMax - 1_000_000;
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(0, 1, UInt256.Zero, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(1, 1, 5, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactOut(0, 1, UInt256.Zero, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactOut(0, 0, 5, out _));
        Assert.Equal(SwapRefusal.ZeroOutput, pool.QuoteExactIn(0, 1, UInt256.One, out _));
        Assert.Equal(SwapRefusal.None, pool.QuoteExactIn(0, 1, room, out _));
        Assert.Equal(SwapRefusal.ReserveOverflow, pool.QuoteExactIn(0, 1, room + UInt256.One, out _));
        Assert.Equal(SwapRefusal.ReserveOverflow, pool.QuoteExactIn(0, 1, UInt256.MaxValue, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(1, 0, 1_000_000, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(1, 0, UInt256.MaxValue, out _));
        ConstantProductPool full = pool with { Reserve0 = ConstantProductPool.ReserveMax };
        Assert.Equal(SwapRefusal.ReserveOverflow, full.QuoteExactOut(0, 1, 1000, out _));
        ConstantProductPool dry = pool with { Reserve1 = 0 };
        Assert.Equal(SwapRefusal.NoLiquidity, dry.QuoteExactIn(0, 1, 1000, out _));
        Assert.Equal(SwapRefusal.NoLiquidity, dry.QuoteExactOut(1, 0, 1000, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.QuoteExactIn(0, 2, 1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.QuoteExactOut(-1, 0, 1, out _));
    }

    [Fact]
    public void Swaps_through_the_port_quote_the_same_and_move_the_reserves() =>
        Any.Sample((pool, zeroForOne, amount) =>
        {
            IPoolModel model = pool;
            (int tokenIn, int tokenOut) = zeroForOne ? (0, 1) : (1, 0);
            bool quoted = pool.TryQuoteExactIn(zeroForOne, amount, out UInt256 amountOut);
            Assert.Equal(quoted, model.SwapExactIn(tokenIn, tokenOut, amount, out UInt256 same, out IPoolModel after) == SwapRefusal.None);
            Assert.Equal(amountOut, same);
            Assert.Equal(quoted ? pool.After(zeroForOne, amount, amountOut) : pool, after);
            bool asked = pool.TryQuoteExactOut(zeroForOne, amount, out UInt256 amountIn);
            Assert.Equal(asked, model.SwapExactOut(tokenIn, tokenOut, amount, out same, out after) == SwapRefusal.None);
            Assert.Equal(amountIn, same);
            Assert.Equal(asked ? pool.After(zeroForOne, amountIn, amount) : pool, after);
        });

    [Fact]
    public void A_changed_fee_changes_the_quote()
    {
        ConstantProductPool pool = Pools.Make(1_000_000_000, 1_000_000_000, 3000);
        ConstantProductPool cheaper = pool with { Info = pool.Info with { Fee = new FeePips(500) } };
        Assert.True(pool.TryQuoteExactIn(zeroForOne: true, 1_000_000, out UInt256 dear));
        Assert.True(cheaper.TryQuoteExactIn(zeroForOne: true, 1_000_000, out UInt256 cheap));
        Assert.True(cheap > dear);
    }

    [Fact]
    public void Quotes_allocate_nothing()
    {
        ConstantProductPool pool = Pools.Make(1_000_000_000, 1_000_000_000, 3000);
        pool.QuoteExactIn(0, 1, 1000, out _);
        pool.QuoteExactOut(0, 1, 1000, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong amount = 1; amount < 1000; amount++)
        {
            pool.QuoteExactIn(0, 1, amount, out _);
            pool.QuoteExactOut(1, 0, amount, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Reserves_beyond_112_bits_are_an_error()
    {
        UInt256 tooMuch = ConstantProductPool.ReserveMax + UInt256.One;
        Assert.Throws<ArgumentOutOfRangeException>(() => Pools.Make(tooMuch, 1, 3000));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pools.Make(1, tooMuch, 3000));
        ConstantProductPool pool = Pools.Make(1000, 1000, 3000);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.After(zeroForOne: true, 1, 1001));
    }

    // Uniswap's own vectors: test/UniswapV2Pair.spec.ts, swapTestCases (v2-core 1.0.1): swap amount, reserves, output.
    [Theory]
    [InlineData(1, 5, 10, "1662497915624478906")]
    [InlineData(1, 10, 5, "453305446940074565")]
    [InlineData(2, 5, 10, "2851015155847869602")]
    [InlineData(2, 10, 5, "831248957812239453")]
    [InlineData(1, 10, 10, "906610893880149131")]
    [InlineData(1, 100, 100, "987158034397061298")]
    [InlineData(1, 1000, 1000, "996006981039903216")]
    public void Quotes_equal_the_recorded_ones_of_the_pair(uint amountIn, uint reserve0, uint reserve1, string amountOut)
    {
        UInt256 ether = 1_000_000_000_000_000_000UL;
        ConstantProductPool pool = Pools.Make(reserve0 * ether, reserve1 * ether, 3000);
        Assert.True(pool.TryQuoteExactIn(zeroForOne: true, amountIn * ether, out UInt256 quoted));
        Assert.Equal(UInt256.Parse(amountOut), quoted);
    }
}
