using Arb.Domain;

namespace Arb.Engine;

/// <summary>A bundle that passed its simulation on the node, or why there is none.</summary>
/// <param name="Bundle">The bundle; null when refused.</param>
/// <param name="Simulation">What it did; null when refused.</param>
/// <param name="Verdict">Accepted, or the reason.</param>
public sealed record TrialResult(PreparedBundle? Bundle, SimulationResult? Simulation, Verdict Verdict);

/// <summary>
/// Builds an opportunity's transaction and simulates it on the node. One that reverts is tried again on fresh state with the next best lender,
/// a few times: a lender may be paused, drained or dearer than its terms said.
/// </summary>
public sealed class BundleTrial(BundlePreparation preparation, INodeSimulator node, TradingPolicy policy)
{
    /// <summary>Lenders tried.</summary>
    public const int LendersMax = 3;

    /// <summary>Runs it.</summary>
    /// <param name="opportunity">What to trade.</param>
    /// <param name="operatorAddress">Lane.</param>
    /// <param name="submission">1 for the first; sets the bid.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task<TrialResult> RunAsync(
        Opportunity opportunity, Address operatorAddress, int submission, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(opportunity);
        Verdict? reverted = null;
        for (int passedOver = 0; passedOver < LendersMax; passedOver++)
        {
            ulong gasLimit = GasModel.SimulationLimit(opportunity.Cycle.Route);
            (PreparedBundle? bundle, Verdict verdict) =
                await preparation.BuildAsync(opportunity, operatorAddress, submission, gasLimit, passedOver, cancellation);
            if (bundle is null)
            {
                // Out of lenders: how the transaction failed says more than that.
                return new TrialResult(null, null, reverted ?? verdict);
            }

            SimulationResult simulation = await node.SimulateAsync(
                bundle.Head, bundle.Transaction, opportunity.Cycle.Route.StartToken, cancellation);
            verdict = Breakers.CheckSimulation(bundle.Cycle.GrossProfit, simulation, policy);
            if (verdict.Accepted)
            {
                return new TrialResult(bundle, simulation, verdict);
            }

            if (verdict.Reason != RefusalReason.SimulationReverted)
            {
                // It ran and paid too little; every further lender costs more.
                return new TrialResult(null, null, verdict);
            }

            string lender = bundle.Lenders.Options[passedOver].Terms.Lender.ToString();
            reverted = Verdict.Refuse(verdict.Reason, $"{(reverted is { } before ? $"{before.Detail}; " : string.Empty)}with {lender}: {verdict.Detail}");
        }

        return new TrialResult(null, null, reverted!.Value);
    }
}
