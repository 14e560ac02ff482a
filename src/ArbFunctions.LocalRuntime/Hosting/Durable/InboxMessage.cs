using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>What can be sent to an orchestration.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageKind>))]
internal enum MessageKind
{
    TaskCompleted,
    TaskFailed,
    SubOrchestrationCompleted,
    SubOrchestrationFailed,
    EventRaised,
    Terminate,
    Suspend,
    Resume,

    /// <summary>Never stored: derived from the history by the process that holds the instance.</summary>
    TimerFired,
}

/// <summary>A message to an orchestration: one row, removed by the turn that consumes it.</summary>
internal sealed record InboxMessage(MessageKind Kind)
{
    /// <summary>Key of the row; null for messages that are not stored.</summary>
    [JsonIgnore]
    public string? RowKey { get; init; }

    /// <summary>When it was sent; messages are taken in this order.</summary>
    public DateTime At { get; init; }

    /// <summary>The run it answers; null for any.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>The generation of the instance it answers; -1 for any.</summary>
    public int Generation { get; init; } = -1;

    /// <summary>The action it answers.</summary>
    public int TaskId { get; init; } = -1;

    /// <summary>Sender's id; unique per message.</summary>
    public string? MessageId { get; init; }

    public string? Name { get; init; }

    /// <summary>Payload as JSON.</summary>
    public string? Data { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    /// <summary>For <see cref="MessageKind.Terminate"/>: whether sub-orchestrations end too.</summary>
    public bool Recursive { get; init; }

    /// <summary>Whether the message answers an action, so that its key is fixed and the first answer wins.</summary>
    [JsonIgnore]
    public bool IsAnswer => Kind is MessageKind.TaskCompleted or MessageKind.TaskFailed
        or MessageKind.SubOrchestrationCompleted or MessageKind.SubOrchestrationFailed;
}

/// <summary>Something a committed turn owes to another instance; kept until delivered.</summary>
internal sealed record OutboxEntry(string TargetInstanceId)
{
    /// <summary>A message to the target, or null when the target is to be created.</summary>
    public InboxMessage? Message { get; init; }

    /// <summary>The sub-orchestration to create.</summary>
    public SubOrchestrationStart? Start { get; init; }
}

/// <summary>A sub-orchestration to create and where to answer.</summary>
internal sealed record SubOrchestrationStart(string Name, string Version, string? Input, ParentLink Parent);

/// <summary>The action of a parent that waits for an instance.</summary>
internal sealed record ParentLink(string Name, string InstanceId, string ExecutionId, int Generation, int TaskId);
