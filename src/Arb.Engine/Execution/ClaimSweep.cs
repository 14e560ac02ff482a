using Arb.Domain;

namespace Arb.Engine;

/// <summary>Gives an end to opportunities whose message was never taken up.</summary>
public sealed class ClaimSweep(
    IChainReader chain,
    IOpportunityBank bank,
    IClaimBook claims,
    OutcomeRecorder recorder,
    TradingPolicy policy)
{
    /// <summary>Marks as expired what was published in the look-back and is past its age; returns how many.</summary>
    public async Task<int> RunAsync(TimeSpan lookBack, CancellationToken cancellation)
    {
        BlockStamp head = await chain.GetHeadAsync(cancellation);
        ulong from = head.TimestampSeconds - Math.Min(head.TimestampSeconds, (ulong)lookBack.TotalSeconds);
        int expired = 0;
        await foreach (OpportunityKey key in bank.QueryOpportunitiesAsync(policy.ChainId, from, head.TimestampSeconds, cancellation))
        {
            // One block beyond the age at which intake itself refuses, so that the two do not meet.
            bool past = head.Number > key.BlockNumber + (ulong)policy.OpportunityAgeMaxBlocks + 1;
            if (!past || await bank.GetOutcomeAsync(key, cancellation) is not null)
            {
                continue;
            }

            if ((await claims.ClaimAsync(key, cancellation)).Inserted)
            {
                await recorder.RunAsync(key, OutcomeKind.Expired, $"never taken up by block {head.Number}", cancellation);
                await claims.MarkStartedAsync(key, cancellation);
                expired++;
            }
        }

        return expired;
    }
}
