using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Scoring;
using Arb.Search;

namespace Arb.Engine;

/// <summary>Turns profitable cycles into opportunities, best first, and counts why the others were dropped. Pure.</summary>
public sealed class OpportunityFilter(OpportunityIds ids, IOpportunityScorer scorer, TradingPolicy policy)
{
    /// <summary>Most cycles priced anew in one round because an earlier opportunity moved their pools.</summary>
    private const int RepricedMax = 256;

    /// <summary>Ranked opportunities, those published of them, and the drops by reason.</summary>
    /// <remarks>
    /// What is published can be executed together, in its order: each is priced and sized on the pools as those before it leave them.
    /// </remarks>
    /// <param name="snapshot">Market the cycles were sized on.</param>
    /// <param name="cycles">Profitable cycles.</param>
    /// <param name="gas">Gas price on top of the market's block.</param>
    public (ImmutableArray<Opportunity> Ranked, ImmutableArray<Opportunity> Published, ImmutableSortedDictionary<string, int> Dropped) Select(
        MarketSnapshot snapshot,
        IReadOnlyCollection<ProfitableCycle> cycles,
        GasPrice gas)
    {
        ArgumentNullException.ThrowIfNull(gas);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(cycles);
        Drops dropped = new();
        Dictionary<PoolKey, IPoolModel> models = snapshot.Pools.ToDictionary(p => p.Listing.Key, p => p.Model);
        UInt256 gasPrice = gas.PerGasWei;
        List<Priced> kept = [];
        foreach (ProfitableCycle cycle in cycles)
        {
            Priced priced = Price(snapshot.Block, cycle, gasPrice);
            Verdict verdict = Judge(priced, gasPrice, models);
            if (verdict.Accepted)
            {
                kept.Add(priced);
            }
            else
            {
                dropped.Count(verdict.Reason);
            }
        }

        ImmutableArray<Priced> ranked = Ranking.Rank(kept, p => p.Opportunity.Score, p => p.Opportunity.Key.Id);
        ImmutableArray<Opportunity> published = Publish(snapshot, ranked, models, gasPrice, dropped);
        return ([.. ranked.Select(p => p.Opportunity)], published, dropped.ToImmutable());
    }

    /// <summary>
    /// Takes the best, trades it on a copy of the market, and goes on with the best of what is left there. A cycle is priced anew only
    /// when it comes first and its pools have moved since it was priced: trades before it can lower its profit, hardly raise it.
    /// </summary>
    private ImmutableArray<Opportunity> Publish(
        MarketSnapshot snapshot, ImmutableArray<Priced> ranked, Dictionary<PoolKey, IPoolModel> models, UInt256 gasPrice, Drops dropped)
    {
        JointMarket market = new(models);
        PriorityQueue<(Priced Priced, int Since), (double Score, string Id)> waiting = new(ByScore.Instance);
        waiting.EnqueueRange(ranked.Select(priced => ((priced, 0), (priced.Opportunity.Score, priced.Opportunity.Key.Id))));
        ImmutableArray<Opportunity>.Builder published = ImmutableArray.CreateBuilder<Opportunity>();
        int repriced = 0;
        while (published.Count < policy.PublishMax && waiting.TryDequeue(out (Priced Priced, int Since) next, out _))
        {
            (Priced priced, int since) = next;
            if (!market.HasMoved(priced.Cycle.Cycle.Route, since))
            {
                if (!market.TryTrade(priced.Cycle.Cycle))
                {
                    throw new InvalidOperationException($"{priced.Cycle.Cycle.Route} does not give the amounts it was priced with.");
                }

                published.Add(priced.Opportunity);
            }
            else if (repriced++ < RepricedMax && TryReprice(snapshot, market, priced, gasPrice, out Priced? again))
            {
                waiting.Enqueue((again, market.Trades), (again.Opportunity.Score, again.Opportunity.Key.Id));
            }
            else
            {
                dropped.Count(RefusalReason.SharesPoolWithBetter);
            }
        }

        dropped.Count(RefusalReason.BeyondPublishLimit, waiting.Count);
        return published.ToImmutable();
    }

