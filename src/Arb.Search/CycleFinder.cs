using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>Finds cycles by walking every path out of a start token and closing it where a pool leads back.</summary>
public static class CycleFinder
{
    /// <summary>Fewest hops of a cycle.</summary>
    public const int HopsMin = 2;

    /// <summary>Most hops searched: each further one multiplies the paths by the pools per token.</summary>
    public const int HopsLimit = 4;

    /// <summary>
    /// Every simple cycle (no token and no pool twice) of 2 to <paramref name="hopsMax"/> hops from each start token whose marginal
    /// rate after fees is above 1. No other simple cycle has a profitable notional.
    /// </summary>
    /// <param name="snapshot">Pools at one block; ones without liquidity are passed over.</param>
    /// <param name="startTokens">Where cycles start; one that no pool holds gives none.</param>
    /// <param name="hopsMax">Most hops, 2 to 4.</param>
    /// <returns>By start token in the order given, then by pool addresses along the route.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hopsMax"/> is out of range.</exception>
    /// <exception cref="ArgumentException">A pool occurs twice in the snapshot.</exception>
    public static ImmutableArray<Candidate> Find(MarketSnapshot snapshot, IReadOnlyList<Address> startTokens, int hopsMax)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(startTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopsMax, HopsMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hopsMax, HopsLimit);
        MarketGraph graph = new(snapshot.Pools);
        ImmutableArray<Candidate>.Builder all = ImmutableArray.CreateBuilder<Candidate>();
        foreach (Address start in startTokens.Distinct())
        {
            if (graph.TryFind(start, out int token))
            {
                List<Candidate> found = new Walk(graph, token, start, hopsMax).Run();
                found.Sort(static (a, b) => CompareByPools(a.Route, b.Route));
                all.AddRange(found);
            }
        }

        return all.ToImmutable();
    }

    private static int CompareByPools(Route left, Route right)
    {
        int common = Math.Min(left.Hops.Length, right.Hops.Length);
        for (int i = 0; i < common; i++)
        {
            int order = left.Hops[i].Pool.Key.CompareTo(right.Hops[i].Pool.Key);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Hops.Length.CompareTo(right.Hops.Length);
    }

    /// <summary>One start token's depth-first walk.</summary>
    private sealed class Walk(MarketGraph graph, int startToken, Address start, int hopsMax)
    {
        private readonly List<Edge>?[] _closing = graph.EdgesInto(startToken);
        private readonly Edge[] _path = new Edge[hopsMax];
        private readonly bool[] _visited = new bool[graph.TokenCount];
        private readonly List<Candidate> _found = [];

        public List<Candidate> Run()
        {
            _visited[startToken] = true;
            Extend(startToken, hops: 0, rate: 1);
            return _found;
        }

        private void Extend(int token, int hops, double rate)
        {
            foreach (Edge edge in graph.EdgesFrom(token))
            {
                bool last = hops + 2 == hopsMax;
                if (_visited[edge.To] || (last && _closing[edge.To] is null))
                {
                    continue;
                }

                _path[hops] = edge;
                Close(edge.To, hops + 1, rate * edge.Rate);
                if (!last)
                {
                    _visited[edge.To] = true;
                    Extend(edge.To, hops + 1, rate * edge.Rate);
                    _visited[edge.To] = false;
                }
            }
        }

        private void Close(int token, int hops, double rate)
        {
            if (_closing[token] is not { } closing)
            {
                return;
            }

            foreach (Edge edge in closing)
            {
                // Tokens differ along the path, so only a cycle of two hops could use one pool twice.
                if (ReferenceEquals(edge.Pool, _path[0].Pool))
                {
                    continue;
                }

                _path[hops] = edge;
                Keep(hops + 1, rate * edge.Rate);
            }
        }

        private void Keep(int hops, double rate)
        {
            ConstantProductPool[] pools = new ConstantProductPool[hops];
            bool[] zeroForOne = new bool[hops];
            for (int i = 0; i < hops; i++)
            {
                pools[i] = _path[i].Pool;
                zeroForOne[i] = _path[i].ZeroForOne;
            }

            if (!MarginalRate.IsAboveOne(rate, pools, zeroForOne))
            {
                return;
            }

            ImmutableArray<Hop>.Builder route = ImmutableArray.CreateBuilder<Hop>(hops);
            Address at = start;
            for (int i = 0; i < hops; i++)
            {
                PoolListing listing = _path[i].Listing;
                Address next = listing.Tokens[zeroForOne[i] ? 1 : 0];
                route.Add(new Hop(listing, at, next));
                at = next;
            }

            _found.Add(new Candidate(new Route(route.MoveToImmutable()), rate));
        }
    }
}
