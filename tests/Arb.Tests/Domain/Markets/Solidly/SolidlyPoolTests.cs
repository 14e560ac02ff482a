using System.Numerics;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

public sealed class SolidlyPoolTests
{
    private static readonly Gen<int> Decimals = Gen.OneOf(6, 8, 18);

    /// <summary>Pools of 10 to 10^8 whole tokens a side, stable ones within a factor of 8.</summary>
    private static readonly Gen<SolidlyPool> Pools =
        from variant in Gen.Int[0, SolidlyVariant.All.Length - 1].Select(i => SolidlyVariant.All[i])
        from isStable in Gen.Bool
        from decimals0 in Decimals
        from decimals1 in Decimals
        from fee in Gen.OneOf(100, 200, 500, 3000, 10_000)
        from tokens in Gen.ULong[10, 100_000_000]
        from dust0 in Gen.ULong[0, 999_999]
        from dust1 in Gen.ULong[0, 999_999]
        from eighths in Gen.ULong[1, 64]
        select new SolidlyPool(
            variant,
            isStable,
            decimals0,
            decimals1,
            new FeePips(fee),
            (UInt256)((tokens * BigInteger.Pow(10, decimals0)) + dust0),
            (UInt256)((tokens * eighths * BigInteger.Pow(10, decimals1) / 8) + dust1));

    private static readonly Gen<(SolidlyPool Pool, int TokenIn, UInt256 AmountIn)> Any =
        from pool in Pools
        from tokenIn in Gen.Int[0, 1]
        from share in Gen.ULong
        from shift in Gen.Int[0, 63]
        select (pool, tokenIn, MulDiv.Floor(tokenIn == 0 ? pool.Reserve0 : pool.Reserve1, share >> shift, ulong.MaxValue) + UInt256.One);

