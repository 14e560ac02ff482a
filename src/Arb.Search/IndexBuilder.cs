using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Makes a <see cref="MarketIndex"/>. A token that only one pool trades is on no cycle, and without it its pool may not be either; what
/// is left after all such are gone, and lies near enough to a start token, is indexed. Liquidity plays no part: it may come.
/// </summary>
internal sealed class IndexBuilder
{
    private readonly SearchTerms _terms;
    private readonly ImmutableArray<SnapshotPool> _pools;
    private readonly Dictionary<Address, int> _numbers = [];
    private readonly List<Address> _tokens = [];

    // The tokens of all pools end to end, and where each pool's begin.
    private readonly List<int> _members = [];
    private readonly int[] _memberFirst;

    private IndexBuilder(ImmutableArray<SnapshotPool> pools, SearchTerms terms)
    {
        _pools = pools;
        _terms = terms;
        _memberFirst = new int[pools.Length + 1];
    }

    /// <exception cref="ArgumentException">A pool occurs twice.</exception>
    public static MarketIndex Build(ImmutableArray<SnapshotPool> pools, SearchTerms terms) => new IndexBuilder(pools, terms).Build();

    private MarketIndex Build()
    {
        NumberTokens();
        bool[] inCore = Core();
        int[] starts = [.. _terms.StartTokens.Distinct().Select(token => _numbers.GetValueOrDefault(token, -1))];
        int[][] distances = [.. starts.Where(token => token >= 0 && inCore[token]).Select(token => Distances(token, inCore))];
        (Edge[] edges, EdgeDetail[] details, int[] first) = Edges(inCore, distances);
        StartToken[] made = [.. starts.Where(token => token >= 0).Select(token => Start(token, edges, first))];
        return new MarketIndex(_pools, [.. _tokens], first, edges, details, made);
    }

    private void NumberTokens()
    {
        HashSet<PoolKey> seen = new(_pools.Length);
        for (int pool = 0; pool < _pools.Length; pool++)
        {
            PoolListing listing = _pools[pool].Listing;
            if (!seen.Add(listing.Key))
            {
                throw new ArgumentException($"Pool {listing.Key} occurs twice.", "pools");
            }

            foreach (Address token in listing.Tokens)
            {
                // The executor wraps and unwraps: the native currency is as good as the wrapped token.
                Address asset = token == default ? _terms.WrappedEther : token;
                if (!_numbers.TryGetValue(asset, out int number))
                {
                    number = _tokens.Count;
                    _numbers.Add(asset, number);
                    _tokens.Add(asset);
                }

                _members.Add(number);
            }

            _memberFirst[pool + 1] = _members.Count;
        }
    }

