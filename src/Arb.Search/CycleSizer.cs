using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Arb.Domain;

namespace Arb.Search;

/// <summary>Sizes one route of pools of any families: the notional with the greatest profit after the flash loan premium, exact.</summary>
public static class CycleSizer
{
    /// <summary>Sizes a cycle.</summary>
    /// <param name="route">The cycle.</param>
    /// <param name="models">Arithmetic of at least its pools.</param>
    /// <param name="loan">Terms the notional is borrowed on, in the start token; null for own funds without limit.</param>
    /// <param name="cycle">
    /// Notional, amounts and premium with the greatest profit, the notional being the least for its output; null when none profits.
    /// </param>
    /// <returns>Whether out − notional − premium is positive.</returns>
    /// <exception cref="ArgumentException">A pool is missing, the route is too long, or the loan is in another token.</exception>
    public static bool TrySize(
        Route route,
        IReadOnlyDictionary<PoolKey, IPoolModel> models,
        FlashLoanTerms? loan,
        [NotNullWhen(true)] out SizedCycle? cycle) =>
        TrySize(route, models, loan, out cycle, out _);

    /// <summary>Sizes a cycle under the terms that leave most: of several lenders for its start token, the best.</summary>
    /// <param name="route">The cycle.</param>
    /// <param name="models">Arithmetic of at least its pools.</param>
    /// <param name="loans">Every lender's terms; others' tokens are passed over.</param>
    /// <param name="price">What the start token is worth.</param>
    /// <param name="gasPriceWei">Wei per gas, to weigh what each lender's own gas costs.</param>
    /// <param name="cycle">The best size.</param>
    /// <param name="loan">Whose terms it is under.</param>
    /// <returns>Whether some lender leaves a profit.</returns>
    public static bool TrySizeBest(
        Route route,
        IReadOnlyDictionary<PoolKey, IPoolModel> models,
        IReadOnlyCollection<FlashLoanTerms> loans,
        EtherPrice price,
        UInt256 gasPriceWei,
        [NotNullWhen(true)] out SizedCycle? cycle,
        [NotNullWhen(true)] out FlashLoanTerms? loan)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(loans);
        cycle = null;
        loan = null;
        foreach (FlashLoanTerms terms in loans)
        {
            if (terms.ConflictWith(route) is null
                && TrySize(route, models, terms, out SizedCycle? sized)
                && (cycle is null || loan is null || LenderChoice.LeavesMore(
                    price.Of(sized.GrossProfit), terms.Gas, price.Of(cycle.GrossProfit), loan.Gas, gasPriceWei)))
            {
                (cycle, loan) = (sized, terms);
            }
        }

        return cycle is not null && loan is not null;
    }

    /// <summary>Product of a route's prices after fees at no size, start token out per start token in; ranks and filters only.</summary>
    /// <param name="route">The cycle.</param>
    /// <param name="models">Arithmetic of at least its pools.</param>
    /// <exception cref="ArgumentException">A pool is missing.</exception>
    public static double MarginalRate(Route route, IReadOnlyDictionary<PoolKey, IPoolModel> models)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(models);
        return Load(route, models).Bound.Rate;
    }

    /// <inheritdoc cref="TrySize(Route, IReadOnlyDictionary{PoolKey, IPoolModel}, FlashLoanTerms?, out SizedCycle?)"/>
    /// <param name="route">The cycle.</param>
    /// <param name="models">Arithmetic of its pools.</param>
    /// <param name="loan">Loan terms.</param>
    /// <param name="cycle">Result.</param>
    /// <param name="isProven">Whether no other notional can profit more.</param>
    internal static bool TrySize(
        Route route,
        IReadOnlyDictionary<PoolKey, IPoolModel> models,
        FlashLoanTerms? loan,
        [NotNullWhen(true)] out SizedCycle? cycle,
        out bool isProven)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(models);
        if (loan is not null && loan.Token != route.StartToken)
        {
            throw new ArgumentException($"The loan is in {loan.Token}, the route starts from {route.StartToken}.", nameof(loan));
        }

        if (route.Hops.Length > SearchTerms.HopsLimit)
        {
            throw new ArgumentException($"A route of {route.Hops.Length} hops is longer than {SearchTerms.HopsLimit}.", nameof(route));
        }

        cycle = null;
        CycleQuotes quotes = Load(route, models);
        SizeSearch search = new(quotes);
        Lending lending = new(loan);
        bool profits = search.TryRun(lending, out UInt256 notional, out _, out _);
        isProven = search.IsProven;
        if (profits)
        {
            cycle = new SizedCycle(route, AmountsOf(quotes, notional), lending.PremiumOf(notional));
        }

        return cycle is not null;
    }

    /// <summary>Notional, then the output of each hop.</summary>
    internal static ImmutableArray<UInt256> AmountsOf(CycleQuotes quotes, UInt256 notional)
    {
        ImmutableArray<UInt256>.Builder amounts = ImmutableArray.CreateBuilder<UInt256>(quotes.Hops + 1);
        amounts.Add(notional);
        for (int i = 0; i < quotes.Hops; i++)
        {
            if (quotes.Forward(i, i + 1, amounts[i], out UInt256 next) != Passage.Through)
            {
                ThrowUnquotable(notional, i);
            }

            amounts.Add(next);
        }

        return amounts.MoveToImmutable();
    }

    private static CycleQuotes Load(Route route, IReadOnlyDictionary<PoolKey, IPoolModel> models)
    {
        CycleQuotes quotes = new();
        quotes.Clear();
        foreach (Hop hop in route.Hops)
        {
            if (!models.TryGetValue(hop.Pool.Key, out IPoolModel? model))
            {
                throw new ArgumentException($"Pool {hop.Pool.Key} of the route is not among the pools given.", nameof(models));
            }

            quotes.Add(model, hop.IndexIn, hop.IndexOut, PoolBounds.Of(model, hop.IndexIn, hop.IndexOut));
        }

        return quotes;
    }

    [DoesNotReturn]
    private static void ThrowUnquotable(UInt256 notional, int hop) =>
        throw new InvalidOperationException($"{notional} was found but hop {hop} cannot be quoted: the search is wrong.");
}
