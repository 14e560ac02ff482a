using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>What the walks read of an edge, in one place of memory.</summary>
/// <param name="Rate">Token out per token in at no size, after fees; 0 when the pool pays nothing.</param>
/// <param name="Back">The same the other way through the pool.</param>
/// <param name="To">Token received.</param>
/// <param name="Pool">Position of the pool.</param>
internal record struct Edge(double Rate, double Back, int To, int Pool);

/// <summary>What is read of an edge once a cycle is found.</summary>
/// <param name="From">Token paid.</param>
/// <param name="TokenIn">Its index in the pool's own order.</param>
/// <param name="TokenOut">Index of the token received.</param>
/// <param name="Twin">The edge the other way.</param>
/// <param name="Gas">Gas of the hop.</param>
internal readonly record struct EdgeDetail(int From, byte TokenIn, byte TokenOut, int Twin, uint Gas);

/// <summary>
/// Tokens as small integers, pools as edges for every ordered pair of their tokens, sorted by token paid and then by token received.
/// Only pools that can be on a cycle of the wanted length are in it.
/// </summary>
internal sealed class MarketIndex
{
    private readonly IPoolModel?[] _models;
    private readonly int[] _poolFirst;
    private readonly int[] _poolEdges;

    internal MarketIndex(
        ImmutableArray<SnapshotPool> pools, Address[] tokens, int[] first, Edge[] edges, EdgeDetail[] details, StartToken[] starts)
    {
        Pools = pools;
        Tokens = tokens;
        First = first;
        Edges = edges;
        Details = details;
        Starts = starts;
        Bends = new double[edges.Length];
        _models = new IPoolModel?[pools.Length];
        for (int i = 0; i < pools.Length; i++)
        {
            _models[i] = pools[i].Model;
        }

        (_poolFirst, _poolEdges) = ByPool(pools.Length, edges);
        for (int pool = 0; pool < pools.Length; pool++)
        {
            Measure(pool);
        }
    }

    /// <summary>The pools as given; their models may have changed since.</summary>
    public ImmutableArray<SnapshotPool> Pools { get; }

    /// <summary>Token by number.</summary>
    public Address[] Tokens { get; }

    /// <summary>Where each token's edges begin; one more than tokens.</summary>
    public int[] First { get; }

    /// <summary>Every edge.</summary>
    public Edge[] Edges { get; }

    /// <summary>The rest about each.</summary>
    public EdgeDetail[] Details { get; }

    /// <summary>Bend of each edge's upper bound.</summary>
    public double[] Bends { get; }

    /// <summary>Start tokens that cycles can start from, in the order of the terms.</summary>
    public StartToken[] Starts { get; }

    /// <summary>Edges through a pool; none when it cannot be on a cycle.</summary>
    public ReadOnlySpan<int> EdgesOf(int pool) => _poolEdges.AsSpan(_poolFirst[pool], _poolFirst[pool + 1] - _poolFirst[pool]);

    /// <summary>A pool's arithmetic as it is now.</summary>
    public IPoolModel? ModelOf(int pool) => _models[pool];

    /// <summary>Gives a pool another arithmetic.</summary>
    public void SetModel(int pool, IPoolModel? model)
    {
        _models[pool] = model;
        Measure(pool);
    }

    /// <summary>The upper bound along one edge.</summary>
    public MobiusBound Bound(int edge) => new(Edges[edge].Rate, Bends[edge]);

    private void Measure(int pool)
    {
        ReadOnlySpan<int> edges = EdgesOf(pool);
        IPoolModel? model = _models[pool];
        for (int i = 0; i < edges.Length; i++)
        {
            int edge = edges[i];
            EdgeDetail detail = Details[edge];
            MobiusBound bound = model is null ? default : PoolBounds.Of(model, detail.TokenIn, detail.TokenOut);
            Edges[edge].Rate = bound.Rate;
            Edges[detail.Twin].Back = bound.Rate;
            Bends[edge] = bound.Bend;
        }
    }

    private static (int[] First, int[] Edges) ByPool(int pools, Edge[] edges)
    {
        int[] first = new int[pools + 1];
        foreach (Edge edge in edges)
        {
            first[edge.Pool + 1]++;
        }

        for (int pool = 0; pool < pools; pool++)
        {
            first[pool + 1] += first[pool];
        }

        int[] next = first[..pools];
        int[] sorted = new int[edges.Length];
        for (int i = 0; i < edges.Length; i++)
        {
            sorted[next[edges[i].Pool]++] = i;
        }

        return (first, sorted);
    }
}

/// <summary>A start token and the edges that lead back to it.</summary>
/// <param name="Address">The token.</param>
/// <param name="Token">Its number.</param>
/// <param name="CloseFirst">For every token, its first edge to the start token.</param>
/// <param name="CloseEnd">And the one after its last.</param>
/// <param name="Direct">Pools that trade it for wrapped ether, on a cycle or not.</param>
internal sealed record StartToken(Address Address, int Token, int[] CloseFirst, int[] CloseEnd, DirectPool[] Direct);

/// <summary>A pool that trades a start token for wrapped ether.</summary>
/// <param name="Pool">Its position.</param>
/// <param name="Token">Index of the start token.</param>
/// <param name="Ether">Index of wrapped ether, or of the native currency.</param>
internal readonly record struct DirectPool(int Pool, int Token, int Ether);
