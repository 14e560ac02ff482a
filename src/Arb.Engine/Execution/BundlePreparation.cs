using System.Collections.Immutable;
using Arb.Domain;
using Arb.Search;

namespace Arb.Engine;

/// <summary>A transaction ready to simulate on one head.</summary>
/// <param name="Head">Head it is built on.</param>
/// <param name="Cycle">Route re-sized on that head.</param>
/// <param name="Transaction">The exact transaction.</param>
/// <param name="BidBasisPoints">Its bid.</param>
public sealed record PreparedBundle(BlockStamp Head, SizedCycle Cycle, UnsignedTransaction Transaction, int BidBasisPoints)
{
    /// <summary>The row of a try with this bundle.</summary>
    internal Attempt ToAttempt(OpportunityKey key, int number, AttemptStage stage, Hash256 hash, SimulationResult simulation) => new(
        key,
        number,
        stage,
        Transaction.From,
        Transaction.Nonce,
        hash,
        Head.Number,
        Head.Number + 1,
        BidBasisPoints,
        simulation.ProfitToRecipient,
        simulation.CoinbasePaymentWei,
        simulation.GasUsed,
        simulation.GasPriceWei,
        SubmittedAfterBlockMs: null,
        Reason: null);
}

/// <summary>Builds an opportunity's transaction on the newest head from fresh reads of its own pools only.</summary>
public sealed class BundlePreparation(
    IChainReader chain,
    IPoolStateReader pools,
    ILoanReader loans,
    IExecutorEncoder encoder,
    GasPrices gasPrices,
    TradingPolicy policy)
{
    /// <summary>The transaction for the block after the head, or why there is none.</summary>
    /// <param name="opportunity">What to trade.</param>
    /// <param name="operatorAddress">Lane.</param>
    /// <param name="submission">1 for the first; sets the bid.</param>
    /// <param name="gasLimit">Gas limit.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task<(PreparedBundle? Bundle, Verdict Verdict)> BuildAsync(
        Opportunity opportunity,
        Address operatorAddress,
        int submission,
        ulong gasLimit,
        CancellationToken cancellation)
    {
        BlockStamp head = await chain.GetHeadAsync(cancellation);
        Route route = opportunity.Cycle.Route;
        Task<ulong> nonce = chain.GetNonceAsync(operatorAddress, cancellation);
        Task<UInt256> balance = chain.GetBalanceAsync(operatorAddress, cancellation);
        Task<ImmutableArray<FlashLoanTerms>> terms = loans.ReadAsync(head, [route.StartToken], cancellation);
        ImmutableDictionary<PoolKey, IPoolModel>? models = await ReadModelsAsync(head, route, cancellation);
        FlashLoanTerms? loan = (await terms).FirstOrDefault();
        if (models is null)
        {
            return (null, Verdict.Refuse(RefusalReason.PoolUnreadable));
        }

        if (loan is null)
        {
            return (null, Verdict.Refuse(RefusalReason.LoanUnavailable));
        }

        if (!CycleSizer.TrySize(route, models, loan, out SizedCycle? cycle))
        {
            return (null, Verdict.Refuse(RefusalReason.NoLongerProfitable));
        }

        GasPrice gas = await gasPrices.AtAsync(head, cancellation);
        UInt256 gasPrice = gas.PerGasWei;
        Verdict price = Breakers.CheckGasPrice(gasPrice, policy);
        if (!price.Accepted)
        {
            return (null, price);
        }

        if (await balance < gasPrice * gasLimit)
        {
            return (null, Verdict.Refuse(RefusalReason.LaneFundsTooLow, $"{operatorAddress} holds less than {gasPrice * gasLimit} wei"));
        }

        int bid = BidSchedule.BasisPoints(submission, policy);
        ulong target = head.Number + 1;
        ExecutionPlan plan = new(route, cycle.Notional, policy.MinProfitWei, bid, policy.BidCapWei, target);

        // The target is the very next block, whose base fee is known exactly: the fee limit needs no head-room.
        UnsignedTransaction transaction = new(
            policy.ChainId,
            operatorAddress,
            await nonce,
            gas.PriorityFeePerGasWei,
            gasPrice,
            gasLimit,
            encoder.Executor,
            UInt256.Zero,
            encoder.Encode(plan));
        return (new PreparedBundle(head, cycle, transaction, bid), Verdict.Accept);
    }

    /// <summary>The route's pools at the head, or null when one cannot be read or priced.</summary>
    private async Task<ImmutableDictionary<PoolKey, IPoolModel>?> ReadModelsAsync(
        BlockStamp head, Route route, CancellationToken cancellation)
    {
        ImmutableDictionary<PoolKey, PoolListing> listed = route.Hops.ToImmutableDictionary(h => h.Pool.Key, h => h.Pool);
        PoolReads reads = await pools.ReadAsync(head, [.. listed.Values], cancellation);
        ImmutableDictionary<PoolKey, IPoolModel>.Builder models = ImmutableDictionary.CreateBuilder<PoolKey, IPoolModel>();
        foreach (PoolState state in reads.States)
        {
            if (!MarketView.TryMake(listed[state.Key], state, out SnapshotPool? pool, out _))
            {
                return null;
            }

            models.Add(state.Key, pool.Model);
        }

        return models.Count == listed.Count ? models.ToImmutable() : null;
    }
}
