using System.Runtime.InteropServices;

namespace Arb.Devnet.Processes;

/// <summary>The POSIX calls that .NET does not offer: process groups and the parent's id.</summary>
internal static partial class ProcessSignals
{
    private const int SigInt = 2;
    private const int SigKill = 9;

    /// <summary>SIGKILL to every process of a group; a group without members is no error.</summary>
    /// <param name="processGroupId">Id of the group, which is the id of its first process.</param>
    public static void KillGroup(int processGroupId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processGroupId, 2);
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(-processGroupId, SigKill);
        }
    }

    /// <summary>Gives SIGINT the disposition that a process has when its starter did nothing about it.</summary>
    public static void RestoreInterrupt()
    {
        if (!OperatingSystem.IsWindows())
        {
            // SIG_DFL is 0 on every system that .NET runs on.
            _ = Signal(SigInt, 0);
        }
    }

    /// <summary>The id of the process that started this one, or of its reaper once that one is gone.</summary>
    /// <returns>The id, or <see langword="null"/> where the system knows no such thing (Windows).</returns>
    public static int? ParentProcessId() => OperatingSystem.IsWindows() ? null : GetParentProcessId();

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetParentProcessId();
}
