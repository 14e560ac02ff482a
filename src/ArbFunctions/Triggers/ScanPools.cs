using Arb.Engine;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>One scan round per slot.</summary>
public sealed partial class ScanPools(ScanRound round, ILogger<ScanPools> logger)
{
    /// <summary>Runs a round. An unreachable node, bank or queue ends it by name; the next tick is the retry.</summary>
    [Function(nameof(ScanPools))]
    public async Task RunAsync([TimerTrigger("%ScanSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        try
        {
            RoundResult result = await round.RunAsync(cancellation);
            if (result.Summary is { } scanned)
            {
                LogScanned(scanned.BlockNumber, scanned.Pools, scanned.Candidates, scanned.Opportunities, scanned.Published);
            }
            else
            {
                LogEnded(result.End, result.Detail);
            }
        }
        catch (Exception e) when (e is ChainUnavailableException or MemoryUnavailableException or ServiceBusException)
        {
            LogUnavailable(e.Message);
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Block {Block}: {Pools} pools, {Candidates} candidates, {Opportunities} opportunities, {Published} published")]
    private partial void LogScanned(ulong block, int pools, int candidates, int opportunities, int published);

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "Round ended as {End}: {Detail}")]
    private partial void LogEnded(RoundEnd end, string? detail);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Round ended: {Detail}")]
    private partial void LogUnavailable(string detail);
}
