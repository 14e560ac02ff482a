using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>All pools at exactly one block hash.</summary>
/// <param name="Block">The block.</param>
/// <param name="Pools">Pools, in registry order.</param>
/// <param name="Loans">Flash loan terms of every start token at that block.</param>
public sealed record MarketSnapshot(
    BlockStamp Block,
    ImmutableArray<ConstantProductPool> Pools,
    ImmutableArray<FlashLoanTerms> Loans)
{
    /// <summary>Pools that were asked for and left out, each with its reason.</summary>
    public ImmutableArray<UnreadablePool> Unreadable { get; init; } = [];

    /// <summary>Pools of the other families at the same block.</summary>
    public ImmutableArray<ListedPool> Others { get; init; } = [];
}

/// <summary>A pool with its state.</summary>
/// <param name="Listing">What never changes about it.</param>
/// <param name="State">Its state at the snapshot's block.</param>
public sealed record ListedPool(PoolListing Listing, PoolState State);

/// <summary>A pool that could not be read at a block although the others could.</summary>
/// <param name="Pool">Pool contract.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record UnreadablePool(Address Pool, string Reason);
