namespace Arb.Scoring;

/// <summary>Says how good an opportunity looks. Pure: the same features give the same score.</summary>
public interface IOpportunityScorer
{
    /// <summary>A finite number; higher is better. It ranks and never decides whether a trade pays.</summary>
    double Score(OpportunityFeatures features);
}
