using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Whether an opportunity landed: judged by receipts and block contents only, for every hash that ever left.</summary>
public sealed class InclusionCheck(IChainReader chain, HeadWatch heads, IOpportunityBank bank, TradingPolicy policy)
{
    /// <summary>Waits, bounded, for the target block of a submission and looks.</summary>
    public async Task<InclusionStep> RunAsync(OpportunityKey key, ulong targetBlock, CancellationToken cancellation)
    {
        BlockStamp? head = await heads.AtLeastAsync(targetBlock, policy.SlotLength * 2, cancellation);
        ImmutableArray<TransactionReceipt> landed = await FindAsync(key, cancellation);
        if (!landed.IsEmpty)
        {
            return new InclusionStep(landed[0].Succeeded ? InclusionState.Included : InclusionState.Reverted, landed[0].BlockNumber);
        }

        return head is null
            ? new InclusionStep(InclusionState.Waiting, targetBlock)
            : new InclusionStep(InclusionState.Missed, head.Number);
    }

    /// <summary>
    /// Receipts of all transactions of the opportunity that are in canonical blocks, one that succeeded first. Attempts on one lane
    /// share a nonce, so of those one lands at most; but the transaction that was only simulated may have another lane, and may leak.
    /// </summary>
    /// <exception cref="ChainUnavailableException">A receipt and its block contradict each other.</exception>
    public async Task<ImmutableArray<TransactionReceipt>> FindAsync(OpportunityKey key, CancellationToken cancellation)
    {
        ImmutableArray<Attempt> attempts = await bank.GetAttemptsAsync(key, cancellation);

        // On one lane, the first submission for the head of the simulation is the very transaction that was simulated.
        TransactionReceipt?[] receipts = await Task.WhenAll(attempts
            .Where(a => a.TransactionHash is not null)
            .Select(a => a.TransactionHash!.Value)
            .Distinct()
            .Select(hash => chain.GetReceiptAsync(hash, cancellation)));
        ImmutableArray<TransactionReceipt> landed = [.. receipts.OfType<TransactionReceipt>().OrderByDescending(r => r.Succeeded)];
        foreach (TransactionReceipt receipt in landed)
        {
            ImmutableArray<Hash256>? contents = await chain.GetBlockTransactionsAsync(receipt.BlockHash, cancellation);
            if (contents is null || !contents.Value.Contains(receipt.TransactionHash))
            {
                throw new ChainUnavailableException(
                    $"The node has a receipt for {receipt.TransactionHash}, but block {receipt.BlockHash} does not contain it.");
            }
        }

        return landed;
    }
}
