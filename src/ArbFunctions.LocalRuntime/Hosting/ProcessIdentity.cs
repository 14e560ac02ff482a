using System.Diagnostics;
using System.Globalization;

namespace ArbFunctions.LocalRuntime.Hosting;

/// <summary>
/// Names this process in leases so that another process on the same machine can tell whether the owner still
/// lives. That makes takeover after a kill nearly immediate; across machines only the lease's expiry counts.
/// </summary>
internal static class ProcessIdentity
{
    // Readers derive the start time from boot time and may differ a little; a process id is not reused that fast.
    private const long StartToleranceSeconds = 2;

    private static readonly string Place = $"{Environment.MachineName}/{PidNamespace()}";

    /// <summary>This process: place, id and start, so that a reused process id is not mistaken for it.</summary>
    public static string Current { get; } = Describe(Process.GetCurrentProcess());

    /// <summary>Whether the owner is known to be dead. False when it lives or cannot be told.</summary>
    public static bool IsDead(string owner)
    {
        string[] parts = owner.Split('#');
        if (parts.Length < 3
            || parts[0] != Place
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long start))
        {
            return false;
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            return Math.Abs(StartOf(process) - start) > StartToleranceSeconds;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static string Describe(Process process)
    {
        using (process)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Place}#{process.Id}#{StartOf(process)}");
        }
    }

    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();

    private static string PidNamespace() =>
        OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget ?? "none" : "none";
}
