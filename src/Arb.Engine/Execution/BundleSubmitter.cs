using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>
/// Breakers, lane, simulation on the head it submits on, signature, persisted hash, submission: one activity, in this order.
/// </summary>
public sealed class BundleSubmitter(
    IChainReader chain,
    IOpportunityBank bank,
    ILaneBook lanes,
    SigningGate gate,
    BundleTrial trial,
    IBundleRelay bundleRelay,
    ITransactionSigner signer,
    OpportunityIds ids,
    InclusionCheck inclusion,
    TradingPolicy policy,
    TimeProvider time)
{
    private const int HeadMovesMax = 3;

    /// <summary>Submits once per number: run again, it reports what the first run did.</summary>
    /// <param name="key">The opportunity.</param>
    /// <param name="submission">1 for the first.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task<SubmitStep> RunAsync(OpportunityKey key, int submission, CancellationToken cancellation)
    {
        ImmutableArray<Attempt> attempts = await bank.GetAttemptsAsync(key, cancellation);
        Attempt? before = attempts.FirstOrDefault(a => a.Number == submission);
        if (before is not null)
        {
            // Signed in an earlier run: whether its bytes left is unknown, so it counts as sent.
            return Step(before.Stage == AttemptStage.NotAccepted ? SubmitState.NotAccepted : SubmitState.Submitted, before, key);
        }

        Opportunity? opportunity = await bank.GetOpportunityAsync(key, cancellation);
        if (opportunity is null)
        {
            return Refused(SubmitState.Refused, key, $"There is no opportunity {key.Id} in the memory bank.");
        }

        Verdict allowed = await gate.CheckAsync(cancellation);
        return allowed.Accepted
            ? await SubmitAsync(opportunity, submission, attempts.Any(a => a.Number != BundleSimulator.SimulationAttempt), cancellation)
            : Refused(SubmitState.Refused, key, allowed.ToString());
    }

    private async Task<SubmitStep> SubmitAsync(
        Opportunity opportunity, int submission, bool sentBefore, CancellationToken cancellation)
    {
        OpportunityKey key = opportunity.Key;
        BlockStamp head = await chain.GetHeadAsync(cancellation);
        LaneLease? lease = await lanes.TryLeaseAsync(
            policy.ChainId, signer.Operators, key, head.Number, head.Number + LaneHold.Blocks, cancellation);
        if (lease is null)
        {
            return Refused(SubmitState.RefusedForNow, head, Verdict.Refuse(RefusalReason.NoFreeLane).ToString());
        }

        for (int move = 0; move < HeadMovesMax; move++)
        {
            TrialResult tried = await trial.RunAsync(opportunity, lease.Operator, submission, cancellation);
            if (tried is not { Bundle: { } bundle, Simulation: { } simulation })
            {
                return Refused(StateOf(tried.Verdict), head, tried.Verdict.ToString());
            }

            // Alternatives share a nonce, so at most one lands; one that has landed after it was last looked for has used its nonce up, and
            // with the next one a second would land. Looked for after the nonce was read, so that no block can come between.
            if (sentBefore && await inclusion.FindAsync(opportunity.Key, cancellation) is [{ } landed, ..])
            {
                return new SubmitStep(SubmitState.Submitted, landed.BlockNumber, bundle.Head.TimestampSeconds, "an earlier submission landed");
            }

            // A simulation older than the head never sends.
            if ((await chain.GetHeadAsync(cancellation)).Hash == bundle.Head.Hash)
            {
                return await SignAndSendAsync(key, submission, bundle, simulation, cancellation);
            }
        }

        return Refused(SubmitState.RefusedForNow, head, Verdict.Refuse(RefusalReason.HeadMoved).ToString());
    }

    private async Task<SubmitStep> SignAndSendAsync(
        OpportunityKey key,
        int submission,
        PreparedBundle bundle,
        SimulationResult simulation,
        CancellationToken cancellation)
    {
        SignedTransaction signed = await signer.SignAsync(bundle.Transaction, cancellation);
        Attempt attempt = bundle.ToAttempt(key, submission, AttemptStage.Persisted, signed.Hash, simulation);
        if (!await bank.TryAddAttemptAsync(attempt, cancellation))
        {
            // Another run of this very activity is ahead; its transaction is the one that counts.
            return Refused(SubmitState.Submitted, bundle.Head, "submitted by another run of this step");
        }

        Bundle envelope = BundleFactory.For(signed, bundle.Head, policy, ids.Replacement(key.Id, submission, attempt.TargetBlock));
        attempt = await SendAsync(envelope, attempt, bundle.Head, cancellation);
        await bank.UpdateAttemptAsync(attempt, cancellation);
        return Step(attempt.Stage == AttemptStage.NotAccepted ? SubmitState.NotAccepted : SubmitState.Submitted, attempt, key);
    }

    private async Task<Attempt> SendAsync(Bundle bundle, Attempt attempt, BlockStamp head, CancellationToken cancellation)
    {
        try
        {
            BundleSubmissionReply reply = await bundleRelay.SubmitAsync(bundle, cancellation);
            return reply.Accepted
                ? attempt with
                {
                    Stage = AttemptStage.Submitted,
                    SubmittedAfterBlockMs = time.GetUtcNow().ToUnixTimeMilliseconds() - (1000 * (long)head.TimestampSeconds),
                }
                : attempt with { Stage = AttemptStage.NotAccepted, Reason = reply.Error };
        }
        catch (ChainUnavailableException e)
        {
            // No answer is not a no: the bundle may be on its way, so the attempt stays as persisted and its hash is watched.
            return attempt with { Reason = e.Message };
        }
    }

    private static SubmitState StateOf(Verdict verdict) =>
        verdict.Reason is RefusalReason.GasPriceAboveMaximum or RefusalReason.PoolUnreadable or RefusalReason.LoanUnavailable
            ? SubmitState.RefusedForNow
            : SubmitState.Refused;

    private SubmitStep Step(SubmitState state, Attempt attempt, OpportunityKey key) => new(
        state,
        attempt.TargetBlock,
        key.TargetTimestampSeconds + ((attempt.TargetBlock - key.BlockNumber - 1) * (ulong)policy.SlotLength.TotalSeconds),
        attempt.Reason ?? string.Empty);

    private SubmitStep Refused(SubmitState state, BlockStamp head, string reason) =>
        new(state, head.Number + 1, head.TimestampSeconds + (ulong)policy.SlotLength.TotalSeconds, reason);

    private static SubmitStep Refused(SubmitState state, OpportunityKey key, string reason) =>
        new(state, key.BlockNumber + 1, key.TargetTimestampSeconds, reason);
}
