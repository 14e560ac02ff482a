using Arb.Domain;
using Arb.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Keeps the pool registry in step with the configured factories, and the verdicts about its tokens fresh.</summary>
public sealed partial class DiscoverPools(PoolCatalog catalog, TokenSafety tokens, IChainReader chain, ILogger<DiscoverPools> logger)
{
    /// <summary>Adds pools created since the last run.</summary>
    [Function(nameof(DiscoverPools))]
    public async Task RunAsync([TimerTrigger("%DiscoverSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        try
        {
            int pools = await catalog.DiscoverAsync(cancellation);
            LogDiscovered(pools);
            BlockStamp head = await chain.GetHeadAsync(cancellation);
            int judged = await tokens.CheckAsync(head, await catalog.GetPoolsAsync(cancellation), cancellation);
            LogJudged(judged);
        }
        catch (Exception e) when (e is ChainUnavailableException or MemoryUnavailableException)
        {
            LogUnavailable(e.Message);
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "The factories hold {Pools} pools")]
    private partial void LogDiscovered(int pools);

    [LoggerMessage(EventId = 112, Level = LogLevel.Information, Message = "{Tokens} tokens were judged")]
    private partial void LogJudged(int tokens);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "Pools were not discovered: {Detail}")]
    private partial void LogUnavailable(string detail);
}
