using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>Log messages of the orchestration engine; ids 100-199.</summary>
internal static partial class DurableLog
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Orchestration {Name} {InstanceId} started")]
    public static partial void Started(ILogger logger, string name, string instanceId);

    [LoggerMessage(
        EventId = 101, Level = LogLevel.Information, Message = "Orchestration {Name} {InstanceId} ended as {Status}")]
    public static partial void Ended(
        ILogger logger, string name, string instanceId, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus status);

    [LoggerMessage(
        EventId = 102, Level = LogLevel.Error, Message = "Orchestration {Name} {InstanceId} failed: {ErrorType}: {Error}")]
    public static partial void Failed(ILogger logger, string name, string instanceId, string errorType, string error);

    [LoggerMessage(
        EventId = 103, Level = LogLevel.Warning, Message = "Orchestration {InstanceId} tries {Task} again, attempt {Attempt}")]
    public static partial void Retrying(ILogger logger, string instanceId, string task, int attempt);

    [LoggerMessage(
        EventId = 104, Level = LogLevel.Warning, Message = "Activity {Name} #{TaskId} of {InstanceId} failed: {ErrorType}: {Error}")]
    public static partial void ActivityFailed(
        ILogger logger, string name, int taskId, string instanceId, string errorType, string error);

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, Message = "Orchestration {InstanceId} moved on elsewhere; reloading")]
    public static partial void Conflict(ILogger logger, string instanceId);

    [LoggerMessage(EventId = 106, Level = LogLevel.Error, Message = "The store failed for {InstanceId}; trying again in {Delay}")]
    public static partial void StoreFailed(ILogger logger, Exception error, string instanceId, TimeSpan delay);

    [LoggerMessage(EventId = 107, Level = LogLevel.Information, Message = "Partition {Partition} taken by {Worker}")]
    public static partial void PartitionTaken(ILogger logger, int partition, string worker);

    [LoggerMessage(EventId = 108, Level = LogLevel.Information, Message = "Partition {Partition} released by {Worker}")]
    public static partial void PartitionReleased(ILogger logger, int partition, string worker);

    [LoggerMessage(EventId = 109, Level = LogLevel.Warning, Message = "Partition {Partition} lost by {Worker}")]
    public static partial void PartitionLost(ILogger logger, int partition, string worker);

    [LoggerMessage(EventId = 110, Level = LogLevel.Error, Message = "Partition leases could not be renewed")]
    public static partial void RenewalFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 111, Level = LogLevel.Error, Message = "Orchestration {InstanceId}: {Problem}")]
    public static partial void IllegalAwait(ILogger logger, string instanceId, string problem);

    [LoggerMessage(EventId = 112, Level = LogLevel.Debug, Message = "Dropped {Kind} #{TaskId} for {InstanceId}: not waited for")]
    public static partial void Dropped(ILogger logger, MessageKind kind, int taskId, string instanceId);

    [LoggerMessage(
        EventId = 113,
        Level = LogLevel.Warning,
        Message = "Orchestration {Name} {InstanceId} has version '{Version}', which this app of version '{Current}' does not run")]
    public static partial void OtherVersion(
        ILogger logger, string name, string instanceId, string version, string current);
}
