namespace Arb.Scoring;

/// <summary>Scores by net profit in wei: the ranking without a model, and the one to fall back to.</summary>
public sealed class NetProfitScorer : IOpportunityScorer
{
    /// <inheritdoc/>
    public double Score(OpportunityFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return (double)features.NetProfitWei;
    }
}
