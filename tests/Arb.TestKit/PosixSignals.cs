using System.Runtime.InteropServices;

namespace Arb.TestKit;

/// <summary>Signals as a terminal, an operator or the kernel would send them.</summary>
public static partial class PosixSignals
{
    private const int SigInt = 2;
    private const int SigKill = 9;

    /// <summary>SIGKILL to one process.</summary>
    public static void Kill(int pid) => Send(pid, SigKill);

    /// <summary>SIGKILL to a whole process group.</summary>
    public static void KillGroup(int groupId) => Send(-groupId, SigKill);

    /// <summary>SIGINT to a whole process group, which is what Ctrl-C does.</summary>
    public static void InterruptGroup(int groupId) => Send(-groupId, SigInt);

    private static void Send(int target, int signal)
    {
        if (Kill(target, signal) != 0)
        {
            throw new InvalidOperationException(
                $"kill({target}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int target, int signal);
}
