namespace Microsoft.DurableTask.Client;

/// <summary>Which instances to list.</summary>
/// <param name="CreatedFrom">Earliest creation.</param>
/// <param name="CreatedTo">Latest creation.</param>
/// <param name="Statuses">Wanted statuses; null for all.</param>
/// <param name="TaskHubNames">Other task hubs; the local runtime has one and ignores it.</param>
/// <param name="InstanceIdPrefix">How ids must begin.</param>
/// <param name="PageSize">Wanted instances per page.</param>
/// <param name="FetchInputsAndOutputs">Whether payloads are wanted.</param>
/// <param name="ContinuationToken">Where to go on.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>Instances per page if not said otherwise.</summary>
    public const int DefaultPageSize = 100;
}

/// <summary>Which ended instances to purge.</summary>
/// <param name="CreatedFrom">Earliest creation.</param>
/// <param name="CreatedTo">Latest creation.</param>
/// <param name="Statuses">Statuses to purge; null for all that have ended.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null);

/// <summary>How to purge.</summary>
/// <param name="Recursive">Whether sub-orchestrations go too.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>How to terminate.</summary>
/// <param name="Output">What the instance shows as output.</param>
/// <param name="Recursive">Whether sub-orchestrations end too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);

/// <summary>What a purge removed.</summary>
public class PurgeResult
{
    /// <summary>Creates a result.</summary>
    /// <param name="count">Instances removed.</param>
    public PurgeResult(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
    }

    /// <summary>Creates a result.</summary>
    /// <param name="count">Instances removed.</param>
    /// <param name="isComplete">Whether nothing that matched is left; null if unknown.</param>
    public PurgeResult(int count, bool? isComplete)
        : this(count)
    {
        IsComplete = isComplete;
    }

    /// <summary>Instances removed.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether nothing that matched is left; null if unknown.</summary>
    public bool? IsComplete { get; }
}
