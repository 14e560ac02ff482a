namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts over.</summary>
public class ContinueAsNewOptions
{
    /// <summary>The next input.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that nobody waited for are kept.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The next version; null keeps the present one.</summary>
    public string? NewVersion { get; set; }
}

/// <summary>The orchestration that started this one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="InstanceId">Its id.</param>
public record ParentOrchestrationInstance(TaskName Name, string InstanceId);
