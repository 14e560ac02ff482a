namespace Arb.Search;

/// <summary>
/// From one start token: the best product of marginal rates from each token home within some hops, and from the start to each token in
/// exactly some. They may use a pool twice, so that no walk does better: a prefix that even they do not bring above 1 is not walked.
/// </summary>
internal sealed class BestRates
{
    private readonly double[][] _home;
    private readonly double[][] _away;

    public BestRates(int tokens, int hopsMax)
    {
        _home = [.. Enumerable.Range(0, hopsMax).Select(_ => new double[tokens])];
        _away = [.. Enumerable.Range(0, hopsMax).Select(_ => new double[tokens])];
    }

    /// <summary>Best rate home in at most <paramref name="hops"/> hops; 0 where there is no way, and at the start token itself.</summary>
    public double[] Home(int hops) => _home[hops];

    /// <summary>Best rate from the start token in exactly <paramref name="hops"/> hops; 1 at the start token for none.</summary>
    public double[] Away(int hops) => _away[hops];

    /// <summary>Measures the market as it is.</summary>
    public void Measure(MarketIndex index, int start)
    {
        Array.Clear(_home[0]);
        Array.Clear(_away[0]);
        _home[0][start] = 1;
        _away[0][start] = 1;
        for (int hops = 1; hops < _home.Length; hops++)
        {
            Pass(index, _home[hops - 1], _away[hops - 1], _home[hops], _away[hops]);
            if (hops > 1)
            {
                Widen(_home[hops - 1], _home[hops]);
            }

            // Cycles pass through their start only at the ends.
            _home[hops][start] = 0;
            _away[hops][start] = 0;
        }
    }

    private static void Pass(MarketIndex index, double[] home, double[] away, double[] homeNext, double[] awayNext)
    {
        Edge[] edges = index.Edges;
        int[] first = index.First;
        for (int token = 0; token < homeNext.Length; token++)
        {
            double bestHome = 0;
            double bestAway = 0;
            int end = first[token + 1];
            for (int i = first[token]; i < end; i++)
            {
                ref readonly Edge edge = ref edges[i];
                bestHome = Math.Max(bestHome, edge.Rate * home[edge.To]);
                bestAway = Math.Max(bestAway, edge.Back * away[edge.To]);
            }

            homeNext[token] = bestHome;
            awayNext[token] = bestAway;
        }
    }

    private static void Widen(double[] fewer, double[] more)
    {
        for (int token = 0; token < more.Length; token++)
        {
            more[token] = Math.Max(more[token], fewer[token]);
        }
    }
}
