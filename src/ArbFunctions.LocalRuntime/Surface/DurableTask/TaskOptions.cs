using System.Collections.Immutable;

namespace Microsoft.DurableTask;

/// <summary>How an activity or sub-orchestration is run.</summary>
public record TaskOptions
{
    /// <summary>Options with retries only.</summary>
    /// <param name="retry">Retries, or null for none.</param>
    public TaskOptions(TaskRetryOptions? retry)
        : this(retry, null)
    {
    }

    /// <summary>Options with retries and tags.</summary>
    /// <param name="retry">Retries, or null for none.</param>
    /// <param name="tags">Free labels.</param>
    public TaskOptions(TaskRetryOptions? retry = null, IDictionary<string, string>? tags = null)
    {
        Retry = retry;
        Tags = tags;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">The source.</param>
    public TaskOptions(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Retry = options.Retry;
        Tags = options.Tags;
        Version = options.Version;
    }

    /// <summary>Retries, or null for none.</summary>
    public TaskRetryOptions? Retry { get; init; }

    /// <summary>Free labels.</summary>
    public IDictionary<string, string>? Tags { get; init; }

    /// <summary>The version to ask for; null inherits.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>Retries by policy.</summary>
    /// <param name="policy">The policy.</param>
    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(policy);

    /// <summary>Retries by handler.</summary>
    /// <param name="handler">The handler.</param>
    public static TaskOptions FromRetryHandler(AsyncRetryHandler handler) => new(handler);

    /// <summary>Retries by handler.</summary>
    /// <param name="handler">The handler.</param>
    public static TaskOptions FromRetryHandler(RetryHandler handler) => new(handler);

    /// <summary>The same options with an id for the sub-orchestration.</summary>
    /// <param name="instanceId">The id.</param>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(this, instanceId);
}

/// <summary>How a sub-orchestration is run.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    /// <summary>Options with retries and an id.</summary>
    /// <param name="retry">Retries, or null for none.</param>
    /// <param name="instanceId">The id, or null for a derived one.</param>
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry)
    {
        InstanceId = instanceId;
    }

    /// <summary>Extends options by an id.</summary>
    /// <param name="options">The source.</param>
    /// <param name="instanceId">The id, or null to keep the source's.</param>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        InstanceId = instanceId ?? (options as SubOrchestrationOptions)?.InstanceId;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">The source.</param>
    public SubOrchestrationOptions(SubOrchestrationOptions options)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
    }

    /// <summary>The sub-orchestration's id, or null for a derived one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The version to ask for; null takes the default version.</summary>
    public new TaskVersion? Version
    {
        get => base.Version;
        init => base.Version = value;
    }
}

/// <summary>How a new orchestration is started.</summary>
public record StartOrchestrationOptions
{
    /// <summary>Options with an id and a start time.</summary>
    /// <param name="InstanceId">The id, or null for a random one.</param>
    /// <param name="StartAt">Earliest start, or null for now.</param>
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    /// <summary>Copies options.</summary>
    /// <param name="options">The source.</param>
    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    /// <summary>The id, or null for a random one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Earliest start, or null for now.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Free labels, kept with the instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The version to start; null takes the default version.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>
    /// Statuses of an existing instance under which starting again is refused. Null means the host's default:
    /// pending, running and suspended.
    /// </summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
