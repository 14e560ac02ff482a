namespace Microsoft.DurableTask;

/// <summary>Name of an orchestrator or activity; compared without case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Wraps a function name.</summary>
    /// <param name="name">The function's name; null gives the default value.</param>
    public TaskName(string name)
    {
        Name = name;
    }

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>The plain name.</summary>
    /// <param name="value">The task name.</param>
    public static implicit operator string(TaskName value) => value.Name;

    /// <summary>Wraps a plain name; empty gives the default value.</summary>
    /// <param name="value">The function's name.</param>
    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new(value);

    /// <summary>Equality without case.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    /// <summary>Inequality without case.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    /// <inheritdoc/>
    public override string ToString() => Name ?? string.Empty;
}
