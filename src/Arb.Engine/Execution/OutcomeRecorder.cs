using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Writes the one outcome of an opportunity, with profit and loss from its receipt, and gives back what it held.</summary>
public sealed class OutcomeRecorder(
    IOpportunityBank bank,
    IClaimBook claims,
    ILaneBook lanes,
    InclusionCheck inclusion,
    IExecutorEncoder executor,
    TradingPolicy policy)
{
    /// <summary>Records how an opportunity ended. What the chain says wins over <paramref name="kind"/>.</summary>
    /// <param name="key">The opportunity.</param>
    /// <param name="kind">How it ended if nothing of it is on chain.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task<Outcome> RunAsync(OpportunityKey key, OutcomeKind kind, string reason, CancellationToken cancellation)
    {
        ImmutableArray<Attempt> attempts = await bank.GetAttemptsAsync(key, cancellation);
        int submissions = attempts.Count(a => a.Number != BundleSimulator.SimulationAttempt);
        ImmutableArray<TransactionReceipt> landed = await inclusion.FindAsync(key, cancellation);
        Outcome outcome = landed.IsEmpty
            ? new Outcome(key, kind, reason, submissions, null, null, null, 0, UInt256.Zero, UInt256.Zero, BigInteger.Zero)
            : FromReceipts(key, landed, submissions);
        await bank.PutOutcomeAsync(outcome, cancellation);

        Opportunity? opportunity = await bank.GetOpportunityAsync(key, cancellation);
        if (opportunity is not null)
        {
            await claims.ReleaseRouteAsync(opportunity.RouteId, key, cancellation);
        }

        await lanes.ReleaseAsync(policy.ChainId, key, cancellation);
        return outcome;
    }

    /// <summary>Named after the transaction that decided it; gas and profit are those of all that landed.</summary>
    private Outcome FromReceipts(OpportunityKey key, ImmutableArray<TransactionReceipt> landed, int submissions)
    {
        ulong gasUsed = 0;
        UInt256 gasCost = UInt256.Zero;
        UInt256 profit = UInt256.Zero;
        foreach (TransactionReceipt receipt in landed)
        {
            gasUsed += receipt.GasUsed;
            gasCost += receipt.EffectiveGasPriceWei * receipt.GasUsed;
            foreach (TokenTransfer transfer in receipt.Transfers)
            {
                if (transfer.Token == policy.WrappedEther && transfer.From == executor.Executor && transfer.To == executor.Recipient)
                {
                    profit += transfer.Amount;
                }
            }
        }

        TransactionReceipt first = landed[0];
        string others = landed.Length == 1
            ? string.Empty
            : $"; so did {string.Join(", ", landed.Skip(1).Select(r => r.TransactionHash))}, whose gas is counted in";
        return new Outcome(
            key,
            first.Succeeded ? OutcomeKind.Included : OutcomeKind.Reverted,
            (first.Succeeded ? "landed" : "reverted on chain") + others,
            submissions,
            first.TransactionHash,
            first.BlockNumber,
            first.BlockHash,
            gasUsed,
            gasCost,
            profit,
            (BigInteger)profit - (BigInteger)gasCost);
    }
}
