using Arb.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace ArbFunctions;

/// <summary>One bundle's life: simulate → submit → monitor → retry → record. Only sequences; every effect is in an activity.</summary>
public sealed class BundleOrchestrator
{
    // Reading and recording may be repeated. Submitting is money: its failure is looked at on chain, never blindly retried.
    private static readonly TaskOptions Repeatable =
        TaskOptions.FromRetryPolicy(new RetryPolicy(4, TimeSpan.FromMilliseconds(250), backoffCoefficient: 2));

    /// <summary>Runs one bundle to its outcome, which it returns.</summary>
    [Function(nameof(BundleOrchestrator))]
    public async Task<OutcomeKind> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        BundleInput input = context.GetInput<BundleInput>()
            ?? throw new InvalidOperationException("The orchestration was started without an input.");
        context.SetCustomStatus(new BundleStatus("simulating", 0, null, null));
        SimulateStep simulated;
        try
        {
            simulated = await context.CallActivityAsync<SimulateStep>(nameof(SimulateBundle), input.Key, Repeatable);
        }
        catch (TaskFailedException e)
        {
            simulated = new SimulateStep(false, $"simulation failed: {e.FailureDetails.ErrorMessage}");
        }

        if (!simulated.GoOn)
        {
            return await RecordAsync(context, input.Key, OutcomeKind.Refused, 0, simulated.Reason);
        }

        bool sent = false;
        string reason = string.Empty;
        int submission = 0;
        while (submission < input.SubmissionsMax)
        {
            submission++;
            context.SetCustomStatus(new BundleStatus("submitting", submission, null, null));
            SubmitStep step = await SubmitAsync(context, input.Key, submission);
            reason = step.Reason;
            if (step.State == SubmitState.Refused)
            {
                break;
            }

            sent |= step.State == SubmitState.Submitted;
            InclusionState inclusion = await MonitorAsync(context, input.Key, submission, step);
            if (inclusion is InclusionState.Included or InclusionState.Reverted)
            {
                OutcomeKind kind = inclusion == InclusionState.Included ? OutcomeKind.Included : OutcomeKind.Reverted;
                return await RecordAsync(context, input.Key, kind, submission, "on chain");
            }
        }

        OutcomeKind end = sent ? OutcomeKind.Missed : OutcomeKind.Refused;
        return await RecordAsync(context, input.Key, end, submission, reason.Length > 0 ? reason : $"not included in {submission} target blocks");
    }

    private static async Task<SubmitStep> SubmitAsync(TaskOrchestrationContext context, OpportunityKey key, int submission)
    {
        try
        {
            return await context.CallActivityAsync<SubmitStep>(nameof(SubmitBundle), new SubmitInput(key, submission));
        }
        catch (TaskFailedException e)
        {
            // It may have failed after its bytes left: treated as sent, so that its block is waited for and its hash looked up.
            ulong block = key.BlockNumber + (ulong)submission;
            return new SubmitStep(SubmitState.Submitted, block, key.TargetTimestampSeconds, e.FailureDetails.ErrorMessage);
        }
    }

    private static async Task<InclusionState> MonitorAsync(TaskOrchestrationContext context, OpportunityKey key, int submission, SubmitStep step)
    {
        context.SetCustomStatus(new BundleStatus("monitoring", submission, step.TargetBlock, step.Reason.Length > 0 ? step.Reason : null));
        DateTime due = DateTimeOffset.FromUnixTimeSeconds((long)step.TargetTimestampSeconds).UtcDateTime;
        if (due > context.CurrentUtcDateTime)
        {
            await context.CreateTimer(due, CancellationToken.None);
        }

        // Each look waits inside its activity, bounded; a chain that stands still ends the watch, and the outcome reads the chain once more.
        for (int look = 0; look < 3; look++)
        {
            InclusionStep seen;
            try
            {
                seen = await context.CallActivityAsync<InclusionStep>(nameof(CheckInclusion), new InclusionInput(key, step.TargetBlock), Repeatable);
            }
            catch (TaskFailedException)
            {
                seen = new InclusionStep(InclusionState.Waiting, step.TargetBlock);
            }

            if (seen.State != InclusionState.Waiting)
            {
                return seen.State;
            }
        }

        return InclusionState.Missed;
    }

    private static async Task<OutcomeKind> RecordAsync(
        TaskOrchestrationContext context,
        OpportunityKey key,
        OutcomeKind kind,
        int submission,
        string reason)
    {
        context.SetCustomStatus(new BundleStatus("recording", submission, null, reason));
        OutcomeInput record = new(key, kind, reason);
        OutcomeKind recorded = await context.CallActivityAsync<OutcomeKind>(nameof(RecordOutcome), record, Repeatable);
        context.SetCustomStatus(new BundleStatus("done", submission, null, $"{recorded}: {reason}"));
        return recorded;
    }
}
