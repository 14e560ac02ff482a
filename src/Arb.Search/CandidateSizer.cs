using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>Exact sizes of candidates, kept while their pools and their lenders stay as they are.</summary>
internal sealed class CandidateSizer
{
    private const double FloorMargin = 1e-9;
    private const int ParallelMin = 64;

    private readonly MarketIndex _index;
    private readonly SearchTerms _terms;
    private readonly CandidateFinder _finder;
    private readonly EtherPrices _prices;
    private readonly Lenders _lenders;
    private readonly SizedTable _sizes = new();
    private readonly Worker _worker;
    private int[] _work = new int[1_024];
    private int _workCount;
    private bool _isFresh = true;
    private SearchCosts _costs;
    private double _gasPriceWei;
    private double _minProfitWei;

    public CandidateSizer(MarketIndex index, SearchTerms terms, CandidateFinder finder, EtherPrices prices)
    {
        _index = index;
        _terms = terms;
        _finder = finder;
        _prices = prices;
        _lenders = new Lenders(index.Starts.Length);
        _worker = new Worker(this);
    }

    /// <summary>By number of <see cref="CandidateDrop"/>.</summary>
    public long[] Dropped { get; } = new long[Enum.GetValues<CandidateDrop>().Length];

    public int ProfitableCount { get; private set; }

    /// <summary>All candidates are new.</summary>
    public void Forget()
    {
        _sizes.Clear();
        _isFresh = true;
    }

    /// <summary>A candidate is gone.</summary>
    public void Release(int slot)
    {
        if (slot >= 0)
        {
            _sizes.Free(slot);
        }
    }

    public void Size(ReadOnlySpan<FlashLoanTerms> loans, SearchCosts costs)
    {
        _costs = costs;
        _gasPriceWei = (double)costs.GasPriceWei;
        _minProfitWei = (double)costs.MinProfitWei;
        if (_lenders.Set(_index, loans))
        {
            ForgetUnderOldTerms();
        }

        Collect();
        int workers = _terms.Workers;
        if (_isFresh && workers > 1 && _workCount >= ParallelMin)
        {
            SizeInParallel(workers);
        }
        else
        {
            for (int i = 0; i < _workCount; i++)
            {
                _worker.Size(_work[i]);
            }
        }

        _isFresh = false;
        Count();
    }

    /// <summary>The best, as records.</summary>
    public ImmutableArray<ProfitableCycle> Take(int most)
    {
        CandidateList list = _finder.List;
        List<(UInt256 Net, int Candidate)> rows = new(ProfitableCount);
        for (int candidate = 0; candidate < list.Count; candidate++)
        {
            if (list.Slot[candidate] >= 0 && TryNet(candidate, out UInt256 net))
            {
                rows.Add((net, candidate));
            }
        }

        rows.Sort((left, right) => left.Net != right.Net ? right.Net.CompareTo(left.Net) : Compare(left.Candidate, right.Candidate));
        ImmutableArray<ProfitableCycle>.Builder best = ImmutableArray.CreateBuilder<ProfitableCycle>(Math.Min(most, rows.Count));
        for (int i = 0; i < rows.Count && i < most; i++)
        {
            best.Add(ToRecord(rows[i].Candidate, rows[i].Net));
        }

        return best.MoveToImmutable();
    }

    private void ForgetUnderOldTerms()
    {
        CandidateList list = _finder.List;
        for (int candidate = 0; candidate < list.Count; candidate++)
        {
            int slot = list.Slot[candidate];
            if (slot == CandidateList.Worthless)
            {
                list.Slot[candidate] = CandidateList.Unsized;
            }
            else if (slot >= 0 && !_lenders.Holds(list.Start[candidate], _sizes[slot].Lender, _sizes[slot].Notional))
            {
                _sizes.Free(slot);
                list.Slot[candidate] = CandidateList.Unsized;
            }
        }
    }

    /// <summary>Lists what must be sized.</summary>
    private void Collect()
    {
        CandidateList list = _finder.List;
        _workCount = 0;
        for (int candidate = 0; candidate < list.Count; candidate++)
        {
            if (list.Slot[candidate] == CandidateList.Unsized
                && _lenders.Of(list.Start[candidate]).Count > 0
                && CanReachFloor(candidate))
            {
                if (_workCount == _work.Length)
                {
                    Array.Resize(ref _work, 2 * _work.Length);
                }

                _work[_workCount++] = candidate;
            }
        }

        // What is sized for the first time writes where there is room already.
        _sizes.Reserve(_workCount);
        for (int i = 0; i < _workCount; i++)
        {
            list.Slot[_work[i]] = _sizes.Take();
        }
    }

