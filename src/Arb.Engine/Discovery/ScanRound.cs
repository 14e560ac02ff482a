using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>One round: head → snapshot → search → filter → score → rank → write rows → publish the best.</summary>
public sealed class ScanRound(
    IChainReader chain,
    ILoanReader loans,
    HeadWatch heads,
    PoolCatalog catalog,
    TokenSafety tokens,
    MarketKeeper keeper,
    MarketView view,
    MarketSearch search,
    PoolAdmission admission,
    GasPrices gasPrices,
    OpportunityFilter filter,
    IOpportunityBank bank,
    IRoundBook rounds,
    IOpportunityPublisher publisher,
    IKillSwitch killSwitch,
    TradingPolicy policy,
    TimeProvider time)
{
    /// <summary>Runs one round. The same head gives the same ids, so running it twice publishes once.</summary>
    public async Task<RoundResult> RunAsync(CancellationToken cancellation)
    {
        ulong chainId = await chain.GetChainIdAsync(cancellation);
        if (chainId != policy.ChainId)
        {
            return new RoundResult(RoundEnd.WrongChain, null, $"The node serves chain {chainId}; Chain__Id is {policy.ChainId}.");
        }

        if (await killSwitch.GetReasonAsync(policy.ChainId, cancellation) is { } killed)
        {
            return new RoundResult(RoundEnd.KillSwitch, null, killed);
        }

        RoundSummary? last = await rounds.GetLatestAsync(policy.ChainId, cancellation);
        BlockStamp? head = await heads.AtLeastAsync(last is null ? 0 : last.BlockNumber + 1, policy.SlotLength, cancellation);
        if (head is null)
        {
            return new RoundResult(RoundEnd.NoNewBlock, null, $"Block {last!.BlockNumber} is still the newest.");
        }

        TimeSpan age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((long)head.TimestampSeconds);
        if (age > policy.HeadStaleAfter)
        {
            return new RoundResult(RoundEnd.StaleHead, null, $"Block {head.Number} is {age.TotalSeconds:F0} s old.");
        }

        ImmutableArray<PoolListing> pools = await catalog.GetPoolsAsync(cancellation);
        if (pools.IsEmpty)
        {
            return new RoundResult(RoundEnd.NoPools, null, "The configured factories hold no pools.");
        }

        ImmutableArray<PoolListing> safe = await tokens.FilterAsync(head, pools, cancellation);

        // Loan terms have no logs to follow: they are read at every head, while the pools are brought to it.
        Task<ImmutableArray<FlashLoanTerms>> terms = loans.ReadAsync(head, policy.StartTokens, cancellation);
        Task<MarketUpdate> update = keeper.AdvanceAsync(head, safe, cancellation);
        await Task.WhenAll(terms, update);
        if ((await update).State is not { } state)
        {
            return new RoundResult((await update).End ?? RoundEnd.NodeUnreachable, null, (await update).Detail);
        }

        MarketSnapshot snapshot = view.Of(state, await terms, safe, (await update).Missing);
        AdmittedMarket admitted = await admission.AdmitAsync(snapshot, state, cancellation);
        ImmutableSortedDictionary<string, int> refused = pools.Length == safe.Length
            ? admitted.Refused
            : admitted.Refused.SetItem(nameof(RefusalReason.TokenNotSafe), pools.Length - safe.Length);
        RoundSummary summary = await PublishAsync(admitted.Snapshot, refused, (await update).Faults, cancellation);
        return new RoundResult(RoundEnd.Scanned, summary, (await update).Detail);
    }

    private async Task<RoundSummary> PublishAsync(
        MarketSnapshot snapshot,
        ImmutableSortedDictionary<string, int> refused,
        ImmutableSortedDictionary<string, string> faults,
        CancellationToken cancellation)
    {
        GasPrice gasPrice = await gasPrices.AtAsync(snapshot.Block, cancellation);
        SearchFindings found = search.Run(snapshot, gasPrice, policy);
        (ImmutableArray<Opportunity> ranked, ImmutableArray<Opportunity> published, ImmutableSortedDictionary<string, int> dropped) =
            filter.Select(snapshot, found.Cycles, gasPrice);
        dropped = Join(dropped, found.Dropped, refused, PoolDrops(snapshot, catalog.BelowLiquidityFloor));

        // Rows first: whoever receives a message must find its row.
        await bank.AddOpportunitiesAsync(published, cancellation);
        TimeSpan timeToLive = policy.SlotLength * policy.OpportunityAgeMaxBlocks;
        await publisher.PublishAsync([.. published.Select(o => o.Key)], timeToLive, cancellation);

        // The round is recorded last: a crash before this line scans the same head again, under the same ids.
        RoundSummary summary = new(
            policy.ChainId,
            snapshot.Block.Number,
            snapshot.Block.Hash,
            snapshot.Block.TimestampSeconds,
            snapshot.Pools.Length,
            (int)Math.Min(found.Candidates, int.MaxValue),
            ranked.Length,
            published.Length,
            dropped)
        {
            Faults = faults,
        };
        await rounds.RecordAsync(summary, cancellation);
        return summary;
    }

    /// <summary>Pools that were left out before the search, by reason.</summary>
    private static ImmutableSortedDictionary<string, int> PoolDrops(MarketSnapshot snapshot, int belowFloor)
    {
        int quarantined = snapshot.Unreadable.Count(pool => pool.Reason.StartsWith(MarketKeeper.QuarantineReason, StringComparison.Ordinal));
        return new Dictionary<string, int>
        {
            [nameof(RefusalReason.LiquidityBelowFloor)] = belowFloor,
            [nameof(RefusalReason.PoolQuarantined)] = quarantined,
            [nameof(RefusalReason.PoolUnreadable)] = snapshot.Unreadable.Length - quarantined,
        }.Where(drop => drop.Value > 0).ToImmutableSortedDictionary(drop => drop.Key, drop => drop.Value, StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, int> Join(params ReadOnlySpan<ImmutableSortedDictionary<string, int>> drops)
    {
        SortedDictionary<string, int> sum = new(StringComparer.Ordinal);
        foreach (ImmutableSortedDictionary<string, int> part in drops)
        {
            foreach ((string reason, int count) in part)
            {
                sum[reason] = sum.GetValueOrDefault(reason) + count;
            }
        }

        return sum.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }
}
