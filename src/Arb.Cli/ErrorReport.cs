using Arb.Cli.Markets;
using Arb.Devnet;
using Arb.Engine;

namespace Arb.Cli;

/// <summary>Turns failures a reader can mend into one message and an exit code; what is left is a bug and shows as one.</summary>
internal static class ErrorReport
{
    /// <summary>Exit code of a command that was stopped before it could finish.</summary>
    private const int Stopped = 130;

    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is DevnetException or MarketFileException)
        {
            await Console.Error.WriteLineAsync($"arb: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is ChainUnavailableException or MemoryUnavailableException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"arb: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("arb: stopped before the end; nothing was reconciled.");
            return Stopped;
        }
    }
}
