using System.Collections.Immutable;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets.Balancer;

/// <summary>What holds for swaps of every Balancer pool.</summary>
public sealed class BalancerSwapProperties
{
    private static readonly Gen<(IPoolModel Pool, int TokenIn, int TokenOut)> Any = Gen.OneOf(
        BalancerPools.Weighted.WithPair().Select(drawn => ((IPoolModel)drawn.Pool, drawn.TokenIn, drawn.TokenOut)),
        BalancerPools.Stable.WithPair().Select(drawn => ((IPoolModel)drawn.Pool, drawn.TokenIn, drawn.TokenOut)));

    // Thousandths of the 30 % that a weighted pool takes at most.
    private static readonly Gen<uint> Share = Gen.UInt[1, 1_000];

    [Fact]
    public void Output_grows_with_input() =>
        Gen.Select(Any, Share, Share).Sample((drawn, one, other) =>
        {
            (IPoolModel pool, int tokenIn, int tokenOut) = drawn;
            UInt256 less = Part(Balances(pool)[tokenIn], Math.Min(one, other));
            UInt256 more = Part(Balances(pool)[tokenIn], Math.Max(one, other));
            if (pool.QuoteExactIn(tokenIn, tokenOut, less, out UInt256 forLess) == SwapRefusal.None
                && pool.QuoteExactIn(tokenIn, tokenOut, more, out UInt256 forMore) == SwapRefusal.None)
            {
                Assert.True(forLess <= forMore, $"{less} buys {forLess}, {more} only {forMore}");
            }
        });

