using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Keeps pools out that hold too little to be worth a quote, and lets them in when they have grown.</summary>
public sealed class PoolFloor(IPoolRegistry registry, IPoolStateReader reader, TradingPolicy policy)
{
    /// <summary>How every reason of this rule begins: what it put out, it may let in again.</summary>
    public const string Reason = "below the liquidity floor";

    /// <summary>Values every pool at a block and stores who is in and who is out. A pool that cannot be valued is out.</summary>
    public async Task ApplyAsync(BlockStamp head, CancellationToken cancellation)
    {
        if (policy.LiquidityFloorWei.IsZero)
        {
            return;
        }

        ImmutableArray<RegisteredPool> pools = await registry.GetPoolsAsync(policy.ChainId, cancellation);
        ImmutableArray<PoolListing> judged =
        [
            .. pools.Where(IsJudged).Select(static pool => pool.Listing),
        ];
        if (judged.IsEmpty)
        {
            return;
        }

        PoolReads reads = await reader.ReadAsync(head, judged, cancellation);
        Dictionary<PoolKey, UInt256> values = PoolValues.Of(judged, reads.States, policy.WrappedEther);
        foreach (RegisteredPool pool in pools)
        {
            if (!IsJudged(pool))
            {
                continue;
            }

            bool enough = values.TryGetValue(pool.Listing.Key, out UInt256 value) && value >= policy.LiquidityFloorWei;
            if (enough != (pool.Excluded is null))
            {
                await registry.SetExclusionAsync(
                    policy.ChainId, pool.Listing.Key, enough ? null : $"{Reason} of {policy.LiquidityFloorWei} wei", cancellation);
            }
        }
    }

    /// <summary>Pools that nothing else keeps out.</summary>
    private static bool IsJudged(RegisteredPool pool) =>
        pool.Excluded?.StartsWith(Reason, StringComparison.Ordinal) != false;
}