    private bool CanReachFloor(int candidate)
    {
        CandidateList list = _finder.List;
        double perUnit = _prices.PerUnit[list.Start[candidate]];
        double floor = GasWeiNearly(candidate) + _minProfitWei;

        // A profit is at least one unit of the start token.
        double most = list.Profit[candidate] * (1 + FloorMargin);
        return perUnit > 0 && most >= 1 && most * perUnit >= floor * (1 - FloorMargin);
    }

    /// <summary>Gas of the route without a lender's own, wei, to the precision of doubles.</summary>
    private double GasWeiNearly(int candidate) => _gasPriceWei * (_terms.Gas.Fixed + _finder.List.Gas[candidate]);

    /// <summary>Gas of a sized route with its lender's own.</summary>
    private ulong GasOf(int candidate)
    {
        CandidateList list = _finder.List;
        FlashLoanTerms lender = _lenders.Of(list.Start[candidate])[_sizes[list.Slot[candidate]].Lender];
        return _terms.Gas.Fixed + list.Gas[candidate] + lender.Gas;
    }

    private void SizeInParallel(int workers)
    {
        int next = 0;
        Parallel.For(0, workers, _ =>
        {
            const int Batch = 32;
            Worker worker = new(this);
            for (int from = Interlocked.Add(ref next, Batch) - Batch; from < _workCount; from = Interlocked.Add(ref next, Batch) - Batch)
            {
                int to = Math.Min(from + Batch, _workCount);
                for (int i = from; i < to; i++)
                {
                    worker.Size(_work[i]);
                }
            }
        });
    }

    private void Count()
    {
        Array.Clear(Dropped);
        ProfitableCount = 0;
        CandidateList list = _finder.List;

        // Those without a profit gave their places back only now: sizing may have been on several threads.
        for (int i = 0; i < _workCount; i++)
        {
            int slot = list.Slot[_work[i]];
            if (_sizes[slot].Profit.IsZero)
            {
                _sizes.Free(slot);
                list.Slot[_work[i]] = CandidateList.Worthless;
            }
        }

        for (int candidate = 0; candidate < list.Count; candidate++)
        {
            int slot = list.Slot[candidate];
            if (slot >= 0 && TryNet(candidate, out _))
            {
                ProfitableCount++;
            }
            else
            {
                Dropped[(int)ReasonOf(candidate, slot)]++;
            }
        }
    }

    private CandidateDrop ReasonOf(int candidate, int slot)
    {
        if (slot == CandidateList.Worthless)
        {
            return CandidateDrop.NoProfitableSize;
        }

        int start = _finder.List.Start[candidate];
        if (!_prices[start].IsKnown)
        {
            return CandidateDrop.NoEtherPrice;
        }

        if (slot == CandidateList.Unsized && _lenders.Of(start).Count == 0)
        {
            return CandidateDrop.NotLent;
        }

        double most = slot >= 0 ? (double)_sizes[slot].Profit : _finder.List.Profit[candidate];
        return most < 1 ? CandidateDrop.NoProfitableSize
            : most * _prices.PerUnit[start] < GasWeiNearly(candidate) ? CandidateDrop.BelowGas
            : CandidateDrop.BelowFloor;
    }

    /// <summary>Profit after gas, wei; false when it does not reach the minimum.</summary>
    private bool TryNet(int candidate, out UInt256 net)
    {
        UInt256 gross = _prices[_finder.List.Start[candidate]].Of(_sizes[_finder.List.Slot[candidate]].Profit);
        return UInt256.TrySubtract(gross, _costs.GasPriceWei * GasOf(candidate), out net) && net >= _costs.MinProfitWei && !net.IsZero;
    }

    /// <summary>By start token, then by pools along the route.</summary>
    private int Compare(int left, int right)
    {
        CandidateList list = _finder.List;
        int order = list.Start[left].CompareTo(list.Start[right]);
        ReadOnlySpan<int> leftPath = list.Path(left);
        ReadOnlySpan<int> rightPath = list.Path(right);
        for (int i = 0; i < leftPath.Length && i < rightPath.Length && order == 0; i++)
        {
            order = KeyOf(leftPath[i]).CompareTo(KeyOf(rightPath[i]));

            // A pool of several tokens may be crossed in several ways; edge numbers would depend on the order of the pools.
            order = order != 0 ? order : TokenAfter(leftPath[i]).CompareTo(TokenAfter(rightPath[i]));
        }

        return order != 0 ? order : leftPath.Length.CompareTo(rightPath.Length);
    }