    private bool TryReprice(
        MarketSnapshot snapshot,
        JointMarket market,
        Priced priced,
        UInt256 gasPrice,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Priced? again)
    {
        again = null;
        ProfitableCycle before = priced.Cycle;
        Route route = before.Cycle.Route;
        IReadOnlyDictionary<PoolKey, IPoolModel> models = market.ModelsOf(route);
        if (!CycleSizer.TrySizeBest(
            route, models, snapshot.Loans, before.Price, gasPrice, out SizedCycle? cycle, out FlashLoanTerms? loan))
        {
            return false;
        }

        UInt256 gross = before.Price.Of(cycle.GrossProfit);
        ulong gas = before.Gas - (before.Loan?.Gas ?? 0) + loan.Gas;
        if (!UInt256.TrySubtract(gross, gasPrice * gas, out UInt256 net))
        {
            return false;
        }

        ProfitableCycle left = before with
        {
            Cycle = cycle,
            Loan = loan,
            GrossProfitWei = gross,
            Gas = gas,
            NetProfitWei = net,
            MarginalRate = CycleSizer.MarginalRate(route, models),
        };
        Priced now = Price(snapshot.Block, left, gasPrice);
        again = Judge(now, gasPrice, models).Accepted ? now : null;
        return again is not null;
    }

    private Priced Price(BlockStamp block, ProfitableCycle found, UInt256 gasPrice)
    {
        SizedCycle cycle = found.Cycle;
        UInt256 gasCost = gasPrice * found.Gas;
        UInt256 bid = BidSchedule.PaymentWei(found.GrossProfitWei, BidSchedule.BasisPoints(1, policy), policy);
        BigInteger net = (BigInteger)found.GrossProfitWei - (BigInteger)gasCost - (BigInteger)bid;
        OpportunityFeatures features = new(
            net, found.GrossProfitWei, gasCost, cycle.Route.Hops.Length, found.Price.Of(cycle.Notional))
        {
            SpreadBasisPoints = CycleMeasures.SpreadBasisPoints(found.MarginalRate),
        };
        OpportunityKey key = new(
            ids.Opportunity(policy.ChainId, cycle.Route, block.Hash),
            policy.ChainId,
            block.Number,
            block.TimestampSeconds + (ulong)policy.SlotLength.TotalSeconds);
        Opportunity opportunity = new(
            key, ids.RouteId(policy.ChainId, cycle.Route), block, cycle, found.Gas, gasCost, bid, net, scorer.Score(features));
        return new Priced(found, opportunity);
    }

    private Verdict Judge(Priced priced, UInt256 gasPrice, IReadOnlyDictionary<PoolKey, IPoolModel> models)
    {
        Verdict price = Breakers.CheckGasPrice(gasPrice, policy);
        if (!price.Accepted)
        {
            return price;
        }

        if (priced.Opportunity.NetProfitWei < (BigInteger)policy.MinProfitWei)
        {
            return Verdict.Refuse(RefusalReason.BelowProfitFloor);
        }

        if (CycleMeasures.SpreadBasisPoints(priced.Cycle.MarginalRate) < policy.MinSpreadBasisPoints)
        {
            return Verdict.Refuse(RefusalReason.SpreadBelowMinimum);
        }

        return CycleMeasures.PriceImpactBasisPoints(priced.Cycle.Cycle, models) <= policy.MaxPriceImpactBasisPoints
            ? Verdict.Accept
            : Verdict.Refuse(RefusalReason.PriceImpactAboveMaximum);
    }

    private sealed record Priced(ProfitableCycle Cycle, Opportunity Opportunity);

    private sealed class Drops
    {
        private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

        public void Count(RefusalReason reason, int count = 1)
        {
            if (count > 0)
            {
                _counts[reason.ToString()] = _counts.GetValueOrDefault(reason.ToString()) + count;
            }
        }

        public ImmutableSortedDictionary<string, int> ToImmutable() => _counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>The order of <see cref="Ranking"/>: highest score first, equal ones by id.</summary>
    private sealed class ByScore : IComparer<(double Score, string Id)>
    {
        public static readonly ByScore Instance = new();

        public int Compare((double Score, string Id) left, (double Score, string Id) right)
        {
            int order = right.Score.CompareTo(left.Score);
            return order != 0 ? order : string.CompareOrdinal(left.Id, right.Id);
        }
    }
}
