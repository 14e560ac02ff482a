using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Hands out the registry's traded pools, with a warm copy that is only a cache.</summary>
public sealed class PoolCatalog(
    IPoolRegistry registry, PoolDiscovery discovery, TradingPolicy policy, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _refresh = new(1, 1);
    private ImmutableArray<PoolListing> _warm = [];
    private long _warmSince;

    /// <summary>All pools traded. Discovers once when none are known.</summary>
    public async Task<ImmutableArray<PoolListing>> GetPoolsAsync(CancellationToken cancellation)
    {
        await _refresh.WaitAsync(cancellation);
        try
        {
            if (!_warm.IsEmpty && time.GetElapsedTime(_warmSince) < WarmFor)
            {
                return _warm;
            }

            ImmutableArray<RegisteredPool> pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
            if (pools.IsEmpty)
            {
                await discovery.RunAsync(cancellation);
                pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
            }

            _warm = [.. pools.Where(static pool => pool.Excluded is null).Select(static pool => pool.Listing)];
            _warmSince = time.GetTimestamp();
            return _warm;
        }
        finally
        {
            _refresh.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refresh.Dispose();
}
