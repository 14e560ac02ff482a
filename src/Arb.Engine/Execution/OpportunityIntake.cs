using Arb.Domain;

namespace Arb.Engine;

/// <summary>What to do with a message.</summary>
public enum IntakeDecision
{
    /// <summary>Start its orchestration, then mark it started.</summary>
    Start,

    /// <summary>Nothing is left to do.</summary>
    Done,

    /// <summary>The message can never be handled.</summary>
    Poison,
}

/// <summary>Takes up an opportunity exactly once, one per route at a time.</summary>
public sealed class OpportunityIntake(
    IChainReader chain,
    IOpportunityBank bank,
    IClaimBook claims,
    OutcomeRecorder recorder,
    TradingPolicy policy)
{
    /// <summary>Decides. May run again for the same message at any point.</summary>
    public async Task<(IntakeDecision Decision, string Reason)> DecideAsync(OpportunityKey key, CancellationToken cancellation)
    {
        if (key.ChainId != policy.ChainId)
        {
            return (IntakeDecision.Poison, $"The message is for chain {key.ChainId}, this deployment is for {policy.ChainId}.");
        }

        Task<Opportunity?> row = bank.GetOpportunityAsync(key, cancellation);
        Task<BlockStamp> newest = chain.GetHeadAsync(cancellation);
        (bool inserted, ClaimState state) = await claims.ClaimAsync(key, cancellation);
        Opportunity? opportunity = await row;
        BlockStamp head = await newest;
        if (opportunity is null)
        {
            return (IntakeDecision.Poison, $"There is no opportunity {key.Id} in the memory bank.");
        }

        if (!inserted && state == ClaimState.Started)
        {
            return (IntakeDecision.Done, "started before");
        }

        if (head.Number > key.BlockNumber + (ulong)policy.OpportunityAgeMaxBlocks)
        {
            await recorder.RunAsync(key, OutcomeKind.Expired, $"the head was {head.Number} when it was taken up", cancellation);
            return (IntakeDecision.Done, "expired");
        }

        // Held from the start of the orchestration to its outcome; the bound frees the route when an orchestration was lost.
        ulong until = head.Number + ((ulong)policy.SubmissionsMax * LaneHold.Blocks);
        if (!await claims.TryHoldRouteAsync(opportunity.RouteId, key, head.Number, until, cancellation))
        {
            await recorder.RunAsync(key, OutcomeKind.Superseded, "its route is in flight", cancellation);
            return (IntakeDecision.Done, "superseded");
        }

        return (IntakeDecision.Start, string.Empty);
    }
}