    [Fact]
    public void Round_trip_never_gains() =>
        Gen.Select(Any, Share).Sample((drawn, share) =>
        {
            (IPoolModel pool, int tokenIn, int tokenOut) = drawn;
            UInt256 amountIn = Part(Balances(pool)[tokenIn], share);
            if (pool.SwapExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut, out IPoolModel after) == SwapRefusal.None
                && after.QuoteExactIn(tokenOut, tokenIn, amountOut, out UInt256 back) == SwapRefusal.None)
            {
                Assert.True(back <= amountIn, $"{amountIn} came back as {back}");
            }
        });

    [Fact]
    public void Exact_out_asks_what_exact_in_takes() =>
        Gen.Select(Any, Share).Sample((drawn, share) =>
        {
            (IPoolModel pool, int tokenIn, int tokenOut) = drawn;
            UInt256 wanted = Part(Balances(pool)[tokenOut], share);
            if (pool.QuoteExactOut(tokenIn, tokenOut, wanted, out UInt256 asked) != SwapRefusal.None)
            {
                return;
            }

            // Both round against the trader, by a few raw units in and by 10^-14 of a balance: far below a hundredth of a swap.
            UInt256 little = (asked / 100UL) + (UInt256)3UL;
            if (asked > little
                && pool.QuoteExactIn(tokenIn, tokenOut, asked - little, out UInt256 paid) == SwapRefusal.None)
            {
                Assert.True(paid <= wanted, $"{asked - little} buys {paid}, but {asked} is asked for {wanted}");
            }

            if (pool.QuoteExactIn(tokenIn, tokenOut, asked + little, out paid) == SwapRefusal.None)
            {
                Assert.True(paid >= wanted, $"{asked + little} buys {paid}, but {asked} is asked for {wanted}");
            }
        });

    [Fact]
    public void Swap_moves_its_two_balances_by_its_amounts_and_leaves_the_pool_it_began_with() =>
        Gen.Select(Any, Share, Gen.Bool).Sample((drawn, share, exactOut) =>
        {
            (IPoolModel pool, int tokenIn, int tokenOut) = drawn;
            ImmutableArray<UInt256> before = Balances(pool);
            UInt256 amount = Part(before[exactOut ? tokenOut : tokenIn], share);
            SwapRefusal quoted = exactOut
                ? pool.QuoteExactOut(tokenIn, tokenOut, amount, out UInt256 quote)
                : pool.QuoteExactIn(tokenIn, tokenOut, amount, out quote);
            SwapRefusal refusal = exactOut
                ? pool.SwapExactOut(tokenIn, tokenOut, amount, out UInt256 calculated, out IPoolModel after)
                : pool.SwapExactIn(tokenIn, tokenOut, amount, out calculated, out after);
            Assert.Equal(quoted, refusal);
            Assert.Equal(quote, calculated);
            Assert.Equal(before, Balances(pool));
            if (refusal != SwapRefusal.None)
            {
                Assert.Same(pool, after);
                Assert.Equal(UInt256.Zero, calculated);
                return;
            }

            (UInt256 amountIn, UInt256 amountOut) = exactOut ? (calculated, amount) : (amount, calculated);
            Assert.Equal(
                before.SetItem(tokenIn, before[tokenIn] + amountIn).SetItem(tokenOut, before[tokenOut] - amountOut),
                Balances(after));
        });

    [Fact]
    public void Quote_never_exceeds_what_the_pool_holds() =>
        Gen.Select(Any, Gen.ULong, Gen.Int[0, 255]).Sample((drawn, digits, shift) =>
        {
            (IPoolModel pool, int tokenIn, int tokenOut) = drawn;
            SwapRefusal refusal = pool.QuoteExactIn(tokenIn, tokenOut, (UInt256)digits << shift, out UInt256 amountOut);
            Assert.True(amountOut <= Balances(pool)[tokenOut]);
            Assert.True(refusal == SwapRefusal.None || amountOut.IsZero);
        });

    [Fact]
    public void Quotes_allocate_nothing()
    {
        IPoolModel[] pools =
        [
            new BalancerWeightedPool(
                BalancerPools.Numbers(1_000_000_000, 5_000_000_000, 7_000_000_000), [6, 8, 18],
                BalancerPools.Numbers(500_000_000_000_000_000, 300_000_000_000_000_000, 200_000_000_000_000_000),
                3_000_000_000_000_000UL),
            new BalancerStablePool(
                BalancerPools.Numbers(1_000_000_000, 1_100_000_000),
                [BalancerPools.Ten(30), BalancerPools.Ten(30)], 200_000UL, 400_000_000_000_000UL),
        ];
        Assert.All(pools, pool =>
        {
            Quote(pool);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Quote(pool);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        });
    }

    [Fact]
    public void Nothing_and_a_token_for_itself_are_not_requests() =>
        Any.Sample(drawn =>
        {
            (IPoolModel pool, int tokenIn, int tokenOut) = drawn;
            Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(tokenIn, tokenOut, UInt256.Zero, out _));
            Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactOut(tokenIn, tokenOut, UInt256.Zero, out _));
            Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactIn(tokenIn, tokenIn, UInt256.One, out _));
            Assert.Equal(SwapRefusal.InvalidRequest, pool.QuoteExactOut(tokenIn, tokenIn, UInt256.One, out _));
            Assert.Throws<ArgumentOutOfRangeException>("tokenOut", () => pool.QuoteExactIn(0, pool.TokenCount, UInt256.One, out _));
            Assert.Throws<ArgumentOutOfRangeException>("tokenIn", () => pool.QuoteExactOut(-1, 0, UInt256.One, out _));
        });

    private static void Quote(IPoolModel pool)
    {
        for (ulong amount = 1; amount < 100_000_000; amount *= 10)
        {
            pool.QuoteExactIn(0, 1, amount, out _);
            pool.QuoteExactOut(1, 0, amount, out _);
        }
    }

    private static UInt256 Part(UInt256 balance, uint thousandths) =>
        UInt256.Max(UInt256.One, balance * 3UL * thousandths / 10_000UL);

    private static ImmutableArray<UInt256> Balances(IPoolModel pool) =>
        pool is BalancerWeightedPool weighted ? weighted.Balances : ((BalancerStablePool)pool).Balances;
}
