using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>
/// A market as the search takes it. A pool whose state has not changed since the last snapshot is the same object again: its arithmetic
/// keeps what earlier quotes have found out about it, and the search sees by reference what changed.
/// </summary>
/// <remarks>For one caller at a time: rounds of a process follow one another.</remarks>
public sealed class MarketView
{
    private Dictionary<PoolKey, (PoolState State, SnapshotPool Pool)> _last = [];

    /// <summary>The snapshot of a state, pools in the order listed.</summary>
    /// <param name="state">The market at one block.</param>
    /// <param name="loans">Loan terms at the same block.</param>
    /// <param name="listed">Pools wanted.</param>
    /// <param name="missing">Those of them that the state lacks, with the reason.</param>
    public MarketSnapshot Of(
        MarketState state, ImmutableArray<FlashLoanTerms> loans, IReadOnlyList<PoolListing> listed, ImmutableArray<LostPool> missing)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(listed);
        ImmutableArray<SnapshotPool>.Builder pools = ImmutableArray.CreateBuilder<SnapshotPool>(listed.Count);
        ImmutableArray<LostPool>.Builder unreadable = ImmutableArray.CreateBuilder<LostPool>();
        Dictionary<PoolKey, (PoolState, SnapshotPool)> now = new(listed.Count);
        foreach (PoolListing listing in listed)
        {
            if (!state.Pools.TryGetValue(listing.Key, out PoolState? pool))
            {
                continue;
            }

            if (!TryReuse(listing, pool, out SnapshotPool? view) && !TryMake(listing, pool, out view, out string? reason))
            {
                unreadable.Add(new LostPool(listing.Key, reason));
                continue;
            }

            now[listing.Key] = (pool, view);
            pools.Add(view);
        }

        _last = now;
        unreadable.AddRange(missing);
        return new MarketSnapshot(state.Block, pools.ToImmutable(), loans) { Unreadable = unreadable.ToImmutable() };
    }

    /// <summary>One pool with its arithmetic; false when its state has none.</summary>
    /// <param name="listing">The pool.</param>
    /// <param name="state">Its state.</param>
    /// <param name="pool">Both as the search takes them.</param>
    /// <param name="reason">Why it has none.</param>
    public static bool TryMake(
        PoolListing listing,
        PoolState state,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SnapshotPool? pool,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(state);
        pool = null;
        reason = "it is not initialised, or of a kind that is not modelled";
        try
        {
            if (state.ToModel(listing) is { } model)
            {
                pool = new SnapshotPool(listing, model);
                reason = null;
            }
        }
        catch (ArgumentException wrong)
        {
            // Numbers that no pool of its family has: the listing or the contract is not what it seems.
            reason = wrong.Message;
        }

        return pool is not null;
    }

    private bool TryReuse(
        PoolListing listing, PoolState state, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SnapshotPool? pool)
    {
        bool same = _last.TryGetValue(listing.Key, out (PoolState State, SnapshotPool Pool) last)
            && ReferenceEquals(last.State, state)
            && (ReferenceEquals(last.Pool.Listing, listing) || last.Pool.Listing == listing);
        pool = same ? last.Pool : null;
        return same;
    }
}
