using Arb.Domain;
using Arb.Search;

namespace Arb.Engine;

/// <summary>Gas expected before anything was simulated, and the gas limit after. Pure.</summary>
public static class GasModel
{
    // Measured on the devnet's executor with a Balancer V2 loan: an upper value in steady state, since it only filters. A pair's first
    // swap in a new second after its creation writes its price sums for the first time, which costs some 40,000 more.
    private const ulong LoanAndGuard = 120_000;
    private const ulong PerHop = 75_000;

    /// <summary>What the search expects of a route, by number of <see cref="PoolFamily"/>: a pair's hop for every family so far.</summary>
    public static GasSchedule Schedule { get; } = new(LoanAndGuard, [(uint)PerHop]);

    /// <summary>Gas a cycle of that many hops is expected to use.</summary>
    public static ulong Estimate(int hops) => LoanAndGuard + ((ulong)hops * PerHop);

    /// <summary>Gas limit for a first simulation: twice the estimate.</summary>
    public static ulong SimulationLimit(int hops) => Math.Min(2 * Estimate(hops), UnsignedTransaction.GasLimitMax);

    /// <summary>Gas limit for a transaction that used <paramref name="gasUsed"/> when simulated: a quarter more (EIP-150 keeps back 1/64 per call).</summary>
    public static ulong SubmissionLimit(ulong gasUsed) => Math.Min(gasUsed + (gasUsed / 4), UnsignedTransaction.GasLimitMax);
}
