using Arb.Engine;

namespace ArbFunctions;

/// <summary>Input of <see cref="BundleOrchestrator"/>. Limits that steer the flow travel in it, so that a replay never reads a changed setting.</summary>
/// <param name="SchemaVersion">Version of this input.</param>
/// <param name="Key">The opportunity.</param>
/// <param name="SubmissionsMax">Most submissions.</param>
public sealed record BundleInput(int SchemaVersion, OpportunityKey Key, int SubmissionsMax)
{
    /// <summary>The version written and read here.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>Input of one submission.</summary>
/// <param name="Key">The opportunity.</param>
/// <param name="Submission">1 for the first.</param>
public sealed record SubmitInput(OpportunityKey Key, int Submission);

/// <summary>Input of one look at the chain.</summary>
/// <param name="Key">The opportunity.</param>
/// <param name="TargetBlock">Block to wait for.</param>
public sealed record InclusionInput(OpportunityKey Key, ulong TargetBlock);

/// <summary>Input of the record.</summary>
/// <param name="Key">The opportunity.</param>
/// <param name="Kind">How it ended if nothing is on chain.</param>
/// <param name="Reason">Why.</param>
public sealed record OutcomeInput(OpportunityKey Key, OutcomeKind Kind, string Reason);

/// <summary>What an operator sees of an orchestration, at every step.</summary>
/// <param name="Step">Step it is in.</param>
/// <param name="Submission">Submission it is at; 0 before the first.</param>
/// <param name="TargetBlock">Target block, once there is one.</param>
/// <param name="Detail">Reason or result.</param>
public sealed record BundleStatus(string Step, int Submission, ulong? TargetBlock, string? Detail);
