using Arb.Engine;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions;

/// <summary>Waits for a target block and looks for the bundle in it.</summary>
public sealed class CheckInclusion(InclusionCheck check)
{
    /// <summary>Runs the step; safe to run again.</summary>
    [Function(nameof(CheckInclusion))]
    public Task<InclusionStep> RunAsync([ActivityTrigger] InclusionInput input, CancellationToken cancellation) =>
        check.RunAsync(input.Key, input.TargetBlock, cancellation);
}
