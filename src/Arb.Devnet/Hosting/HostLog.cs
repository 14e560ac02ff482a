using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Hosting;

/// <summary>Log messages of the devnet's process; ids 720 to 739.</summary>
internal static partial class HostLog
{
    [LoggerMessage(EventId = 720, Level = LogLevel.Warning, Message = "A transaction for block {Number} was refused: {Reason}")]
    public static partial void TrafficRefused(ILogger logger, ulong number, string reason);

    [LoggerMessage(EventId = 721, Level = LogLevel.Information, Message = "Traders trade for {Blocks} blocks")]
    public static partial void Trading(ILogger logger, ulong blocks);

    [LoggerMessage(EventId = 722, Level = LogLevel.Information, Message = "The devnet ends: {Reason}")]
    public static partial void Ending(ILogger logger, string reason);
}
