using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Arb.TestKit;

/// <summary>
/// Which processes live, as the kernel says (Linux only). Processes are found by a mark in their environment, which
/// everything a marked process starts inherits, whatever it does to its parents, groups and sessions.
/// </summary>
public static class ProcessTable
{
    /// <summary>Variable that carries the mark.</summary>
    public const string MarkVariable = "ARB_TEST_MARK";

    /// <summary>The living processes with a mark; zombies are dead.</summary>
    public static IReadOnlyList<(int Pid, string CommandLine)> Marked(string mark)
    {
        string wanted = $"{MarkVariable}={mark}";
        List<(int, string)> found = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int pid)
                && Read(folder, "environ").Split('\0').Contains(wanted)
                && IsAlive(pid))
            {
                found.Add((pid, Read(folder, "cmdline").Replace('\0', ' ')));
            }
        }

        return found;
    }

    /// <summary>Whether a process exists and is more than a zombie.</summary>
    public static bool IsAlive(int pid)
    {
        string stat = Read($"/proc/{pid}", "stat");
        int name = stat.LastIndexOf(')');
        return name >= 0 && stat.AsSpan(name + 2)[0] is not ('Z' or 'X');
    }

    /// <summary>Waits until no process carries a mark.</summary>
    /// <returns>Those that were left when the patience was used up; none is what a test wants.</returns>
    public static async Task<IReadOnlyList<(int Pid, string CommandLine)>> LeftAfterAsync(
        string mark,
        TimeSpan patience,
        CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        IReadOnlyList<(int, string)> left = Marked(mark);
        while (left.Count > 0 && Stopwatch.GetElapsedTime(start) < patience)
        {
            await timer.WaitForNextTickAsync(cancellation);
            left = Marked(mark);
        }

        return left;
    }

    private static string Read(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name), Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or is another user's.
            return string.Empty;
        }
    }
}
