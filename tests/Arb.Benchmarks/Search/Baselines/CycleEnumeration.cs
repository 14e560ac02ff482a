namespace Arb.Benchmarks.Search.Baselines;

/// <summary>
/// Walks every path out of a start token and closes it: each cycle that uses no pool twice is looked at. The last two hops are found from
/// the side with fewer edges, as a hub has most of the market's.
/// </summary>
internal sealed class CycleEnumeration(EdgeGraph graph, int hopsMax, double rateMin)
{
    private readonly Edge[] _path = new Edge[hopsMax];
    private readonly List<ExactCycle> _found = [];
    private int _start;

    /// <summary>Cycles looked at, profitable or not.</summary>
    public long Examined { get; private set; }

    /// <summary>Cycles from each start token whose rate is above the least wanted.</summary>
    public List<ExactCycle> Run(IEnumerable<int> starts)
    {
        foreach (int start in starts)
        {
            _start = start;
            Extend(start, 0, 1);
        }

        return _found;
    }

    private void Extend(int token, int hops, double rate)
    {
        // A hub's many partners seldom lead back: from there only the start token's own neighbours can close the cycle.
        if (hops + 2 == hopsMax && graph.From(token).Length > graph.From(_start).Length)
        {
            ExtendBackwards(token, hops, rate);
            return;
        }

        foreach (ref readonly Edge edge in graph.From(token))
        {
            if (!IsFree(edge, hops))
            {
                continue;
            }

            _path[hops] = edge;
            Close(edge.To, hops + 1, rate * edge.Rate);
            if (hops + 2 < hopsMax)
            {
                Extend(edge.To, hops + 1, rate * edge.Rate);
            }
        }
    }

    private void ExtendBackwards(int token, int hops, double rate)
    {
        int last = -1;
        foreach (ref readonly Edge back in graph.From(_start))
        {
            if (back.To == last)
            {
                continue;
            }

            last = back.To;
            foreach (ref readonly Edge edge in graph.Between(token, back.To))
            {
                if (IsFree(edge, hops))
                {
                    _path[hops] = edge;
                    Close(edge.To, hops + 1, rate * edge.Rate);
                }
            }
        }
    }

    /// <summary>Whether an edge does not lead back to the start, and its pool is not on the path.</summary>
    private bool IsFree(in Edge edge, int hops) => edge.To != _start && !Uses(edge.Hop.Pool, hops);

    private void Close(int token, int hops, double rate)
    {
        foreach (ref readonly Edge edge in graph.Between(token, _start))
        {
            if (Uses(edge.Hop.Pool, hops))
            {
                continue;
            }

            Examined++;
            if (rate * edge.Rate > rateMin)
            {
                CycleHop[] route = new CycleHop[hops + 1];
                for (int i = 0; i < hops; i++)
                {
                    route[i] = _path[i].Hop;
                }

                route[hops] = edge.Hop;
                _found.Add(new ExactCycle(_start, route));
            }
        }
    }

    private bool Uses(int pool, int hops)
    {
        for (int i = 0; i < hops; i++)
        {
            if (_path[i].Hop.Pool == pool)
            {
                return true;
            }
        }

        return false;
    }
}
