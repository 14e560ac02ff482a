using Arb.Domain;

namespace Arb.Search;

/// <summary>A cycle that would pay for an infinitely small notional, not yet sized.</summary>
/// <param name="Route">The cycle.</param>
/// <param name="MarginalRate">Product of its prices after fees, start token out per start token in; for ranking only.</param>
public sealed record Candidate(Route Route, double MarginalRate);