    private Address TokenAfter(int edge) => _index.Tokens[_index.Edges[edge].To];

    private PoolKey KeyOf(int edge) => _index.Pools[_index.Edges[edge].Pool].Listing.Key;

    private ProfitableCycle ToRecord(int candidate, UInt256 net)
    {
        CandidateList list = _finder.List;
        int start = list.Start[candidate];
        SizedCandidate size = _sizes[list.Slot[candidate]];
        ImmutableArray<Hop>.Builder hops = ImmutableArray.CreateBuilder<Hop>(list.Hops[candidate]);
        foreach (int edge in list.Path(candidate))
        {
            hops.Add(new Hop(
                _index.Pools[_index.Edges[edge].Pool].Listing,
                _index.Tokens[_index.Details[edge].From],
                _index.Tokens[_index.Edges[edge].To]));
        }

        FlashLoanTerms loan = _lenders.Of(start)[size.Lender];
        CycleQuotes quotes = _worker.Load(candidate);
        SizedCycle cycle = new(
            new Route(hops.MoveToImmutable()), CycleSizer.AmountsOf(quotes, size.Notional), loan.PremiumOf(size.Notional));
        return new ProfitableCycle(
            cycle,
            loan,
            _prices[start].Of(size.Profit),
            GasOf(candidate),
            net,
            quotes.Bound.Rate,
            _prices[start]);
    }

    /// <summary>What one thread sizes with.</summary>
    private sealed class Worker
    {
        private readonly CandidateSizer _owner;
        private readonly CycleQuotes _quotes = new();
        private readonly PoolListing[] _pools = new PoolListing[SearchTerms.HopsLimit];
        private readonly SizeSearch _search;

        public Worker(CandidateSizer owner)
        {
            _owner = owner;
            _search = new SizeSearch(_quotes);
        }

        public CycleQuotes Load(int candidate)
        {
            MarketIndex index = _owner._index;
            _quotes.Clear();
            foreach (int edge in _owner._finder.List.Path(candidate))
            {
                EdgeDetail detail = index.Details[edge];
                _pools[_quotes.Hops] = index.Pools[index.Edges[edge].Pool].Listing;
                _quotes.Add(index.ModelOf(index.Edges[edge].Pool)!, detail.TokenIn, detail.TokenOut, index.Bound(edge));
            }

            return _quotes;
        }

        /// <summary>Under each lender that can serve it; the one that leaves most after its gas, the first of equals.</summary>
        public void Size(int candidate)
        {
            CandidateList list = _owner._finder.List;
            List<FlashLoanTerms> lenders = _owner._lenders.Of(list.Start[candidate]);
            EtherPrice price = _owner._prices[list.Start[candidate]];
            UInt256 gasPrice = _owner._costs.GasPriceWei;
            Load(candidate);
            ReadOnlySpan<PoolListing> pools = _pools.AsSpan(0, _quotes.Hops);
            SizedCandidate best = default;
            for (int i = 0; i < lenders.Count; i++)
            {
                if (!lenders[i].CanServe(pools) || (!best.Profit.IsZero && CannotBeat(lenders[i], lenders[best.Lender], best.Notional)))
                {
                    continue;
                }

                if (_search.TryRun(new Lending(lenders[i]), out UInt256 notional, out UInt256 amountOut, out UInt256 profit)
                    && (best.Profit.IsZero || LenderChoice.LeavesMore(
                        price.Of(profit), lenders[i].Gas, price.Of(best.Profit), lenders[best.Lender].Gas, gasPrice)))
                {
                    best = new SizedCandidate(notional, amountOut, profit, i);
                }
            }

            _owner._sizes[list.Slot[candidate]] = best;
        }

        /// <summary>Dearer in premium and gas, and no more to lend than was needed.</summary>
        private static bool CannotBeat(FlashLoanTerms terms, FlashLoanTerms best, UInt256 notional) =>
            terms.PremiumX18 >= best.PremiumX18 && terms.Gas >= best.Gas && (notional < best.Available || terms.Available <= best.Available);
    }
}
