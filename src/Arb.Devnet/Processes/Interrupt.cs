namespace Arb.Devnet.Processes;

/// <summary>Ctrl-C.</summary>
public static class Interrupt
{
    /// <summary>
    /// Lets an interrupt reach this process although its starter had it ignored, as shells do for what a script starts in the
    /// background: .NET respects that, and no handler for SIGINT would ever be called. To be called before one is registered.
    /// </summary>
    public static void Heed() => ProcessSignals.RestoreInterrupt();
}
