using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Hands out the registry's traded pools, with a warm copy that is only a cache.</summary>
public sealed class PoolCatalog(
    IPoolRegistry registry, PoolDiscovery discovery, TradingPolicy policy, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan WarmFor = TimeSpan.FromSeconds(30);

    private readonly TimedCache<ulong, ImmutableArray<PoolListing>> _traded = new(WarmFor, 1, time);

    /// <summary>Pools kept out because they hold less than the liquidity floor, at the last reading of the registry.</summary>
    public int BelowLiquidityFloor { get; private set; }

    /// <summary>All pools traded. Discovers once when none are known.</summary>
    public async Task<ImmutableArray<PoolListing>> GetPoolsAsync(CancellationToken cancellation)
    {
        ImmutableArray<PoolListing> traded = await _traded.GetAsync(policy.ChainId, ReadAsync, cancellation);
        if (traded.IsEmpty)
        {
            // The first pools are not to wait until nothing has aged.
            _traded.Clear();
        }

        return traded;
    }

    /// <inheritdoc/>
    public void Dispose() => _traded.Dispose();

    private async Task<ImmutableArray<PoolListing>> ReadAsync(CancellationToken cancellation)
    {
        ImmutableArray<RegisteredPool> pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
        if (pools.IsEmpty)
        {
            await discovery.RunAsync(cancellation);
            pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
        }

        BelowLiquidityFloor = pools.Count(static pool => pool.Excluded?.StartsWith(PoolFloor.Reason, StringComparison.Ordinal) == true);
        return [.. pools.Where(static pool => pool.Excluded is null).Select(static pool => pool.Listing)];
    }
}
