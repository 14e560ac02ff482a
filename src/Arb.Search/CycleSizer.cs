using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Finds the notional with the greatest profit after the flash loan premium. The unrounded cycle is one Möbius map whose optimum is
/// in closed form; exact integers then settle what rounding makes of it.
/// </summary>
/// <remarks>
/// Rounded profit is a sawtooth under that smooth curve: a token with few decimals lets a range of notionals buy the same amount.
/// Two facts make it searchable. The best notional is the least that gives its output, so it is found by walking the amounts at any
/// one position of the route, best the one with the coarsest token. And it lies where the smooth curve is not below the best rounded
/// profit known: a range with exact ends that shrinks as the best grows. When the walk out from the smooth optimum reaches both ends
/// the result is proven; where it would be too long (several coarse tokens, or none) it stops within one unit of each token on the
/// route.
/// </remarks>
public static class CycleSizer
{
    /// <summary>Most amounts tried one by one for a proven optimum.</summary>
    private const int ScanMax = 2048;

    /// <summary>Sizes a cycle.</summary>
    /// <param name="route">The cycle.</param>
    /// <param name="pools">Arithmetic of at least its pools.</param>
    /// <param name="loan">Terms the notional is borrowed on, in the start token; null for own funds without limit.</param>
    /// <param name="cycle">
    /// Notional, amounts and premium with the greatest profit, the notional being the least for its output; null when none profits.
    /// </param>
    /// <returns>Whether out − notional − premium is positive.</returns>
    /// <exception cref="ArgumentException">A pool is missing, or the loan is in another token.</exception>
    public static bool TrySize(
        Route route,
        IReadOnlyDictionary<PoolKey, IPoolModel> pools,
        FlashLoanTerms? loan,
        [NotNullWhen(true)] out SizedCycle? cycle) =>
        TrySize(route, pools, loan, ScanMax, out cycle, out _);

    /// <inheritdoc cref="TrySize(Route, IReadOnlyDictionary{PoolKey, IPoolModel}, FlashLoanTerms?, out SizedCycle?)"/>
    /// <param name="route">The cycle.</param>
    /// <param name="pools">State of its pools.</param>
    /// <param name="loan">Loan terms.</param>
    /// <param name="scanMax">Most amounts tried one by one.</param>
    /// <param name="cycle">Result.</param>
    /// <param name="proven">Whether no other notional can profit more.</param>
    internal static bool TrySize(
        Route route,
        IReadOnlyDictionary<PoolKey, IPoolModel> pools,
        FlashLoanTerms? loan,
        int scanMax,
        [NotNullWhen(true)] out SizedCycle? cycle,
        out bool proven)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(pools);
        if (loan is not null && loan.Token != route.StartToken)
        {
            throw new ArgumentException($"The loan is in {loan.Token}, the route starts from {route.StartToken}.", nameof(loan));
        }

        cycle = null;
        proven = true;
        if (!CycleQuotes.TryCreate(route, pools, out CycleQuotes quotes))
        {
            return false;
        }

        LoanCost cost = new(loan);
        SizeSearch search = new(quotes, cost);
        if (!search.TryRun(scanMax, out UInt256 notional, out proven))
        {
            return false;
        }

        if (!quotes.TryAmounts(notional, out ImmutableArray<UInt256> amounts))
        {
            ThrowUnquotable(route, notional);
        }

        cycle = new SizedCycle(route, amounts, cost.PremiumOf(notional));
        return true;
    }

    [DoesNotReturn]
    private static void ThrowUnquotable(Route route, UInt256 notional) =>
        throw new InvalidOperationException($"{notional} was found for {route} but cannot be quoted: the search is wrong.");
}
