using Arb.Domain;
using Arb.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions;

/// <summary>Keeps the pool registry in step with the configured factories, and the verdicts about its tokens fresh.</summary>
public sealed partial class DiscoverPools(
    PoolDiscovery discovery, PoolCatalog catalog, TokenSafety tokens, IChainReader chain, ILogger<DiscoverPools> logger)
{
    /// <summary>Adds pools created since the last run, from where that ended.</summary>
    [Function(nameof(DiscoverPools))]
    public async Task RunAsync([TimerTrigger("%DiscoverSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        try
        {
            foreach (DiscoveryProgress progress in await discovery.RunAsync(cancellation))
            {
                if (progress.Fault is { } fault)
                {
                    LogStopped(progress.Dex, progress.NextBlock, progress.HeadBlock, fault);
                }
                else
                {
                    LogDiscovered(progress.Dex, progress.Found, progress.NextBlock, progress.HeadBlock);
                }
            }

            BlockStamp head = await chain.GetHeadAsync(cancellation);
            int judged = await tokens.CheckAsync(head, await catalog.GetPoolsAsync(cancellation), cancellation);
            LogJudged(judged);
        }
        catch (Exception e) when (e is ChainUnavailableException or MemoryUnavailableException)
        {
            LogUnavailable(e.Message);
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "{Dex}: {Pools} pools read, next block {NextBlock}, head {HeadBlock}")]
    private partial void LogDiscovered(string dex, int pools, ulong nextBlock, ulong headBlock);

    [LoggerMessage(EventId = 113, Level = LogLevel.Information, Message = "{Tokens} tokens were judged")]
    private partial void LogJudged(int tokens);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "Pools were not discovered: {Detail}")]
    private partial void LogUnavailable(string detail);

    [LoggerMessage(EventId = 112, Level = LogLevel.Warning, Message = "{Dex}: stopped at block {NextBlock} of {HeadBlock}: {Detail}")]
    private partial void LogStopped(string dex, ulong nextBlock, ulong headBlock, string detail);
}
