using Arb.Engine;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions;

/// <summary>Checks breakers, re-simulates, signs, persists and sends.</summary>
public sealed class SubmitBundle(BundleSubmitter submitter)
{
    /// <summary>Runs the step; safe to run again.</summary>
    [Function(nameof(SubmitBundle))]
    public Task<SubmitStep> RunAsync([ActivityTrigger] SubmitInput input, CancellationToken cancellation) =>
        submitter.RunAsync(input.Key, input.Submission, cancellation);
}
