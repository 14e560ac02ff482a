using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>A market as the search takes it: pairs in registry order, the other families beside them. Pure.</summary>
internal static class MarketView
{
    public static MarketSnapshot Of(
        MarketSnapshot loans, MarketState state, IReadOnlyList<PoolListing> listed, ImmutableArray<LostPool> missing)
    {
        ImmutableArray<ConstantProductPool>.Builder pairs = ImmutableArray.CreateBuilder<ConstantProductPool>();
        ImmutableArray<ListedPool>.Builder others = ImmutableArray.CreateBuilder<ListedPool>();
        foreach (PoolListing listing in listed)
        {
            switch (state.Pools.GetValueOrDefault(listing.Key))
            {
                case null:
                    break;
                case ConstantProductState pair:
                    pairs.Add(new ConstantProductPool(listing.ToPair(), pair.Reserve0, pair.Reserve1));
                    break;
                case { } other:
                    others.Add(new ListedPool(listing, other));
                    break;
            }
        }

        return loans.Block.Hash == state.Block.Hash
            ? loans with
            {
                Pools = pairs.ToImmutable(),
                Others = others.ToImmutable(),
                Unreadable = [.. missing.Select(static pool => new UnreadablePool(pool.Key.Contract, pool.Reason))],
            }
            : throw new ArgumentException("Loan terms and pools are of different blocks.", nameof(loans));
    }
}
