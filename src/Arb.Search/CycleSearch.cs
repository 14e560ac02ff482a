using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Finds every cycle that pays and sizes it exactly, over pools of all families and any set of start tokens. It keeps what it found:
/// a block costs only the cycles through pools that changed. Not for several threads at once.
/// </summary>
/// <remarks>
/// Phases, in order: <see cref="Build"/> once for a set of pools, <see cref="FindAll"/> for every candidate, <see cref="Size"/> for
/// their exact amounts, <see cref="Take"/> for the best as records. Then for each block <see cref="Apply"/>, <see cref="Size"/> and
/// <see cref="Take"/>; the first two allocate nothing. <see cref="Run"/> does whatever of this a snapshot needs.
/// </remarks>
public sealed class CycleSearch
{
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
    public int PoolCount { get; private set; }

    /// <summary>Different tokens in them.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Cycles whose marginal rate after fees is above 1: the candidates, kept or not.</summary>
    public long CandidateCount { get; private set; }

    /// <summary>Cycles above gas and minimum profit after the last <see cref="Size"/>.</summary>
    public int ProfitableCount { get; private set; }

    /// <summary>Indexes pools, in the order given, and forgets everything before.</summary>
    /// <exception cref="ArgumentException">A pool occurs twice.</exception>
    public void Build(ImmutableArray<SnapshotPool> pools) => throw new NotImplementedException();

    /// <summary>Finds every candidate of the market as it is.</summary>
    public void FindAll() => throw new NotImplementedException();

    /// <summary>Takes changed pools: candidates through them are forgotten and found anew, all others stay.</summary>
    public void Apply(ReadOnlySpan<PoolChange> changes) => throw new NotImplementedException();

    /// <summary>Sizes the candidates that could reach the floor and are not sized yet.</summary>
    /// <param name="loans">Terms of every lender; several for a token compete. A start token without any is not lent.</param>
    /// <param name="costs">Gas price and minimum profit.</param>
    public void Size(ReadOnlySpan<FlashLoanTerms> loans, SearchCosts costs) => throw new NotImplementedException();

    /// <summary>The best cycles: by net profit, greatest first, then by start token and pools along the route.</summary>
    /// <param name="most">Most to return.</param>
    public ImmutableArray<ProfitableCycle> Take(int most) => throw new NotImplementedException();

    /// <summary>Why candidates are not among the profitable cycles, after the last <see cref="Size"/>.</summary>
    public long Dropped(CandidateDrop reason) => throw new NotImplementedException();

    /// <summary>What a start token is worth in ether, after <see cref="Build"/> or the last <see cref="Apply"/>.</summary>
    public EtherPrice PriceOf(Address startToken) => throw new NotImplementedException();

    /// <summary>
    /// Brings the search to a snapshot and sizes: builds the index when the pools are others than before, else applies those whose
    /// model is another object.
    /// </summary>
    /// <returns>Whether the index was kept.</returns>
    public bool Run(MarketSnapshot snapshot, SearchCosts costs) => throw new NotImplementedException();
}
