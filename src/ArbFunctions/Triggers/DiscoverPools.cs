using Arb.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Keeps the pool registry in step with the configured factories.</summary>
public sealed partial class DiscoverPools(PoolCatalog catalog, ILogger<DiscoverPools> logger)
{
    /// <summary>Adds pools created since the last run.</summary>
    [Function(nameof(DiscoverPools))]
    public async Task RunAsync([TimerTrigger("%DiscoverSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        try
        {
            int pools = await catalog.DiscoverAsync(cancellation);
            LogDiscovered(pools);
        }
        catch (Exception e) when (e is ChainUnavailableException or MemoryUnavailableException)
        {
            LogUnavailable(e.Message);
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "The factories hold {Pools} pools")]
    private partial void LogDiscovered(int pools);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "Pools were not discovered: {Detail}")]
    private partial void LogUnavailable(string detail);
}
