using Arb.Domain;

namespace Arb.Engine;

/// <summary>Decides whether an opportunity goes on to submission: simulated on the node and by the bundle relay, after all costs.</summary>
public sealed class BundleSimulator(
    IOpportunityBank bank,
    BundleTrial trial,
    SigningGate gate,
    IBundleRelay bundleRelay,
    ITransactionSigner signer,
    OpportunityIds ids,
    TradingPolicy policy)
{
    /// <summary>Number of the attempt row that stands for the bundle relay's simulation.</summary>
    public const int SimulationAttempt = 0;

    /// <summary>Simulates. Run again, it asks the bundle relay at most once per opportunity: that costs reputation.</summary>
    public async Task<SimulateStep> RunAsync(OpportunityKey key, CancellationToken cancellation)
    {
        Opportunity? opportunity = await bank.GetOpportunityAsync(key, cancellation);
        if (opportunity is null)
        {
            return new SimulateStep(false, $"There is no opportunity {key.Id} in the memory bank.");
        }

        Address lane = signer.Operators[(int)(key.BlockNumber % (ulong)signer.Operators.Length)];
        TrialResult tried = await trial.RunAsync(opportunity, lane, 1, cancellation);
        if (tried is not { Bundle: { } bundle, Simulation: { } simulation })
        {
            return new SimulateStep(false, tried.Verdict.ToString());
        }

        // Last, so that a dry-run does all that needs no signature.
        Verdict verdict = await gate.CheckAsync(cancellation);
        return verdict.Accepted
            ? await SimulateOnBundleRelayAsync(key, bundle, simulation, cancellation)
            : new SimulateStep(false, verdict.ToString());
    }

    private async Task<SimulateStep> SimulateOnBundleRelayAsync(
        OpportunityKey key,
        PreparedBundle bundle,
        SimulationResult simulation,
        CancellationToken cancellation)
    {
        SignedTransaction signed = await signer.SignAsync(bundle.Transaction, cancellation);
        Attempt attempt = bundle.ToAttempt(key, SimulationAttempt, AttemptStage.Simulated, signed.Hash, simulation);

        // The bundle relay gets a transaction that could be mined: its hash is on record before the first byte leaves.
        if (!await bank.TryAddAttemptAsync(attempt, cancellation))
        {
            Attempt before = (await bank.GetAttemptsAsync(key, cancellation)).First(a => a.Number == SimulationAttempt);
            return new SimulateStep(before.Reason is null, before.Reason ?? "simulated before");
        }

        Bundle call = BundleFactory.For(signed, bundle.Head, policy, ids.Replacement(key.Id, SimulationAttempt, bundle.Head.Number + 1));
        string? refusal = await AskBundleRelayAsync(call, bundle.Head.Number, cancellation);
        if (refusal is null)
        {
            return new SimulateStep(true, "profitable");
        }

        await bank.UpdateAttemptAsync(attempt with { Reason = refusal }, cancellation);
        return new SimulateStep(false, refusal);
    }

    /// <summary>Why the bundle must not be sent, or null.</summary>
    private async Task<string?> AskBundleRelayAsync(Bundle bundle, ulong stateBlock, CancellationToken cancellation)
    {
        try
        {
            BundleSimulation answer = await bundleRelay.SimulateAsync(bundle, stateBlock, cancellation);
            return answer.Succeeded
                ? null
                : Verdict.Refuse(RefusalReason.SimulationReverted, $"bundle relay: {answer.Error}").ToString();
        }
        catch (ChainUnavailableException e)
        {
            // It is asked only once, so no answer must be on record: a second run would take the bare row for a yes.
            return Verdict.Refuse(RefusalReason.SimulationMissing, e.Message).ToString();
        }
    }
}
