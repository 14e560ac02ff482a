namespace Microsoft.DurableTask.Client;

/// <summary>Where an orchestration stands.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>It has started and not ended.</summary>
    Running,

    /// <summary>It returned.</summary>
    Completed,

    /// <summary>Not used any more.</summary>
    [Obsolete("The ContinuedAsNew status is obsolete and exists only for compatibility reasons.")]
    ContinuedAsNew,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>Not used.</summary>
    [Obsolete("The Canceled status is not currently used and exists only for compatibility reasons.")]
    Canceled,

    /// <summary>It was ended from outside.</summary>
    Terminated,

    /// <summary>It is accepted and not yet started.</summary>
    Pending,

    /// <summary>It is held until resumed.</summary>
    Suspended,
}
