using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>Finds and sizes in one call.</summary>
public static class CycleSearch
{
    /// <summary>
    /// Every simple cycle of 2 to <paramref name="hopsMax"/> hops that some notional makes profitable before gas, sized for the
    /// greatest profit after the flash loan premium.
    /// </summary>
    /// <param name="snapshot">Pools and loan terms at one block. A start token without loan terms cannot be borrowed: no cycle starts there.</param>
    /// <param name="startTokens">Where cycles start.</param>
    /// <param name="hopsMax">Most hops, 2 to 4.</param>
    /// <returns>By start token in the order given, then by pool addresses along the route.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hopsMax"/> is out of range.</exception>
    /// <exception cref="ArgumentException">A pool occurs twice in the snapshot.</exception>
    public static ImmutableArray<SizedCycle> FindProfitable(MarketSnapshot snapshot, IReadOnlyList<Address> startTokens, int hopsMax)
    {
        ImmutableArray<Candidate> candidates = CycleFinder.Find(snapshot, startTokens, hopsMax);
        Dictionary<PoolKey, IPoolModel> pools = snapshot.Pools.ToDictionary(p => p.Listing.Key, p => p.Model);
        Dictionary<Address, FlashLoanTerms> loans = [];
        foreach (FlashLoanTerms loan in snapshot.Loans)
        {
            loans.TryAdd(loan.Token, loan);
        }

        ImmutableArray<SizedCycle>.Builder sized = ImmutableArray.CreateBuilder<SizedCycle>();
        foreach (Candidate candidate in candidates)
        {
            if (loans.TryGetValue(candidate.Route.StartToken, out FlashLoanTerms? loan)
                && CycleSizer.TrySize(candidate.Route, pools, loan, out SizedCycle? cycle))
            {
                sized.Add(cycle);
            }
        }

        return sized.ToImmutable();
    }
}
