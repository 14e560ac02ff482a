using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>What can be recorded about an orchestration.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EventKind>))]
internal enum EventKind
{
    TurnStarted,
    ExecutionStarted,
    TaskScheduled,
    TaskCompleted,
    TaskFailed,
    TimerCreated,
    TimerFired,
    SubOrchestrationCreated,
    SubOrchestrationCompleted,
    SubOrchestrationFailed,
    EventRaised,
    EventSent,
    Suspended,
    Resumed,
    TurnCompleted,
}

/// <summary>One recorded fact. Ids number the actions of an orchestrator in the order it took them.</summary>
internal sealed record HistoryEvent(EventKind Kind)
{
    public int Id { get; init; } = -1;

    public DateTime? At { get; init; }

    public string? Name { get; init; }

    public string? Version { get; init; }

    /// <summary>Payload as JSON.</summary>
    public string? Data { get; init; }

    public string? InstanceId { get; init; }

    public DateTime? FireAt { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    /// <summary>Sender's id of an event, so that a redelivery is noticed.</summary>
    public string? MessageId { get; init; }
}
