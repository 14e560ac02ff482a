using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Keeps the pool registry filled and hands out its pools, with a warm copy that is only a cache.</summary>
public sealed class PoolCatalog(
    IPoolRegistry registry,
    IPoolDiscovery discovery,
    IChainReader chain,
    TradingPolicy policy,
    TimeProvider time) : IDisposable
{
    private static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _refresh = new(1, 1);
    private ImmutableArray<PoolInfo> _warm = [];
    private long _warmSince;

    /// <summary>All pools known. Discovers once when none are.</summary>
    public async Task<ImmutableArray<PoolInfo>> GetPoolsAsync(CancellationToken cancellation)
    {
        await _refresh.WaitAsync(cancellation);
        try
        {
            if (!_warm.IsEmpty && time.GetElapsedTime(_warmSince) < WarmFor)
            {
                return _warm;
            }

            ImmutableArray<PoolInfo> pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
            if (pools.IsEmpty)
            {
                await DiscoverAsync(cancellation);
                pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
            }

            _warm = pools;
            _warmSince = time.GetTimestamp();
            return pools;
        }
        finally
        {
            _refresh.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refresh.Dispose();

    /// <summary>Adds what the factories hold at the head; returns how many pools they hold.</summary>
    public async Task<int> DiscoverAsync(CancellationToken cancellation)
    {
        BlockStamp head = await chain.GetHeadAsync(cancellation);
        ImmutableArray<PoolInfo> found = await discovery.DiscoverAsync(head, cancellation);
        await registry.AddPoolsAsync(policy.ChainId, found, cancellation);
        return found.Length;
    }
}
