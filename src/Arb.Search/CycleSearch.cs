using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Finds every cycle that pays and sizes it exactly, over pools of all families and any set of start tokens. It keeps what it found:
/// a block costs only the cycles through pools that changed. Not for several threads at once.
/// </summary>
/// <remarks>
/// Phases, in order: <see cref="Build"/> once for a set of pools, <see cref="FindAll"/> for every candidate, <see cref="Size"/> for
/// their exact amounts, <see cref="Take"/> for the best as records. Then for each block <see cref="Apply"/>, <see cref="Size"/> and
/// <see cref="Take"/>; the first two allocate nothing once their arrays have grown. <see cref="Run"/> does whatever of this a snapshot
/// needs.
/// </remarks>
public sealed class CycleSearch
{
    private MarketIndex? _index;
    private CandidateFinder? _finder;
    private CandidateSizer? _sizer;

    /// <summary>A search without pools yet.</summary>
    /// <exception cref="ArgumentException">The terms are out of range.</exception>
    public CycleSearch(SearchTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        terms.Validate();
        Terms = terms;
    }

    /// <summary>What it looks for.</summary>
    public SearchTerms Terms { get; }

    /// <summary>Pools given to <see cref="Build"/>.</summary>
    public int PoolCount => _index?.Pools.Length ?? 0;

    /// <summary>Different tokens in them.</summary>
    public int TokenCount => _index?.Tokens.Length ?? 0;

    /// <summary>Cycles whose marginal rate after fees is above 1 (to 10^-12): the candidates, kept or not.</summary>
    public long CandidateCount => _finder?.Total ?? 0;

    /// <summary>Cycles at or above gas and minimum profit after the last <see cref="Size"/>.</summary>
    public int ProfitableCount => _sizer?.ProfitableCount ?? 0;

    /// <summary>
    /// Every cycle of 2 to <paramref name="hopsMax"/> hops that some notional makes profitable before gas, sized under its start
    /// token's best loan; greatest value in ether first. The first start token counts as wrapped ether.
    /// </summary>
    /// <param name="snapshot">Pools and loan terms at one block. A start token without loan terms cannot be borrowed: no cycle starts there.</param>
    /// <param name="startTokens">Where cycles start.</param>
    /// <param name="hopsMax">Most hops.</param>
    /// <exception cref="ArgumentException">A pool occurs twice in the snapshot, or a parameter is out of range.</exception>
    public static ImmutableArray<SizedCycle> FindProfitable(
        MarketSnapshot snapshot, IReadOnlyList<Address> startTokens, int hopsMax)
    {
        ArgumentNullException.ThrowIfNull(startTokens);
        CycleSearch search = new(
            new SearchTerms { StartTokens = [.. startTokens], WrappedEther = startTokens[0], HopsMax = hopsMax, Workers = 1 });
        search.Run(snapshot, default);
        return [.. search.Take(int.MaxValue).Select(static cycle => cycle.Cycle)];
    }

    /// <summary>Indexes pools, in the order given, and forgets everything before.</summary>
    /// <exception cref="ArgumentException">A pool occurs twice.</exception>
    public void Build(ImmutableArray<SnapshotPool> pools)
    {
        _index = IndexBuilder.Build(pools, Terms);
        EtherPrices prices = new(_index, Terms.WrappedEther);
        _finder = new CandidateFinder(_index, Terms, prices);
        _sizer = new CandidateSizer(_index, Terms, _finder, prices);
    }

    /// <summary>Finds every candidate of the market as it is.</summary>
    public void FindAll()
    {
        RequireIndex();
        _finder.FindAll();
        _sizer.Forget();
    }

    /// <summary>Takes changed pools: candidates through them are forgotten and found anew, all others stay.</summary>
    public void Apply(ReadOnlySpan<PoolChange> changes)
    {
        RequireIndex();
        if (!_finder.TryApply(changes, _sizer))
        {
            FindAll();
        }
    }

    /// <summary>Sizes the candidates that could reach the floor and are not sized yet.</summary>
    /// <param name="loans">Terms of every lender; several for a token compete. A start token without any is not lent.</param>
    /// <param name="costs">Gas price and minimum profit.</param>
    public void Size(ReadOnlySpan<FlashLoanTerms> loans, SearchCosts costs)
    {
        RequireIndex();
        _sizer.Size(loans, costs);
    }

    /// <summary>The best cycles: by net profit, greatest first, then by start token and pools along the route.</summary>
    /// <param name="most">Most to return.</param>
    public ImmutableArray<ProfitableCycle> Take(int most)
    {
        RequireIndex();
        return _sizer.Take(most);
    }

    /// <summary>Why candidates are not among the profitable cycles, after the last <see cref="Size"/>.</summary>
    public long Dropped(CandidateDrop reason) => reason == CandidateDrop.BeyondMemory
        ? CandidateCount - (_finder?.List.Count ?? 0)
        : _sizer?.Dropped[(int)reason] ?? 0;

    /// <summary>What a start token is worth in ether, after <see cref="Build"/> or the last <see cref="Apply"/>.</summary>
    public EtherPrice PriceOf(Address startToken)
    {
        RequireIndex();
        int start = Array.FindIndex(_index.Starts, token => token.Address == startToken);
        return start < 0 ? default : _finder.Prices[start];
    }

    /// <summary>
    /// Brings the search to a snapshot and sizes: builds the index when there are pools that it does not know, else applies what changed
    /// (a model that is another object, a pool that is no longer there).
    /// </summary>
    /// <returns>Whether the index was kept.</returns>
    public bool Run(MarketSnapshot snapshot, SearchCosts costs)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        List<PoolChange> changes = [];
        bool kept = _index is not null && TryChanges(_index, snapshot.Pools, changes);
        if (kept)
        {
            Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(changes));
        }
        else
        {
            Build(snapshot.Pools);
            FindAll();
        }

        Size(snapshot.Loans.AsSpan(), costs);
        return kept;
    }

    private static bool TryChanges(MarketIndex index, ImmutableArray<SnapshotPool> pools, List<PoolChange> changes)
    {
        // Both in the same order: pools that cannot be read are missing from a snapshot, new ones are somewhere in it.
        int at = 0;
        for (int known = 0; known < index.Pools.Length; known++)
        {
            PoolListing listing = index.Pools[known].Listing;
            IPoolModel? model = null;
            if (at < pools.Length && (ReferenceEquals(pools[at].Listing, listing) || pools[at].Listing == listing))
            {
                model = pools[at++].Model;
            }

            if (!ReferenceEquals(model, index.ModelOf(known)))
            {
                changes.Add(new PoolChange(known, model));
            }
        }

        return at == pools.Length;
    }

    [MemberNotNull(nameof(_index), nameof(_finder), nameof(_sizer))]
    private void RequireIndex()
    {
        if (_index is null || _finder is null || _sizer is null)
        {
            throw new InvalidOperationException("There are no pools yet: Build comes first.");
        }
    }
}
