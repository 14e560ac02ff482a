using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Scoring;
using CsCheck;
using static Arb.Tests.Engine.EngineFixtures;

namespace Arb.Tests.Engine;

public sealed class OpportunityFilterTests
{
    private static (ImmutableArray<Opportunity> Ranked, ImmutableArray<Opportunity> Published, ImmutableSortedDictionary<string, int> Dropped)
        Select(MarketSnapshot market, TradingPolicy policy)
    {
        OpportunityFilter filter = new(new OpportunityIds(new Keccak()), new NetProfitScorer(), policy);
        GasPrice gas = GasPrice.Of(market.Block, policy);
        return filter.Select(market, new MarketSearch().Run(market, gas, policy).Cycles, gas);
    }

    [Fact]
    public void A_gap_wider_than_both_fees_and_gas_is_published()
    {
        (ImmutableArray<Opportunity> ranked, ImmutableArray<Opportunity> published, _) = Select(Market(200), Policy);
        Assert.Equal(2, published.Length);
        Assert.All(ranked, o => Assert.True(o.NetProfitWei >= (BigInteger)Policy.MinProfitWei));
        Assert.All(published, o => Assert.Equal(
            (BigInteger)o.Cycle.GrossProfit - (BigInteger)o.GasCostWei - (BigInteger)o.BidWei, o.NetProfitWei));
    }

    [Fact]
    public void A_gap_that_gas_eats_up_is_dropped_and_counted()
    {
        TradingPolicy dear = Policy with { PriorityFeePerGasWei = 90_000_000_000UL };
        SearchFindings found = new MarketSearch().Run(Market(70), GasPrice.Of(Block, dear), dear);
        Assert.Empty(found.Cycles);
        Assert.Equal(2, found.Candidates);
        Assert.Equal(2, found.Dropped[nameof(RefusalReason.GasAboveProfit)]);
    }

    [Fact]
    public void A_bid_that_leaves_less_than_the_floor_is_dropped_and_counted()
    {
        TradingPolicy generous = Policy with { BidBasisPoints = 9_999, BidMaxBasisPoints = 9_999, BidCapWei = Ether(100) };
        (_, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) = Select(Market(200), generous);
        Assert.Empty(published);
        Assert.Equal(2, dropped[nameof(RefusalReason.BelowProfitFloor)]);
    }

    [Fact]
    public void A_spread_below_its_minimum_is_dropped_and_counted()
    {
        TradingPolicy wide = Policy with { MinSpreadBasisPoints = 1_000 };
        (_, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) = Select(Market(200), wide);
        Assert.Empty(published);
        Assert.Equal(2, dropped[nameof(RefusalReason.SpreadBelowMinimum)]);
    }

    [Fact]
    public void A_search_that_follows_finds_what_a_new_one_finds()
    {
        MarketSearch warm = new();
        Assert.False(warm.Run(Market(0), GasPrice.Of(Block, Policy), Policy).IsWarm);
        SearchFindings followed = warm.Run(Market(200), GasPrice.Of(Block, Policy), Policy);
        SearchFindings anew = new MarketSearch().Run(Market(200), GasPrice.Of(Block, Policy), Policy);
        Assert.True(followed.IsWarm);
        Assert.Equal(anew.Candidates, followed.Candidates);
        Assert.Equal(anew.Cycles.Select(c => (c.Cycle.Route, c.NetProfitWei)), followed.Cycles.Select(c => (c.Cycle.Route, c.NetProfitWei)));
        Assert.Equal(anew.Dropped, followed.Dropped);
    }

    [Fact]
    public void Profits_in_another_start_token_are_counted_in_ether()
    {
        TradingPolicy both = Policy with { StartTokens = [Weth, Usdc] };
        MarketSnapshot market = Market(200) with
        {
            Loans = [new FlashLoanTerms(Usdc, 10_000_000_000_000UL, UInt256.Zero)],
        };
        (ImmutableArray<Opportunity> ranked, _, _) = Select(market, both);
        Opportunity opportunity = Assert.Single(ranked);
        Assert.Equal(Usdc, opportunity.Cycle.Route.StartToken);

        // A gap of 2 % on 1,000 ether brings some ether cents, not millions of raw dollars.
        BigInteger gross = opportunity.NetProfitWei + (BigInteger)opportunity.GasCostWei + (BigInteger)opportunity.BidWei;
        double dollars = (double)opportunity.Cycle.GrossProfit / 1e6;
        Assert.InRange((double)gross / 1e18, dollars / 3_100, dollars / 3_000);
    }