    private Span<int> Members(int pool) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_members)[_memberFirst[pool].._memberFirst[pool + 1]];

    /// <summary>Peels off, until none is left, tokens that fewer than two pools trade.</summary>
    private bool[] Core()
    {
        (int[] first, int[] poolsOf) = PoolsByToken();
        int[] degree = new int[_tokens.Count];
        int[] left = new int[_pools.Length];
        for (int token = 0; token < degree.Length; token++)
        {
            degree[token] = first[token + 1] - first[token];
        }

        for (int pool = 0; pool < left.Length; pool++)
        {
            left[pool] = Members(pool).Length;
        }

        bool[] inCore = new bool[_tokens.Count];
        Array.Fill(inCore, true);
        Stack<int> peeled = new(Enumerable.Range(0, degree.Length).Where(token => degree[token] < 2));
        while (peeled.TryPop(out int token))
        {
            if (!inCore[token])
            {
                continue;
            }

            inCore[token] = false;
            for (int i = first[token]; i < first[token + 1]; i++)
            {
                int pool = poolsOf[i];
                if (--left[pool] != 1)
                {
                    continue;
                }

                // A pool with one token left trades nothing: it counts no longer for that one.
                foreach (int other in Members(pool))
                {
                    if (inCore[other] && --degree[other] < 2)
                    {
                        peeled.Push(other);
                    }
                }
            }
        }

        return inCore;
    }

    private (int[] First, int[] Pools) PoolsByToken()
    {
        int[] first = new int[_tokens.Count + 1];
        foreach (int token in _members)
        {
            first[token + 1]++;
        }

        for (int token = 0; token < _tokens.Count; token++)
        {
            first[token + 1] += first[token];
        }

        int[] next = first[.._tokens.Count];
        int[] pools = new int[_members.Count];
        for (int pool = 0; pool < _pools.Length; pool++)
        {
            foreach (int token in Members(pool))
            {
                pools[next[token]++] = pool;
            }
        }

        return (first, pools);
    }

    /// <summary>Fewest hops from a start token to every token; the pools work both ways.</summary>
    private int[] Distances(int start, bool[] inCore)
    {
        (int[] first, int[] poolsOf) = PoolsByToken();
        int[] distance = new int[_tokens.Count];
        Array.Fill(distance, int.MaxValue / 4);
        distance[start] = 0;
        Queue<int> reached = new([start]);
        while (reached.TryDequeue(out int token))
        {
            int next = distance[token] + 1;
            if (next > _terms.HopsMax)
            {
                break;
            }

            for (int i = first[token]; i < first[token + 1]; i++)
            {
                foreach (int other in Members(poolsOf[i]))
                {
                    if (inCore[other] && distance[other] > next)
                    {
                        distance[other] = next;
                        reached.Enqueue(other);
                    }
                }
            }
        }

        return distance;
    }

    private (Edge[] Edges, EdgeDetail[] Details, int[] First) Edges(bool[] inCore, int[][] distances)
    {
        // The two ways through a pool lie side by side, so that one's number with its last bit flipped is the other's.
        List<(int From, int To, int Pool, byte In, byte Out)> found = [];
        for (int pool = 0; pool < _pools.Length; pool++)
        {
            Span<int> members = Members(pool);
            for (int i = 0; i < members.Length; i++)
            {
                for (int j = i + 1; j < members.Length; j++)
                {
                    if (members[i] != members[j] && inCore[members[i]] && inCore[members[j]]
                        && IsNear(members[i], members[j], distances))
                    {
                        found.Add((members[i], members[j], pool, (byte)i, (byte)j));
                        found.Add((members[j], members[i], pool, (byte)j, (byte)i));
                    }
                }
            }
        }

        // By token received, then, stable, by token paid.
        int[] byTo = Sort([.. Enumerable.Range(0, found.Count)], edge => found[edge].To, out _);
        int[] order = Sort(byTo, edge => found[edge].From, out int[] first);
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
        }

        Edge[] edges = new Edge[order.Length];
        EdgeDetail[] details = new EdgeDetail[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            (int from, int to, int pool, byte tokenIn, byte tokenOut) = found[order[place]];
            edges[place] = new Edge(0, 0, to, pool);
            details[place] = new EdgeDetail(
                from, tokenIn, tokenOut, places[order[place] ^ 1], _terms.Gas.Hop(_pools[pool].Listing.Family));
        }

        return (edges, details, first);
    }

    private bool IsNear(int from, int to, int[][] distances)
    {
        // Symmetric in its two tokens, so that an edge never lacks its twin.
        foreach (int[] distance in distances)
        {
            if (distance[from] + 1 + distance[to] <= _terms.HopsMax)
            {
                return true;
            }
        }

        return false;
    }

    private int[] Sort(int[] items, Func<int, int> key, out int[] first)
    {
        first = new int[_tokens.Count + 1];
        foreach (int item in items)
        {
            first[key(item) + 1]++;
        }

        for (int token = 0; token < _tokens.Count; token++)
        {
            first[token + 1] += first[token];
        }

        int[] next = first[.._tokens.Count];
        int[] sorted = new int[items.Length];
        foreach (int item in items)
        {
            sorted[next[key(item)]++] = item;
        }

        return sorted;
    }

    private StartToken Start(int token, Edge[] edges, int[] first)
    {
        int[] closeFirst = new int[_tokens.Count];
        int[] closeEnd = new int[_tokens.Count];
        for (int from = 0; from < _tokens.Count; from++)
        {
            int at = first[from];
            while (at < first[from + 1] && edges[at].To < token)
            {
                at++;
            }

            closeFirst[from] = at;
            while (at < first[from + 1] && edges[at].To == token)
            {
                at++;
            }

            closeEnd[from] = at;
        }

        return new StartToken(_tokens[token], token, closeFirst, closeEnd, Direct(token));
    }

    private DirectPool[] Direct(int token)
    {
        List<DirectPool> direct = [];
        int ether = _numbers.GetValueOrDefault(_terms.WrappedEther, -1);
        for (int pool = 0; pool < _pools.Length && ether >= 0 && ether != token; pool++)
        {
            Span<int> members = Members(pool);
            if (members.IndexOf(token) is var at && at >= 0 && members.IndexOf(ether) is var other && other >= 0)
            {
                direct.Add(new DirectPool(pool, at, other));
            }
        }

        return [.. direct];
    }
}
