namespace Arb.Search;

/// <summary>
/// Walks cycles of one market depth first, along prefixes that can still come home above 1. A pool occurs once in a cycle, the start
/// token only at its ends; other tokens may occur again. One thread's; it allocates nothing but room in the list.
/// </summary>
internal sealed class CycleWalk
{
    /// <summary>
    /// Rates in doubles are right to far better than this: a cycle below it has no profitable notional, since what pools pay is concave
    /// and rounded down.
    /// </summary>
    public const double RateMin = 1 - 1e-12;

    // Products in another order than along the path differ in their last bits.
    private const double PruneMin = 1 - 2e-12;

    private readonly MarketIndex _index;
    private readonly Edge[] _edges;
    private readonly int[] _first;
    private readonly int _hopsMax;
    private readonly CandidateSink _sink;
    private readonly int[] _path;
    private readonly int[] _pools;
    private StartToken _start = null!;
    private BestRates _best = null!;
    private int _startPosition;

    // Pools that are passed over: those of a changed pool before the one whose cycles are walked.
    private int[]? _order;
    private int _orderMin;

    public CycleWalk(MarketIndex index, int hopsMax, CandidateSink sink)
    {
        _index = index;
        _edges = index.Edges;
        _first = index.First;
        _hopsMax = hopsMax;
        _sink = sink;
        _path = new int[hopsMax];
        _pools = new int[hopsMax];
    }

    /// <summary>Walks every cycle that begins with one edge of a start token.</summary>
    public void From(int start, BestRates best, int edge)
    {
        Begin(start, best);
        ref readonly Edge first = ref _edges[edge];
        if (first.Rate * best.Home(_hopsMax - 1)[first.To] >= PruneMin)
        {
            Take(0, edge);
            Extend(first.To, 1, first.Rate);
        }
    }

    /// <summary>Walks every cycle of a start token through one pool that passes none of the pools changed before it.</summary>
    /// <param name="start">Position of the start token.</param>
    /// <param name="best">Its best rates.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="order">By pool: when it was walked; 0 for those that did not change.</param>
    /// <param name="own">When this pool is walked: those from 1 to below it are passed over.</param>
    public void Through(int start, BestRates best, int pool, int[] order, int own)
    {
        Begin(start, best);
        _order = order;
        _orderMin = own;
        foreach (int edge in _index.EdgesOf(pool))
        {
            int from = _index.Details[edge].From;
            ref readonly Edge through = ref _edges[edge];
            if (through.Rate == 0)
            {
                continue;
            }

            if (from == _start.Token)
            {
                Take(0, edge);
                Onwards(0, edge, through.Rate);
            }
            else
            {
                // The edge is hop number `before`: the hops before it are walked back to the start.
                for (int before = 1; before < _hopsMax; before++)
                {
                    double ahead = through.To == _start.Token ? 1 : best.Home(_hopsMax - 1 - before)[through.To];
                    if (through.Rate * ahead * best.Away(before)[from] >= PruneMin)
                    {
                        Take(before, edge);
                        Backwards(from, before, through.Rate, ahead, before, edge);
                    }
                }
            }
        }

        _order = null;
    }

    private void Begin(int start, BestRates best)
    {
        _startPosition = start;
        _start = _index.Starts[start];
        _best = best;
    }

    private void Take(int hop, int edge)
    {
        _path[hop] = edge;
        _pools[hop] = _edges[edge].Pool;
    }

    /// <summary>Extends a prefix that stands at a token by every edge, and closes it by every edge home.</summary>
    private void Extend(int token, int hops, double rate)
    {
        Close(token, hops, rate);
        int left = _hopsMax - hops - 1;
        if (left == 0)
        {
            return;
        }

        double[] home = _best.Home(left);
        int end = _first[token + 1];
        for (int i = _first[token]; i < end; i++)
        {
            ref readonly Edge edge = ref _edges[i];
            double next = rate * edge.Rate;
            if (next * home[edge.To] >= PruneMin && !IsTaken(edge.Pool, 0, hops))
            {
                Take(hops, i);
                Extend(edge.To, hops + 1, next);
            }
        }
    }

    private void Close(int token, int hops, double rate)
    {
        if (rate * _best.Home(1)[token] < PruneMin)
        {
            return;
        }

        int end = _start.CloseEnd[token];
        for (int i = _start.CloseFirst[token]; i < end; i++)
        {
            ref readonly Edge edge = ref _edges[i];
            if (rate * edge.Rate >= PruneMin && !IsTaken(edge.Pool, 0, hops))
            {
                Take(hops, i);
                Keep(hops + 1);
            }
        }
    }

    /// <summary>Goes back from a token to the start in exactly some hops; then onwards from the changed pool's edge.</summary>
    private void Backwards(int token, int hops, double rate, double ahead, int before, int through)
    {
        double[] away = _best.Away(hops - 1);
        int end = _first[token + 1];
        for (int i = _first[token]; i < end; i++)
        {
            // The edge is the way out; its twin is the way in that the cycle takes.
            ref readonly Edge edge = ref _edges[i];
            double next = rate * edge.Back;
            if (next * away[edge.To] * ahead < PruneMin || IsTaken(edge.Pool, hops, before + 1))
            {
                continue;
            }

            Take(hops - 1, _index.Details[i].Twin);
            if (hops == 1)
            {
                Onwards(before, through, next);
            }
            else
            {
                Backwards(edge.To, hops - 1, next, ahead, before, through);
            }
        }
    }

    private void Onwards(int before, int through, double rate)
    {
        int to = _edges[through].To;
        if (to == _start.Token)
        {
            Keep(before + 1);
        }
        else if (before + 1 < _hopsMax)
        {
            Extend(to, before + 1, rate);
        }
    }

    private bool IsTaken(int pool, int from, int to)
    {
        if (_order is not null && (uint)(_order[pool] - 1) < (uint)(_orderMin - 1))
        {
            return true;
        }

        for (int i = from; i < to; i++)
        {
            if (_pools[i] == pool)
            {
                return true;
            }
        }

        return false;
    }

    private void Keep(int hops)
    {
        ReadOnlySpan<int> path = _path.AsSpan(0, hops);
        MobiusBound bound = _index.Bound(path[0]);
        uint gas = _index.Details[path[0]].Gas;
        for (int i = 1; i < hops; i++)
        {
            bound = bound.Then(_index.Bound(path[i]));
            gas += _index.Details[path[i]].Gas;
        }

        if (bound.Rate >= RateMin)
        {
            _sink.Add(path, _startPosition, bound.ProfitMax(repaid: 1), gas);
        }
    }
}
