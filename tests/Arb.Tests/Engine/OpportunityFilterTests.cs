using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Scoring;
using Arb.Search;
using CsCheck;
using static Arb.Tests.Engine.EngineFixtures;

namespace Arb.Tests.Engine;

public sealed class OpportunityFilterTests
{
    private static (ImmutableArray<Opportunity> Ranked, ImmutableArray<Opportunity> Published, ImmutableSortedDictionary<string, int> Dropped)
        Select(MarketSnapshot market, TradingPolicy policy)
    {
        OpportunityFilter filter = new(new OpportunityIds(new Keccak()), new NetProfitScorer(), policy);
        return filter.Select(market, CycleSearch.FindProfitable(market, policy.StartTokens, policy.HopsMax));
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
        (_, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) = Select(Market(70), dear);
        Assert.Empty(published);
        Assert.Equal(2, dropped[nameof(RefusalReason.BelowProfitFloor)]);
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
    public void Two_published_opportunities_never_share_a_pool_and_the_best_is_among_them() =>
        Gen.ULong[10, 1_000].Array[4].Sample(gaps =>
        {
            MarketSnapshot market = Market(0);
            ImmutableArray<SnapshotPool> pools =
            [
                .. market.Pools.Select(p => (ConstantProductPool)p.Model)
                    .Select((p, i) => Of(p with { Reserve1 = p.Reserve1 * (10_000 + gaps[i]) / 10_000UL })),
            ];
            pools = pools.Add(Of(Pool(15, Usdc, Dai, 3_000_000_000_000UL, Ether(3_000_000))));
            (ImmutableArray<Opportunity> ranked, ImmutableArray<Opportunity> published, _) = Select(market with { Pools = pools }, Policy);
            PoolKey[] used = [.. published.SelectMany(o => o.Cycle.Route.Hops.Select(h => h.Pool.Key))];
            Assert.Equal(used.Length, used.Distinct().Count());
            Assert.Equal(ranked.IsEmpty, published.IsEmpty);
            if (!ranked.IsEmpty)
            {
                Assert.Equal(ranked[0].Key, published[0].Key);
                Assert.Equal(ranked.Max(o => o.NetProfitWei), ranked[0].NetProfitWei);
            }
        });

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
