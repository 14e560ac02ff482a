using System.Collections.Immutable;

namespace Microsoft.DurableTask.Client;

/// <summary>A snapshot of an orchestration.</summary>
public sealed class OrchestrationMetadata
{
    /// <summary>Creates a snapshot.</summary>
    /// <param name="name">The orchestrator's name.</param>
    /// <param name="instanceId">The instance's id.</param>
    public OrchestrationMetadata(string name, string instanceId)
    {
        Name = name;
        InstanceId = instanceId;
    }

    /// <summary>The orchestrator's name.</summary>
    public string Name { get; }

    /// <summary>The instance's id.</summary>
    public string InstanceId { get; }

    /// <summary>Reads payloads; null when they were not asked for.</summary>
    public DataConverter? DataConverter { get; init; }

    /// <summary>Where it stands.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last moved.</summary>
    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>The input as JSON, if asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>The output as JSON, if asked for and there.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>The custom status as JSON, if asked for and set.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Why it failed, if asked for and it did.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    /// <summary>Whether it has started and not ended.</summary>
    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    /// <summary>Whether it has ended.</summary>
    public bool IsCompleted => RuntimeStatus
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    /// <summary>Reads the input.</summary>
    /// <typeparam name="T">The wanted type.</typeparam>
    /// <exception cref="InvalidOperationException">Payloads were not asked for.</exception>
    public T? ReadInputAs<T>() => Converter().Deserialize<T>(SerializedInput);

    /// <summary>Reads the output.</summary>
    /// <typeparam name="T">The wanted type.</typeparam>
    /// <exception cref="InvalidOperationException">Payloads were not asked for.</exception>
    public T? ReadOutputAs<T>() => Converter().Deserialize<T>(SerializedOutput);

    /// <summary>Reads the custom status.</summary>
    /// <typeparam name="T">The wanted type.</typeparam>
    /// <exception cref="InvalidOperationException">Payloads were not asked for.</exception>
    public T? ReadCustomStatusAs<T>() => Converter().Deserialize<T>(SerializedCustomStatus);

    /// <inheritdoc/>
    public override string ToString() => $"[{Name} {InstanceId} {RuntimeStatus}]";

    private DataConverter Converter() => DataConverter ?? throw new InvalidOperationException(
        "Inputs and outputs were not fetched; ask for them with getInputsAndOutputs: true.");
}
