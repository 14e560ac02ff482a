using Arb.Engine;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions;

/// <summary>Simulates a bundle on the node and on the bundle relay.</summary>
public sealed class SimulateBundle(BundleSimulator simulator)
{
    /// <summary>Runs the step; safe to run again.</summary>
    [Function(nameof(SimulateBundle))]
    public Task<SimulateStep> RunAsync([ActivityTrigger] OpportunityKey key, CancellationToken cancellation) =>
        simulator.RunAsync(key, cancellation);
}
