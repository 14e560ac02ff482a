using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>Which versions of orchestrations this app runs; the names are host.json's.</summary>
internal enum VersionMatchStrategy
{
    None,
    Strict,
    CurrentOrOlder,
}

/// <summary>What happens to an orchestration of another version.</summary>
internal enum VersionFailureStrategy
{
    /// <summary>It waits for a process that runs its version.</summary>
    Reject,

    Fail,
}

/// <summary>What the rule says about one instance.</summary>
internal enum VersionVerdict
{
    Run,
    Wait,
    Fail,
}

/// <summary>
/// Durable's versioning (defaultVersion, versionMatchStrategy, versionFailureStrategy in host.json), checked before
/// every turn. Without a default version there is nothing to compare with, and everything runs.
/// </summary>
internal sealed record VersionRule(string Current, VersionMatchStrategy Match, VersionFailureStrategy Failure)
{
    public static TaskFailureDetails Mismatch { get; } =
        new("VersionMismatch", "Orchestration version did not comply with Worker Versioning", null, null, null);

    public VersionVerdict Judge(string version)
    {
        bool fits = Current.Length == 0 || Match switch
        {
            VersionMatchStrategy.Strict => string.Equals(version, Current, StringComparison.Ordinal),
            VersionMatchStrategy.CurrentOrOlder => Compare(version, Current) <= 0,
            _ => true,
        };
        return fits ? VersionVerdict.Run
            : Failure == VersionFailureStrategy.Fail ? VersionVerdict.Fail
            : VersionVerdict.Wait;
    }

    // As VersioningSettings.CompareVersions: no version is the oldest; numbers if both are, else text.
    private static int Compare(string version, string other) =>
        string.IsNullOrWhiteSpace(version) || string.IsNullOrWhiteSpace(other)
            ? string.IsNullOrWhiteSpace(other).CompareTo(string.IsNullOrWhiteSpace(version))
            : Version.TryParse(version, out Version? left) && Version.TryParse(other, out Version? right)
                ? left.CompareTo(right)
                : string.Compare(version, other, StringComparison.OrdinalIgnoreCase);
}