    [Fact]
    public void A_gas_price_above_its_maximum_drops_everything()
    {
        TradingPolicy strict = Policy with { MaxGasPriceWei = 1UL };
        (_, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) = Select(Market(200), strict);
        Assert.Empty(published);
        Assert.Equal(2, dropped[nameof(RefusalReason.GasPriceAboveMaximum)]);
    }

    [Fact]
    public void Only_the_best_are_published_and_the_others_are_counted()
    {
        (_, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) =
            Select(Market(200), Policy with { PublishMax = 1 });
        Assert.Single(published);
        Assert.Equal(1, dropped[nameof(RefusalReason.BeyondPublishLimit)]);
    }

    [Fact]
    public void What_is_published_brings_each_its_profit_when_traded_in_order() =>
        Gen.ULong[10, 1_000].Array[4].Sample(gaps =>
        {
            MarketSnapshot market = Market(0);
            ConstantProductPool[] pairs = [.. market.Pools.Select(p => (ConstantProductPool)p.Model)];
            ImmutableArray<ConstantProductPool> pools = [.. pairs.Select((p, i) => p with { Reserve1 = p.Reserve1 * (10_000 + gaps[i]) / 10_000UL })];
            pools = pools.Add(Pool(15, Usdc, Dai, 3_000_000_000_000UL, Ether(3_000_000)));
            market = market with { Pools = [.. pools.Select(Of)] };
            TradingPolicy policy = Policy with { PublishMax = 8, MinProfitWei = 1UL, MaxPriceImpactBasisPoints = 10_000 };
            (ImmutableArray<Opportunity> ranked, ImmutableArray<Opportunity> published, _) = Select(market, policy);
            Assert.Equal(ranked.IsEmpty, published.IsEmpty);
            if (!ranked.IsEmpty)
            {
                Assert.Equal(ranked[0].Key, published[0].Key);
                Assert.Equal(ranked.Max(o => o.NetProfitWei), ranked[0].NetProfitWei);
            }

            Dictionary<PoolKey, IPoolModel> state = market.Pools.ToDictionary(p => p.Listing.Key, p => p.Model);
            foreach (Opportunity opportunity in published)
            {
                UInt256 amount = opportunity.Cycle.Notional;
                foreach (Hop hop in opportunity.Cycle.Route.Hops)
                {
                    UInt256 paid = amount;
                    Assert.Equal(
                        SwapRefusal.None,
                        state[hop.Pool.Key].SwapExactIn(hop.IndexIn, hop.IndexOut, paid, out amount, out IPoolModel after));
                    state[hop.Pool.Key] = after;
                }

                Assert.Equal(opportunity.Cycle.GrossProfit, amount - opportunity.Cycle.Notional - opportunity.Cycle.Premium);
                Assert.True(opportunity.NetProfitWei >= (BigInteger)policy.MinProfitWei);
            }
        });

    [Fact]
    public void Opportunities_that_share_a_pool_are_priced_on_what_the_first_leaves()
    {
        // Three pairs of the same tokens, two of them dear: the cheap one serves both cycles.
        UInt256 usdc = 3_000_000_000_000UL;
        MarketSnapshot market = Market(0) with
        {
            Pools =
            [
                Of(Pool(11, Weth, Usdc, Ether(1_000), usdc)),
                Of(Pool(12, Weth, Usdc, Ether(1_000), usdc * 104 / 100)),
                Of(Pool(13, Weth, Usdc, Ether(1_000), usdc * 104 / 100)),
            ],
        };
        (ImmutableArray<Opportunity> ranked, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) = Select(market, Policy);
        Assert.Equal(2, ranked.Length);
        Assert.Equal(2, published.Length);
        Assert.Equal(ranked[1].Key, published[1].Key);
        Assert.True(published[1].NetProfitWei < ranked[1].NetProfitWei);
        Assert.False(dropped.ContainsKey(nameof(RefusalReason.SharesPoolWithBetter)));
    }

    [Fact]
    public void The_same_head_gives_the_same_ids_and_another_head_gives_others()
    {
        MarketSnapshot market = Market(200);
        string[] first = [.. Select(market, Policy).Published.Select(o => o.Key.Id)];
        string[] again = [.. Select(market, Policy).Published.Select(o => o.Key.Id)];
        string[] later = [.. Select(market with { Block = Block with { Hash = Hash(101) } }, Policy).Published.Select(o => o.Key.Id)];
        Assert.Equal(first, again);
        Assert.Empty(first.Intersect(later));
    }
}
