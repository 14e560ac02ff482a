namespace Arb.Search;

/// <summary>All candidates of an index: found by a scan of everything, and kept while pools change.</summary>
internal sealed class CandidateFinder
{
    // Beyond this share of edges a scan of everything is no dearer than walking through each changed pool.
    private const int WholeScanShare = 2;

    private readonly MarketIndex _index;
    private readonly SearchTerms _terms;
    private readonly BestRates[] _best;
    private readonly CandidateSink _sink;
    private readonly CycleWalk _walk;
    private readonly int[] _order;
    private readonly int[] _changed;
    private bool _isCurrent;

    public CandidateFinder(MarketIndex index, SearchTerms terms, EtherPrices prices)
    {
        _index = index;
        _terms = terms;
        Prices = prices;
        _best = [.. index.Starts.Select(_ => new BestRates(index.Tokens.Length, terms.HopsMax))];
        List = new CandidateList(terms.HopsMax, 1_024);
        _sink = new CandidateSink(List, terms.CandidatesMax, prices.PerUnit);
        _walk = new CycleWalk(index, terms.HopsMax, _sink);
        _order = new int[index.Pools.Length];
        _changed = new int[index.Pools.Length];
    }

    public CandidateList List { get; }

    public EtherPrices Prices { get; }

    /// <summary>Candidates found, kept or not.</summary>
    public long Total => _sink.Overflowed ? _sink.Total : List.Count;

    public void FindAll()
    {
        Prices.Measure(_index);
        List.Clear();
        _sink.Reset();
        int workers = _terms.Workers;
        if (workers > 1)
        {
            Parallel.For(0, _best.Length, start => _best[start].Measure(_index, _index.Starts[start].Token));
            Scan(workers);
        }
        else
        {
            MeasureAll();
            (int Start, int Edge)[] beginnings = Beginnings();
            foreach ((int start, int edge) in beginnings)
            {
                _walk.From(start, _best[start], edge);
            }
        }

        _sink.Settle();

        // Room for what blocks add, so that they need not allocate.
        List.Reserve((2 * List.Count) + 1_024);
        _isCurrent = true;
    }

    /// <summary>Takes changes; false when everything must be scanned.</summary>
    public bool TryApply(ReadOnlySpan<PoolChange> changes, CandidateSizer sizer)
    {
        int count = 0;
        int edges = 0;
        foreach (PoolChange change in changes)
        {
            if (ReferenceEquals(_index.ModelOf(change.Pool), change.Model))
            {
                continue;
            }

            _index.SetModel(change.Pool, change.Model);
            if (_order[change.Pool] == 0 && !_index.EdgesOf(change.Pool).IsEmpty)
            {
                _changed[count++] = change.Pool;
                _order[change.Pool] = count;
                edges += _index.EdgesOf(change.Pool).Length;
            }
        }

        bool walks = _isCurrent && !_sink.Overflowed && edges * WholeScanShare <= _index.Edges.Length;
        if (walks)
        {
            Prices.Measure(_index);
            Forget(sizer);
            MeasureAll();
            for (int i = 0; i < count; i++)
            {
                for (int start = 0; start < _best.Length; start++)
                {
                    _walk.Through(start, _best[start], _changed[i], _order, i + 1);
                }
            }
        }

        for (int i = 0; i < count; i++)
        {
            _order[_changed[i]] = 0;
        }

        return walks && !_sink.Overflowed;
    }

    /// <summary>Removes candidates through changed pools.</summary>
    private void Forget(CandidateSizer sizer)
    {
        Edge[] edges = _index.Edges;
        for (int candidate = List.Count - 1; candidate >= 0; candidate--)
        {
            foreach (int edge in List.Path(candidate))
            {
                if (_order[edges[edge].Pool] != 0)
                {
                    sizer.Release(List.Slot[candidate]);
                    List.RemoveAt(candidate);
                    break;
                }
            }
        }
    }

    private void MeasureAll()
    {
        for (int start = 0; start < _best.Length; start++)
        {
            _best[start].Measure(_index, _index.Starts[start].Token);
        }
    }

    private void Scan(int workers)
    {
        (int Start, int Edge)[] beginnings = Beginnings();
        CandidateSink[] sinks = new CandidateSink[workers];
        int next = -1;
        Parallel.For(0, workers, worker =>
        {
            CandidateSink sink = new(new CandidateList(_terms.HopsMax, 1_024), _terms.CandidatesMax, Prices.PerUnit);
            CycleWalk walk = new(_index, _terms.HopsMax, sink);
            for (int i = Interlocked.Increment(ref next); i < beginnings.Length; i = Interlocked.Increment(ref next))
            {
                walk.From(beginnings[i].Start, _best[beginnings[i].Start], beginnings[i].Edge);
            }

            sinks[worker] = sink;
        });
        foreach (CandidateSink sink in sinks)
        {
            _sink.Merge(sink);
        }
    }

    private (int Start, int Edge)[] Beginnings()
    {
        List<(int, int)> beginnings = [];
        for (int start = 0; start < _best.Length; start++)
        {
            int token = _index.Starts[start].Token;
            for (int edge = _index.First[token]; edge < _index.First[token + 1]; edge++)
            {
                beginnings.Add((start, edge));
            }
        }

        return [.. beginnings];
    }
}
