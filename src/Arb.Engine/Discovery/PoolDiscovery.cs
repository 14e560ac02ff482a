using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>How far one factory's events have been read.</summary>
/// <param name="Dex">Its exchange.</param>
/// <param name="NextBlock">First block not read yet.</param>
/// <param name="HeadBlock">Where it ends for now.</param>
/// <param name="Found">Pools found in this run.</param>
/// <param name="Fault">Why it stopped early; null when it did not fail.</param>
public sealed record DiscoveryProgress(string Dex, ulong NextBlock, ulong HeadBlock, int Found, string? Fault)
{
    /// <summary>It has caught up with the head.</summary>
    public bool Complete => NextBlock > HeadBlock;
}

/// <summary>Fills the registry from factory events: range by range, each with its cursor stored behind it, so that a run may end anywhere.</summary>
public sealed class PoolDiscovery(IPoolCreationReader reader, IPoolRegistry registry, IChainReader chain, PoolFloor floor, TradingPolicy policy)
{
    /// <summary>Ranges of one factory in one run: the next run goes on.</summary>
    private const int RangesMax = 200;

    /// <summary>Blocks before the cursor that are read again: a pool may have moved to another block in a reorganisation.</summary>
    private const ulong OverlapBlocks = MarketState.UndoDepthMax;

    /// <summary>Reads on for all factories at once, then looks which pools hold enough to be traded.</summary>
    public async Task<ImmutableArray<DiscoveryProgress>> RunAsync(CancellationToken cancellation)
    {
        BlockStamp head = await chain.GetHeadAsync(cancellation);
        DiscoveryProgress[] progress = await Task.WhenAll(reader.Factories.Select(factory => FollowAsync(factory, head, cancellation)));
        await floor.ApplyAsync(head, cancellation);
        return [.. progress];
    }

    private async Task<DiscoveryProgress> FollowAsync(PoolFactory factory, BlockStamp head, CancellationToken cancellation)
    {
        DiscoveryCursor cursor = await registry.GetCursorAsync(policy.ChainId, factory.Address, cancellation)
            ?? new DiscoveryCursor(policy.ChainId, factory.Address, factory.FirstBlock, head.Number, 0);
        ulong next = Math.Max(factory.FirstBlock, cursor.NextBlock > OverlapBlocks ? cursor.NextBlock - OverlapBlocks : 0);
        int found = 0;
        try
        {
            for (int range = 0; range < RangesMax && next <= head.Number; range++)
            {
                CreatedPools created = await reader.ReadAsync(factory.Address, next, head, cancellation);
                await registry.AddPoolsAsync(policy.ChainId, created.Pools, cancellation);

                // The pools stand before the cursor moves past them.
                found += created.Pools.Length;
                next = created.NextBlock;
                await registry.MoveCursorAsync(
                    cursor with { NextBlock = next, HeadBlock = head.Number, Pools = cursor.Pools + found }, cancellation);
            }
        }
        catch (ChainUnavailableException failed)
        {
            return new DiscoveryProgress(factory.Dex, next, head.Number, found, failed.Message);
        }

        return new DiscoveryProgress(factory.Dex, next, head.Number, found, null);
    }
}
