using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Baselines;

/// <summary>One direction through one pool.</summary>
/// <param name="To">Token received.</param>
/// <param name="Hop">The swap.</param>
/// <param name="Rate">Units out for a unit in.</param>
internal readonly record struct Edge(int To, CycleHop Hop, double Rate);

/// <summary>Edges by the token paid, each token's sorted by the token received, in one array.</summary>
internal sealed class EdgeGraph
{
    private readonly int[] _first;
    private readonly Edge[] _edges;

    /// <summary>Takes every direction whose rate is above 0.</summary>
    /// <param name="market">Pools.</param>
    /// <param name="rateOf">Rate of a pool (by number) from one of its tokens to another.</param>
    public EdgeGraph(BenchMarket market, Func<int, int, int, double> rateOf)
    {
        List<(int From, Edge Edge)> all = [];
        for (int number = 0; number < market.Pools.Length; number++)
        {
            BenchPool pool = market.Pools[number];
            for (int i = 0; i < pool.Tokens.Length; i++)
            {
                for (int j = 0; j < pool.Tokens.Length; j++)
                {
                    double rate = i == j ? 0 : rateOf(number, i, j);
                    if (rate > 0)
                    {
                        all.Add((pool.Tokens[i], new Edge(pool.Tokens[j], new CycleHop(number, (byte)i, (byte)j), rate)));
                    }
                }
            }
        }

        all.Sort(static (a, b) => a.From != b.From ? a.From.CompareTo(b.From) : a.Edge.To.CompareTo(b.Edge.To));
        _edges = [.. all.Select(e => e.Edge)];
        _first = new int[market.TokenCount + 1];
        foreach ((int from, _) in all)
        {
            _first[from + 1]++;
        }

        for (int i = 1; i < _first.Length; i++)
        {
            _first[i] += _first[i - 1];
        }
    }

    /// <summary>With each pool's own rate for a small unit.</summary>
    public static EdgeGraph AtNoSize(BenchMarket market) => AtNoSize(market, [.. market.Pools.Select(p => p.Model)]);

    /// <summary>As <see cref="AtNoSize(BenchMarket)"/>, at other states of the pools.</summary>
    public static EdgeGraph AtNoSize(BenchMarket market, IPoolModel[] models) =>
        new(market, (pool, i, j) => SpotRate.Of(models[pool], i, j));

    public int TokenCount => _first.Length - 1;

    public int EdgeCount => _edges.Length;

    public Span<Edge> From(int token) => _edges.AsSpan(_first[token].._first[token + 1]);

    /// <summary>The edges of a token's that lead to another, found by bisection.</summary>
    public Span<Edge> Between(int from, int to)
    {
        Span<Edge> edges = From(from);
        int low = 0;
        int high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (edges[middle].To < to)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        int end = low;
        while (end < edges.Length && edges[end].To == to)
        {
            end++;
        }

        return edges[low..end];
    }
}
