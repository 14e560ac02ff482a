using System.Collections.Immutable;
using Arb.Domain;
using Arb.Search;

namespace Arb.Engine;

/// <summary>What a search found in one snapshot.</summary>
/// <param name="Cycles">The best cycles above gas and minimum profit, best first.</param>
/// <param name="Candidates">Cycles that pay at no size, before costs and unsized.</param>
/// <param name="Dropped">The other candidates, by reason.</param>
/// <param name="IsWarm">The index of an earlier snapshot served: only what changed was searched.</param>
public sealed record SearchFindings(
    ImmutableArray<ProfitableCycle> Cycles, long Candidates, ImmutableSortedDictionary<string, int> Dropped, bool IsWarm);

/// <summary>
/// The search of an instance: warm, it holds the index of the last snapshot and follows what changed; cold, or when pools are new, it
/// builds one. What it finds is the same either way.
/// </summary>
public sealed class MarketSearch
{
    /// <summary>Most cycles handed on: more than a round could publish, and enough to price anew what shares pools.</summary>
    public const int CyclesMax = 512;

    private readonly Lock _gate = new();
    private CycleSearch? _search;

    /// <summary>Searches a snapshot under a policy's limits.</summary>
    public SearchFindings Run(MarketSnapshot snapshot, GasPrice gas, TradingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(gas);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(policy);
        lock (_gate)
        {
            if (_search is null || !IsFor(_search.Terms, policy))
            {
                _search = new CycleSearch(TermsOf(policy));
            }

            SearchCosts costs = new(gas.PerGasWei, policy.MinProfitWei);
            bool isWarm = _search.Run(snapshot, costs);
            return new SearchFindings(_search.Take(CyclesMax), _search.CandidateCount, Drops(_search), isWarm);
        }
    }

    private static SearchTerms TermsOf(TradingPolicy policy) => new()
    {
        StartTokens = policy.StartTokens,
        WrappedEther = policy.WrappedEther,
        HopsMax = policy.HopsMax,
        Gas = GasModel.Schedule,
    };

    private static bool IsFor(SearchTerms terms, TradingPolicy policy) =>
        terms.HopsMax == policy.HopsMax
        && terms.WrappedEther == policy.WrappedEther
        && terms.StartTokens.AsSpan().SequenceEqual(policy.StartTokens.AsSpan());

    private static ImmutableSortedDictionary<string, int> Drops(CycleSearch search)
    {
        ImmutableSortedDictionary<string, int>.Builder drops = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (CandidateDrop drop in Enum.GetValues<CandidateDrop>())
        {
            Add(drops, ReasonOf(drop), search.Dropped(drop));
        }

        Add(drops, RefusalReason.BeyondPublishLimit, Math.Max(0, search.ProfitableCount - CyclesMax));
        return drops.ToImmutable();
    }

    private static void Add(ImmutableSortedDictionary<string, int>.Builder drops, RefusalReason reason, long count)
    {
        if (count > 0)
        {
            string name = reason.ToString();
            drops[name] = (int)Math.Min(drops.GetValueOrDefault(name) + count, int.MaxValue);
        }
    }

    private static RefusalReason ReasonOf(CandidateDrop drop) => drop switch
    {
        CandidateDrop.BelowGas => RefusalReason.GasAboveProfit,
        CandidateDrop.NoProfitableSize => RefusalReason.NoProfitableSize,
        CandidateDrop.NotLent => RefusalReason.LoanUnavailable,
        CandidateDrop.NoEtherPrice => RefusalReason.NoEtherPrice,
        CandidateDrop.BeyondMemory => RefusalReason.BeyondSearchMemory,
        _ => RefusalReason.BelowProfitFloor,
    };
}
