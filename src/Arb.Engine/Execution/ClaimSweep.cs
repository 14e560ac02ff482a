using Arb.Domain;

namespace Arb.Engine;

/// <summary>Gives an end to opportunities whose message was never taken up, or whose taker died before it started anything.</summary>
public sealed class ClaimSweep(
    IChainReader chain,
    IOpportunityBank bank,
    IClaimBook claims,
    OutcomeRecorder recorder,
    TradingPolicy policy)
{
    /// <summary>Blocks beyond its age after which a claim without a start is taken for abandoned: its message has run out too.</summary>
    public const ulong AbandonedAfterBlocks = 10;

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

            (bool inserted, ClaimState state) = await claims.ClaimAsync(key, cancellation);

            // An orchestration that runs in spite of its claim's state corrects this outcome with its own.
            bool abandoned = state == ClaimState.Claimed
                && head.Number > key.BlockNumber + (ulong)policy.OpportunityAgeMaxBlocks + AbandonedAfterBlocks;
            if (inserted || abandoned)
            {
                string what = inserted ? "never taken up" : "taken up and never started";
                await recorder.RunAsync(key, OutcomeKind.Expired, $"{what} by block {head.Number}", cancellation);
                await claims.MarkStartedAsync(key, cancellation);
                expired++;
            }
        }

        return expired;
    }
}
