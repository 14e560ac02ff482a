using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>All pools at exactly one block hash.</summary>
/// <param name="Block">The block.</param>
/// <param name="Pools">Pools of every family, in registry order.</param>
/// <param name="Loans">Flash loan terms of every start token at that block.</param>
public sealed record MarketSnapshot(
    BlockStamp Block,
    ImmutableArray<SnapshotPool> Pools,
    ImmutableArray<FlashLoanTerms> Loans)
{
    /// <summary>Pools that were asked for and left out, each with its reason.</summary>
    public ImmutableArray<LostPool> Unreadable { get; init; } = [];
}

/// <summary>A pool with the arithmetic of its state.</summary>
/// <param name="Listing">What never changes about it.</param>
/// <param name="Model">Its exact arithmetic at the snapshot's block.</param>
public sealed record SnapshotPool(PoolListing Listing, IPoolModel Model);
