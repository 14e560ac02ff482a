using Azure;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>The state row of an instance. Every change of the instance goes through its ETag.</summary>
internal sealed record InstanceRecord
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    public string Version { get; init; } = string.Empty;

    /// <summary>Tells runs under the same id apart.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Counts histories under this id: starting over or continuing as new begins the next one.</summary>
    public int Generation { get; init; }

    /// <summary>History batches committed in this generation.</summary>
    public int Batches { get; init; }

    /// <summary>Whether batch 0 holds events carried over from the last generation, not a turn.</summary>
    public bool HasCarriedEvents { get; init; }

    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }

    public DateTime? StartAt { get; init; }

    public ParentLink? Parent { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Sender ids of the last events, carried across generations so redeliveries are noticed.</summary>
    public IReadOnlyList<string> SeenMessageIds { get; init; } = [];

    public ETag ETag { get; init; }

    public bool IsEnded => Status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    /// <summary>Whether no turn has been committed in this generation.</summary>
    public bool IsUnstarted => Batches == (HasCarriedEvents ? 1 : 0);
}
