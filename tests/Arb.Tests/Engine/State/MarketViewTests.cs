using Arb.Domain;
using Arb.Engine;

namespace Arb.Tests.Engine.State;

public sealed class MarketViewTests
{
    private static readonly PoolListing Pair =
        PoolListing.Of(new PoolInfo(EngineFixtures.Account(11), "dex", EngineFixtures.Weth, EngineFixtures.Usdc, new FeePips(3_000)));

    private static readonly PoolListing Ranges = new(
        new PoolKey(EngineFixtures.Account(12)), PoolFamily.UniswapV3, "v3", [EngineFixtures.Weth, EngineFixtures.Usdc], new FeePips(500))
    {
        TickSpacing = 10,
    };

    private static readonly PoolListing Weighted = new(
        new PoolKey(EngineFixtures.Account(13)), PoolFamily.BalancerWeighted, "bal", [EngineFixtures.Weth, EngineFixtures.Usdc], new FeePips(0))
    {
        Vault = EngineFixtures.Account(99),
        Variant = (int)BalancerWeightedVariant.V2Onwards,
        Weights = [800_000_000_000_000_000UL, 200_000_000_000_000_000UL],
        Decimals = [18, 6],
    };

    private static readonly PoolListing[] Listed = [Pair, Ranges, Weighted];

    [Fact]
    public void Unchanged_state_is_the_same_object_and_a_changed_one_is_new()
    {
        MarketView view = new();
        ConstantProductState pair = new(Pair.Key, 1_000UL, 2_000UL);
        MarketSnapshot first = view.Of(State(pair, Price(0)), [], Listed, []);
        MarketSnapshot second = view.Of(State(pair with { Reserve0 = 1_001UL }, Price(0)), [], Listed, []);
        MarketSnapshot third = view.Of(State(pair, Price(0)), [], Listed, []);

        Assert.Equal([Pair, Ranges], first.Pools.Select(pool => pool.Listing));
        Assert.NotSame(first.Pools[0], second.Pools[0]);
        Assert.Equal(1_001UL, ((ConstantProductPool)second.Pools[0].Model).Reserve0);

        // Another object with equal fields is another state: only the keeper says that nothing happened.
        Assert.NotSame(second.Pools[1], third.Pools[1]);
        PoolState kept = Price(0);
        Assert.Same(view.Of(State(pair, kept), [], Listed, []).Pools[1], view.Of(State(pair, kept), [], Listed, []).Pools[1]);
    }

    [Fact]
    public void Pool_whose_listing_changed_is_made_anew()
    {
        MarketView view = new();
        ConstantProductState pair = new(Pair.Key, 1_000UL, 2_000UL);
        view.Of(State(pair), [], [Pair], []);
        SnapshotPool dearer = Assert.Single(view.Of(State(pair), [], [Pair with { Fee = new FeePips(10_000) }], []).Pools);
        Assert.Equal(10_000, ((ConstantProductPool)dearer.Model).Info.Fee.Value);
    }

    [Fact]
    public void Every_family_is_priced_by_its_own_arithmetic()
    {
        UInt256[] balances = [5_000_000_000_000_000_000UL, 4_000_000_000UL];
        BalancerState weighted = new(
            Weighted.Key, Weighted.Vault, Weighted.Tokens, [.. balances], 3_000_000_000_000_000UL, UInt256.Zero, AmplificationRamps: false);
        MarketSnapshot snapshot = new MarketView().Of(State(Price(0), weighted), [], Listed, []);

        Assert.IsType<ConcentratedLiquidityPool>(snapshot.Pools[0].Model);
        BalancerWeightedPool expected = new(
            [.. balances], Weighted.Decimals, Weighted.Weights, 3_000_000_000_000_000UL, BalancerWeightedVariant.V2Onwards);
        Assert.Equal(SwapRefusal.None, expected.QuoteExactIn(0, 1, 7_000_000_000_000UL, out UInt256 wanted));
        Assert.Equal(SwapRefusal.None, snapshot.Pools[1].Model.QuoteExactIn(0, 1, 7_000_000_000_000UL, out UInt256 amountOut));
        Assert.Equal(wanted, amountOut);
        Assert.False(amountOut.IsZero);
    }

    [Fact]
    public void Pool_without_a_price_or_with_impossible_numbers_is_left_out_and_named()
    {
        UniswapV3State unborn = new(Ranges.Key, UInt256.Zero, 0, 0, 0, TickList.Empty);
        MarketView view = new();
        LostPool none = Assert.Single(view.Of(State(unborn), [], [Ranges], []).Unreadable);
        Assert.Equal(Ranges.Key, none.Key);
        Assert.Contains("not initialised", none.Reason, StringComparison.Ordinal);

        LostPool wrong = Assert.Single(view.Of(State(Price(7)), [], [Ranges], []).Unreadable);
        Assert.Contains("tick at price", wrong.Reason, StringComparison.Ordinal);
    }

    private static UniswapV3State Price(int tick) => new(Ranges.Key, UInt256.One << 96, tick, 0, 0, TickList.Empty);

    private static MarketState State(params PoolState[] pools) => MarketState.At(EngineFixtures.Block).With(pools);
}
