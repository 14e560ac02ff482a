using System.Numerics;
using Arb.Domain;
using Arb.Search;
using CsCheck;

namespace Arb.Tests.Search;

/// <summary>Sizes of routes through every family, on amounts of real size.</summary>
public sealed class SizeSearchTests
{
    private const int GridPoints = 400;

    [Fact]
    public void No_bound_is_ever_below_what_its_pool_pays() =>
        Gen.Select(FamilyMarkets.Large, Gen.Double[-18, 3]).Sample(
            (market, magnitude) =>
            {
                foreach (SnapshotPool pool in market.Pools)
                {
                    for (int tokenIn = 0; tokenIn < pool.Model.TokenCount; tokenIn++)
                    {
                        for (int tokenOut = 0; tokenOut < pool.Model.TokenCount; tokenOut++)
                        {
                            UInt256 amountIn = (UInt256)(BigInteger)(1e18 * Math.Pow(10, magnitude));
                            if (tokenIn != tokenOut
                                && pool.Model.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut) == SwapRefusal.None)
                            {
                                MobiusBound bound = PoolBounds.Of(pool.Model, tokenIn, tokenOut);
                                double most = bound.Rate * (double)amountIn / (1 + (bound.Bend * (double)amountIn));

                                // Iterated invariants end within a unit or two of where they belong.
                                Assert.True(
                                    (double)amountOut <= (most * (1 + 1e-12)) + 4,
                                    $"{pool.Model} pays {amountOut} for {amountIn}, more than {most:R}");
                            }
                        }
                    }
                }
            },
            iter: 1_000);

    [Fact]
    public void No_notional_of_a_grid_profits_more_than_a_unit_of_each_token_beyond_the_one_found() =>
        FamilyMarkets.Large.Sample(
            market =>
            {
                Dictionary<PoolKey, IPoolModel> models = FamilyMarkets.Models(market);
                FlashLoanTerms loan = new(FamilyMarkets.Token(0), UInt256.One << 100, 100_000_000_000_000);
                foreach (Route route in FamilyMarkets.Cycles(market, FamilyMarkets.Token(0), 4).Take(20))
                {
                    bool sized = CycleSizer.TrySize(route, models, loan, out SizedCycle? cycle);
                    BigInteger profit = sized ? (BigInteger)cycle!.GrossProfit : BigInteger.Zero;
                    BigInteger allowed = profit + (BigInteger)Math.Ceiling(FamilyMarkets.Crumbs(route, models));
                    for (int i = 1; i <= GridPoints; i++)
                    {
                        // Coarse over all sizes, and fine around the size found.
                        UInt256 notional = i % 2 == 0 || !sized
                            ? (UInt256)(BigInteger)(1e12 * Math.Pow(10, 10.0 * i / GridPoints))
                            : MulDiv.Ceiling(cycle!.Notional, (ulong)(GridPoints / 2) + (ulong)i, GridPoints);
                        BigInteger other = FamilyMarkets.Profit(route, models, loan, notional) ?? 0;
                        Assert.True(other <= allowed, $"{route}: {notional} earns {other}, {cycle?.Notional} only {profit}");
                    }
                }
            },
            iter: 60);

    [Fact]
    public void The_notional_is_trimmed_to_the_least_with_its_output() =>
        FamilyMarkets.Large.Sample(
            market =>
            {
                Dictionary<PoolKey, IPoolModel> models = FamilyMarkets.Models(market);
                foreach (Route route in FamilyMarkets.Cycles(market, FamilyMarkets.Token(0), 3).Take(20))
                {
                    if (CycleSizer.TrySize(route, models, null, out SizedCycle? cycle))
                    {
                        BigInteger? less = FamilyMarkets.Profit(route, models, null, cycle.Notional - UInt256.One);
                        Assert.True(less is null || less <= (BigInteger)cycle.GrossProfit);
                        Assert.Equal((BigInteger)cycle.GrossProfit, FamilyMarkets.Profit(route, models, null, cycle.Notional));
                    }
                }
            },
            iter: 200);

    [Fact]
    public void An_optimum_ranges_away_is_found_where_liquidity_ends_in_between()
    {
        // A gap without liquidity lies between the price and the range that most of the profit is in.
        TickTable ticks = new(60,
        [
            new InitializedTick(-60_000, 1_000_000_000_000_000_000), new InitializedTick(-120, -1_000_000_000_000_000_000),
            new InitializedTick(-60, 1_000_000_000_000_000), new InitializedTick(60, -1_000_000_000_000_000),
        ]);
        ConcentratedLiquidityPool pool = new(
            ConcentratedLiquidityVariant.UniswapV3, 500, ticks, TickMath.SqrtPriceAtTick(0), 0, 1_000_000_000_000_000);
        PoolListing listing = new(
            new PoolKey(Tests.Markets.Pools.At(7)), PoolFamily.UniswapV3, "dex", [Markets.Token(0), Markets.Token(1)], new FeePips(500));
        UInt256 ether = 1_000_000_000_000_000_000;
        ConstantProductPool dear = Markets.Pool(1, 1, 0, 100 * ether, 150 * ether, 3000);
        Route route = new(
        [
            new Hop(listing, Markets.Token(0), Markets.Token(1)),
            new Hop(PoolListing.Of(dear.Info), Markets.Token(1), Markets.Token(0)),
        ]);
        Dictionary<PoolKey, IPoolModel> models = new() { [listing.Key] = pool, [new PoolKey(dear.Info.Address)] = dear };
        Assert.True(CycleSizer.TrySize(route, models, null, out SizedCycle? cycle));
        Assert.True(cycle.Notional > ether / 100);
        for (int i = 1; i < 2_000; i++)
        {
            BigInteger other = FamilyMarkets.Profit(route, models, null, ether / 1_000 * (ulong)i) ?? 0;
            Assert.True(other <= (BigInteger)cycle.GrossProfit + 3);
        }
    }
}
