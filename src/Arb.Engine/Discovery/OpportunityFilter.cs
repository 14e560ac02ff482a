using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Scoring;
using Arb.Search;

namespace Arb.Engine;

/// <summary>Turns sized cycles into opportunities, best first, and counts why the others were dropped. Pure.</summary>
public sealed class OpportunityFilter(OpportunityIds ids, IOpportunityScorer scorer, TradingPolicy policy)
{
    /// <summary>Ranked opportunities that can all be executed together, and the drops by reason.</summary>
    /// <param name="snapshot">Market the cycles were sized on.</param>
    /// <param name="cycles">Profitable cycles.</param>
    public (ImmutableArray<Opportunity> Ranked, ImmutableArray<Opportunity> Published, ImmutableSortedDictionary<string, int> Dropped) Select(
        MarketSnapshot snapshot,
        IReadOnlyCollection<SizedCycle> cycles)
    {
        SortedDictionary<string, int> dropped = new(StringComparer.Ordinal);
        List<Opportunity> kept = [];
        Dictionary<PoolKey, IPoolModel> pools = snapshot.Pools.ToDictionary(p => p.Listing.Key, p => p.Model);
        UInt256 gasPrice = NextBaseFee.Of(snapshot.Block) + policy.PriorityFeePerGasWei;
        foreach (SizedCycle cycle in cycles)
        {
            Opportunity opportunity = Price(snapshot.Block, cycle, gasPrice);
            Verdict verdict = Judge(opportunity, gasPrice, pools);
            if (verdict.Accepted)
            {
                kept.Add(opportunity);
            }
            else
            {
                Count(dropped, verdict.Reason);
            }
        }

        ImmutableArray<Opportunity> ranked = Ranking.Rank(kept, o => o.Score, o => o.Key.Id);
        ImmutableArray<Opportunity> published = Disjoint(ranked, dropped);
        return (ranked, published, dropped.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    /// <summary>Best first, no pool twice: what one round publishes can be executed together without one moving another's price.</summary>
    private ImmutableArray<Opportunity> Disjoint(ImmutableArray<Opportunity> ranked, SortedDictionary<string, int> dropped)
    {
        HashSet<PoolKey> taken = [];
        ImmutableArray<Opportunity>.Builder published = ImmutableArray.CreateBuilder<Opportunity>();
        foreach (Opportunity opportunity in ranked)
        {
            ImmutableArray<Hop> hops = opportunity.Cycle.Route.Hops;
            if (hops.Any(h => taken.Contains(h.Pool.Key)))
            {
                Count(dropped, RefusalReason.SharesPoolWithBetter);
            }
            else if (published.Count >= policy.PublishMax)
            {
                Count(dropped, RefusalReason.BeyondPublishLimit);
            }
            else
            {
                taken.UnionWith(hops.Select(h => h.Pool.Key));
                published.Add(opportunity);
            }
        }

        return published.ToImmutable();
    }

    private Opportunity Price(BlockStamp block, SizedCycle cycle, UInt256 gasPrice)
    {
        ulong gas = GasModel.Estimate(cycle.Route.Hops.Length);
        UInt256 gasCost = gasPrice * gas;
        UInt256 bid = BidSchedule.PaymentWei(cycle.GrossProfit, BidSchedule.BasisPoints(1, policy), policy);
        BigInteger net = (BigInteger)cycle.GrossProfit - (BigInteger)gasCost - (BigInteger)bid;
        double score = scorer.Score(new OpportunityFeatures(net, cycle.GrossProfit, gasCost, cycle.Route.Hops.Length, cycle.Notional));
        OpportunityKey key = new(
            ids.Opportunity(policy.ChainId, cycle.Route, block.Hash),
            policy.ChainId,
            block.Number,
            block.TimestampSeconds + (ulong)policy.SlotLength.TotalSeconds);
        return new Opportunity(key, ids.RouteId(policy.ChainId, cycle.Route), block, cycle, gas, gasCost, bid, net, score);
    }

    private Verdict Judge(Opportunity opportunity, UInt256 gasPrice, Dictionary<PoolKey, IPoolModel> pools)
    {
        Verdict price = Breakers.CheckGasPrice(gasPrice, policy);
        if (!price.Accepted)
        {
            return price;
        }

        if (opportunity.NetProfitWei < (BigInteger)policy.MinProfitWei)
        {
            return Verdict.Refuse(RefusalReason.BelowProfitFloor);
        }

        return CycleMeasures.PriceImpactBasisPoints(opportunity.Cycle, pools) <= policy.MaxPriceImpactBasisPoints
            ? Verdict.Accept
            : Verdict.Refuse(RefusalReason.PriceImpactAboveMaximum);
    }

    private static void Count(SortedDictionary<string, int> dropped, RefusalReason reason) =>
        dropped[reason.ToString()] = dropped.GetValueOrDefault(reason.ToString()) + 1;
}
