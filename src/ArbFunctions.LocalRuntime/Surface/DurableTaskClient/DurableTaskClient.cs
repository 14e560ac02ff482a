using System.ComponentModel;
using DurableTask.Core.Exceptions;

namespace Microsoft.DurableTask.Client;

/// <summary>Starts, watches and steers orchestrations.</summary>
public abstract class DurableTaskClient : IAsyncDisposable
{
    /// <summary>For implementations.</summary>
    /// <param name="name">The client's name.</param>
    protected DurableTaskClient(string name)
    {
        Name = name;
    }

    /// <summary>The client's name.</summary>
    public string Name { get; }

    /// <summary>Starts an orchestration without input.</summary>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, CancellationToken cancellation)
        => ScheduleNewOrchestrationInstanceAsync(orchestratorName, null, null, cancellation);

    /// <summary>Starts an orchestration.</summary>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="input">Its input.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input, CancellationToken cancellation)
        => ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, null, cancellation);

    /// <summary>Starts an orchestration without input.</summary>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="options">Id, start time, version, dedupe statuses.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, StartOrchestrationOptions options, CancellationToken cancellation = default)
        => ScheduleNewOrchestrationInstanceAsync(orchestratorName, null, options, cancellation);

    /// <summary>Starts an orchestration and returns its id.</summary>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Id, start time, version, dedupe statuses.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OrchestrationAlreadyExistsException">
    /// The id exists in a status that forbids starting again (by default pending, running or suspended).
    /// </exception>
    public abstract Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default);

    /// <summary>Sends an event without payload.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="eventName">The event.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task RaiseEventAsync(string instanceId, string eventName, CancellationToken cancellation)
        => RaiseEventAsync(instanceId, eventName, null, cancellation);

    /// <summary>Sends an event; it is kept until the orchestrator waits for it.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="eventName">The event, compared without case.</param>
    /// <param name="eventPayload">Its payload.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public abstract Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default);

    /// <summary>Waits until the instance has left <see cref="OrchestrationRuntimeStatus.Pending"/>.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, CancellationToken cancellation)
        => WaitForInstanceStartAsync(instanceId, false, cancellation);

    /// <summary>Waits until the instance has left <see cref="OrchestrationRuntimeStatus.Pending"/>.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="getInputsAndOutputs">Whether payloads are wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public abstract Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Waits until the instance has ended.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, CancellationToken cancellation)
        => WaitForInstanceCompletionAsync(instanceId, false, cancellation);

    /// <summary>Waits until the instance has ended.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="getInputsAndOutputs">Whether payloads are wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public abstract Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Ends an instance without running its code any further.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task TerminateInstanceAsync(string instanceId, CancellationToken cancellation)
        => TerminateInstanceAsync(instanceId, null, cancellation);

    /// <summary>Ends an instance without running its code any further.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="output">What it shows as output.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task TerminateInstanceAsync(
        string instanceId, object? output, CancellationToken cancellation = default)
        => TerminateInstanceAsync(
            instanceId, output is null ? null : new TerminateInstanceOptions(output), cancellation);

    /// <summary>Ends an instance without running its code any further.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="options">Its output; whether sub-orchestrations end too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
        => throw Unsupported("terminating");

    /// <summary>Holds an instance.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task SuspendInstanceAsync(string instanceId, CancellationToken cancellation)
        => SuspendInstanceAsync(instanceId, null, cancellation);

    /// <summary>Holds an instance: what arrives is kept until it is resumed.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public abstract Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Lets a held instance go on.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task ResumeInstanceAsync(string instanceId, CancellationToken cancellation)
        => ResumeInstanceAsync(instanceId, null, cancellation);

    /// <summary>Lets a held instance go on.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public abstract Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Reads an instance without payloads; null if there is none.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, CancellationToken cancellation)
        => GetInstanceAsync(instanceId, false, cancellation);

    /// <summary>Reads an instance; null if there is none.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="getInputsAndOutputs">Whether payloads are wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation);

    /// <summary>The older name of <see cref="GetInstanceAsync(string, CancellationToken)"/>.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public virtual Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, CancellationToken cancellation)
        => GetInstancesAsync(instanceId, false, cancellation);

    /// <summary>The older name of <see cref="GetInstanceAsync(string, bool, CancellationToken)"/>.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="getInputsAndOutputs">Whether payloads are wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public abstract Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default);

    /// <summary>Lists instances.</summary>
    /// <param name="filter">Which; null for all.</param>
    public abstract AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null);

    /// <summary>Removes an ended instance and its history.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<PurgeResult> PurgeInstanceAsync(string instanceId, CancellationToken cancellation)
        => PurgeInstanceAsync(instanceId, null, cancellation);

    /// <summary>Removes an ended instance and its history.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="options">Whether sub-orchestrations go too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
        => throw Unsupported("purging");

    /// <summary>Removes ended instances and their histories.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, CancellationToken cancellation)
        => PurgeAllInstancesAsync(filter, null, cancellation);

    /// <summary>Removes ended instances and their histories.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="options">Whether sub-orchestrations go too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
        => throw Unsupported("purging");

    /// <summary>Starts an instance again with its original input.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="restartWithNewInstanceId">Whether the new run gets an id of its own.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
        => throw Unsupported("restarting");

    /// <summary>Rewinds a failed instance.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public virtual Task RewindInstanceAsync(
        string instanceId, string reason, CancellationToken cancellation = default)
        => throw Unsupported("rewinding");

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    private NotSupportedException Unsupported(string what) => new($"{GetType()} does not support {what} orchestrations.");
}
