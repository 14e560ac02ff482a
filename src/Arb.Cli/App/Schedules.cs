using System.Globalization;

namespace Arb.Cli.App;

/// <summary>Timer schedules (NCRONTAB with seconds) that follow a block time.</summary>
internal static class Schedules
{
    /// <summary>One tick a slot where the slot divides a minute; otherwise every second, and the round waits for its block.</summary>
    public static string Scan(int blockTimeSeconds) =>
        blockTimeSeconds == 1 || 60 % blockTimeSeconds != 0 ? "* * * * * *"
        : blockTimeSeconds == 60 ? "0 * * * * *"
        : string.Create(CultureInfo.InvariantCulture, $"*/{blockTimeSeconds} * * * * *");
}
