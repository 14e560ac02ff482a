using System.Text.Json.Serialization;

namespace Arb.Engine;

/// <summary>What the orchestrator needs to know of a simulation.</summary>
/// <param name="GoOn">The bundle may be submitted.</param>
/// <param name="Reason">Why not, otherwise.</param>
public sealed record SimulateStep(bool GoOn, string Reason);

/// <summary>What became of a submission.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubmitState>))]
public enum SubmitState
{
    /// <summary>It may land in its target block: the bundle relay took it, or may have.</summary>
    Submitted,

    /// <summary>The bundle relay refused it; a later block may do.</summary>
    NotAccepted,

    /// <summary>Refused for now: another head or a free lane may change that.</summary>
    RefusedForNow,

    /// <summary>Refused for good.</summary>
    Refused,
}

/// <summary>What the orchestrator needs to know of a submission.</summary>
/// <param name="State">What became of it.</param>
/// <param name="TargetBlock">Its target block; the block to wait for before another try.</param>
/// <param name="TargetTimestampSeconds">Expected timestamp of that block, Unix seconds.</param>
/// <param name="Reason">Why, when it was not submitted.</param>
public sealed record SubmitStep(SubmitState State, ulong TargetBlock, ulong TargetTimestampSeconds, string Reason);

/// <summary>Whether anything of an opportunity is on chain.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InclusionState>))]
public enum InclusionState
{
    /// <summary>The target block has not come yet.</summary>
    Waiting,

    /// <summary>A transaction of it is in a block and succeeded.</summary>
    Included,

    /// <summary>A transaction of it is in a block and reverted.</summary>
    Reverted,

    /// <summary>The target block came without it.</summary>
    Missed,
}

/// <summary>What the orchestrator needs to know of a block.</summary>
/// <param name="State">Whether it landed.</param>
/// <param name="BlockNumber">Block it is in, or the head when it is in none.</param>
public sealed record InclusionStep(InclusionState State, ulong BlockNumber);