    [Fact]
    public void What_the_model_pays_the_pairs_own_check_lets_through() => Any.Sample((pool, tokenIn, amountIn) =>
    {
        if (pool.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 amountOut) != SwapRefusal.None)
        {
            Assert.Equal(UInt256.Zero, amountOut);
            return;
        }

        Assert.True(KeepsInvariant(pool, tokenIn, amountIn, amountOut));
    });

    [Fact]
    public void Refusal_for_a_fallen_invariant_is_one_the_check_would_make() => Any.Sample((pool, tokenIn, amountIn) =>
    {
        if (pool.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out _) == SwapRefusal.InvariantFalls)
        {
            Assert.Equal(SwapRefusal.None, pool.QuoteView(tokenIn, 1 - tokenIn, amountIn, out UInt256 view));
            Assert.False(KeepsInvariant(pool, tokenIn, amountIn, view));
        }
    });

    [Fact]
    public void Later_solvers_of_18_decimals_never_quote_what_the_check_reverts() => Any.Sample((pool, tokenIn, amountIn) =>
    {
        SolidlyPool later = pool with { Variant = SolidlyVariant.VelodromeSuperchain, Decimals0 = 18, Decimals1 = 18 };
        Assert.NotEqual(SwapRefusal.InvariantFalls, later.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out _));
    });

    [Fact]
    public void Volatile_pools_are_the_same_everywhere() => Any.Sample((pool, tokenIn, amountIn) =>
    {
        SolidlyPool one = pool with { IsStable = false, Variant = SolidlyVariant.Solidly2022 };
        SolidlyPool other = pool with { IsStable = false, Variant = SolidlyVariant.Aerodrome };
        Assert.Equal(one.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 first), other.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 second));
        Assert.Equal(first, second);

        // amountIn -= amountIn * fee / 10000; amountIn * reserveOut / (reserveIn + amountIn).
        (BigInteger reserveIn, BigInteger reserveOut) = tokenIn == 0 ? (pool.Reserve0, pool.Reserve1) : (pool.Reserve1, pool.Reserve0);
        BigInteger afterFee = amountIn - ((BigInteger)amountIn * pool.Fee.Value / FeePips.Whole);
        Assert.Equal(afterFee * reserveOut / (reserveIn + afterFee), (BigInteger)first);
    });

    [Fact]
    public void Round_trip_never_gains() => Any.Sample((pool, tokenIn, amountIn) =>
    {
        if (pool.SwapExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 amountOut, out IPoolModel after) == SwapRefusal.None
            && after.QuoteExactIn(1 - tokenIn, tokenIn, amountOut, out UInt256 back) == SwapRefusal.None)
        {
            Assert.True(back <= amountIn, $"{pool}: {amountIn} came back as {back}");
        }
    });

    [Fact]
    public void State_after_is_what_came_less_the_fee_and_what_went() => Any.Sample((pool, tokenIn, amountIn) =>
    {
        SwapRefusal refusal = pool.SwapExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 amountOut, out IPoolModel after);
        if (refusal != SwapRefusal.None)
        {
            Assert.Same(pool, after);
            return;
        }

        SolidlyPool next = Assert.IsType<SolidlyPool>(after);
        UInt256 fee = MulDiv.Floor(amountIn, (ulong)pool.Fee.Value, (ulong)FeePips.Whole);
        Assert.Equal(
            tokenIn == 0 ? (pool.Reserve0 + amountIn - fee, pool.Reserve1 - amountOut) : (pool.Reserve0 - amountOut, pool.Reserve1 + amountIn - fee),
            (next.Reserve0, next.Reserve1));
    });

    [Fact]
    public void Exact_out_pays_enough_and_one_unit_less_does_not() => Any.Sample(
        (pool, tokenIn, amount) =>
        {
            UInt256 wanted = UInt256.Min(amount, tokenIn == 0 ? pool.Reserve1 : pool.Reserve0);
            if (pool.QuoteExactOut(tokenIn, 1 - tokenIn, wanted, out UInt256 amountIn) != SwapRefusal.None)
            {
                Assert.Equal(UInt256.Zero, amountIn);
                return;
            }

            Assert.Equal(SwapRefusal.None, pool.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 enough));
            Assert.True(enough >= wanted);
            Assert.False(
                pool.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn - UInt256.One, out UInt256 less) == SwapRefusal.None && less >= wanted);
        },
        iter: 300);

    [Fact]
    public void Requests_the_pool_cannot_take_are_refused_with_the_reason()
    {
        SolidlyPool pool = new(SolidlyVariant.Aerodrome, true, 6, 6, new FeePips(500), 1_000_000_000u, 1_000_000_000u);
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(0, 1, UInt256.Zero, out _));
        Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(0, 0, 5u, out _));
        Assert.Equal(SwapRefusal.MathOverflow, pool.QuoteExactIn(0, 1, UInt256.MaxValue, out _));
        Assert.Equal(SwapRefusal.NoLiquidity, (pool with { Reserve1 = 0u }).QuoteExactIn(0, 1, 5u, out _));
        Assert.Equal(SwapRefusal.NoLiquidity, (pool with { Reserve0 = 0u }).QuoteExactOut(0, 1, 5u, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(0, 1, 1_000_000_000u, out _));
        Assert.Equal(SwapRefusal.ZeroOutput, (pool with { IsStable = false, Reserve1 = 10u }).QuoteExactIn(0, 1, 5u, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.QuoteExactIn(0, 2, 5u, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool with { Decimals0 = 37 });
    }

    /// <summary><c>swap</c>'s require, on unbounded integers: k of the balances without the fee is not below k of the reserves.</summary>
    private static bool KeepsInvariant(SolidlyPool pool, int tokenIn, UInt256 amountIn, UInt256 amountOut)
    {
        BigInteger fee = (BigInteger)amountIn * pool.Fee.Value / FeePips.Whole;
        BigInteger paid = amountIn - fee;
        (BigInteger balance0, BigInteger balance1) = tokenIn == 0
            ? ((BigInteger)pool.Reserve0 + paid, (BigInteger)pool.Reserve1 - amountOut)
            : ((BigInteger)pool.Reserve0 - amountOut, (BigInteger)pool.Reserve1 + paid);
        return K(pool, balance0, balance1) >= K(pool, pool.Reserve0, pool.Reserve1);
    }

    private static BigInteger K(SolidlyPool pool, BigInteger reserve0, BigInteger reserve1)
    {
        if (!pool.IsStable)
        {
            return reserve0 * reserve1;
        }

        BigInteger whole = BigInteger.Pow(10, 18);
        BigInteger x = reserve0 * whole / BigInteger.Pow(10, pool.Decimals0);
        BigInteger y = reserve1 * whole / BigInteger.Pow(10, pool.Decimals1);
        return x * y / whole * ((x * x / whole) + (y * y / whole)) / whole;
    }
}
