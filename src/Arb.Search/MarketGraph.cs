using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>One direction through one pool.</summary>
/// <param name="Listing">The pool.</param>
/// <param name="Pool">Its arithmetic.</param>
/// <param name="To">Index of the token received.</param>
/// <param name="ZeroForOne">Direction.</param>
/// <param name="Rate">Token out per token in at no size, after fees.</param>
internal readonly record struct Edge(PoolListing Listing, ConstantProductPool Pool, int To, bool ZeroForOne, double Rate);

/// <summary>Tokens as small integers, pools as edges in both directions. Pools without liquidity are left out.</summary>
internal sealed class MarketGraph
{
    private readonly Dictionary<Address, int> _indexOf = [];
    private readonly List<List<Edge>> _edges = [];

    /// <exception cref="ArgumentException">A pool occurs twice.</exception>
    public MarketGraph(ImmutableArray<SnapshotPool> pools)
    {
        HashSet<PoolKey> seen = new(pools.Length);
        foreach (SnapshotPool market in pools)
        {
            PoolListing listing = market.Listing;
            if (!seen.Add(listing.Key))
            {
                throw new ArgumentException($"Pool {listing.Key} occurs twice in the snapshot.", nameof(pools));
            }

            if (market.Model is not ConstantProductPool pool || pool.Reserve0.IsZero || pool.Reserve1.IsZero)
            {
                continue;
            }

            int token0 = IndexOf(listing.Tokens[0]);
            int token1 = IndexOf(listing.Tokens[1]);
            _edges[token0].Add(new Edge(listing, pool, token1, ZeroForOne: true, MarginalRate.Of(pool, zeroForOne: true)));
            _edges[token1].Add(new Edge(listing, pool, token0, ZeroForOne: false, MarginalRate.Of(pool, zeroForOne: false)));
        }
    }

    public int TokenCount => _edges.Count;

    public IReadOnlyList<Edge> EdgesFrom(int token) => _edges[token];

    public bool TryFind(Address token, out int index) => _indexOf.TryGetValue(token, out index);

    /// <summary>For every token, its edges into <paramref name="target"/>; null where there are none.</summary>
    public List<Edge>?[] EdgesInto(int target)
    {
        List<Edge>?[] into = new List<Edge>?[TokenCount];
        foreach (Edge back in _edges[target])
        {
            bool zeroForOne = !back.ZeroForOne;
            (into[back.To] ??= []).Add(new Edge(back.Listing, back.Pool, target, zeroForOne, MarginalRate.Of(back.Pool, zeroForOne)));
        }

        return into;
    }

    private int IndexOf(Address token)
    {
        if (!_indexOf.TryGetValue(token, out int index))
        {
            index = _edges.Count;
            _indexOf.Add(token, index);
            _edges.Add([]);
        }

        return index;
    }
}
