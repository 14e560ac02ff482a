namespace Microsoft.DurableTask;

/// <summary>Version of an orchestration or activity; compared without case.</summary>
public readonly struct TaskVersion : IEquatable<TaskVersion>
{
    /// <summary>No version.</summary>
    public static readonly TaskVersion Unversioned;

    private readonly string? _version;

    /// <summary>Wraps a version.</summary>
    /// <param name="version">Any text that is not only white space; null or empty means unversioned.</param>
    /// <exception cref="ArgumentException">The version is only white space.</exception>
    public TaskVersion(string? version)
    {
        if (!string.IsNullOrEmpty(version) && string.IsNullOrWhiteSpace(version))
        {
            throw new ArgumentException(
                "A version cannot be only white space; use null or TaskVersion.Unversioned.", nameof(version));
        }

        _version = version;
    }

    /// <summary>The text; empty when unversioned.</summary>
    public string Version => _version ?? string.Empty;

    /// <summary>The plain text.</summary>
    /// <param name="value">The version.</param>
    public static implicit operator string(TaskVersion value) => value.Version;

    /// <summary>Wraps plain text.</summary>
    /// <param name="value">The version.</param>
    public static implicit operator TaskVersion(string? value) => new(value);

    /// <summary>Equality without case.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    /// <summary>Inequality without case.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(TaskVersion other) =>
        string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);
}
