using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>
/// Picks who lends for a route: of those that do not conflict with it, the one whose terms leave most after premium and gas, each sized for
/// its own premium and its own funds. At equal profit the one that <see cref="Lender"/> lists first, then the one with more to lend. Pure.
/// </summary>
public static class LenderPlanner
{
    /// <summary>Plans the loan of a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="offers">Terms read at one block; those of other tokens are passed over.</param>
    /// <param name="gasPriceWei">Base fee and tip, wei.</param>
    /// <param name="size">The best size of the route under given terms, or null when none pays.</param>
    /// <param name="valueOf">What start-token raw units are worth, wei, rounded down.</param>
    public static LenderPlan Plan(
        Route route,
        IReadOnlyList<FlashLoanTerms> offers,
        UInt256 gasPriceWei,
        Func<FlashLoanTerms, SizedCycle?> size,
        Func<UInt256, UInt256> valueOf)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(size);
        ArgumentNullException.ThrowIfNull(valueOf);
        List<LenderOption> options = [];
        ImmutableArray<LenderRefusal>.Builder refusals = ImmutableArray.CreateBuilder<LenderRefusal>();
        Dictionary<UInt256, SizedCycle?> unlimited = [];
        foreach (FlashLoanTerms terms in offers.Where(terms => terms.Token == route.StartToken))
        {
            string? reason = terms.ConflictWith(route) ?? (terms.Available.IsZero ? "it has nothing to lend" : null);
            if (reason is null && SizeUnder(terms) is { } cycle)
            {
                options.Add(new LenderOption(
                    terms, cycle, (BigInteger)valueOf(cycle.GrossProfit) - ((BigInteger)gasPriceWei * terms.Gas)));
            }
            else
            {
                refusals.Add(new LenderRefusal(terms, reason ?? "no size pays under its terms"));
            }
        }

        return new LenderPlan(
            [
                .. options.OrderByDescending(static option => option.ProfitWei)
                    .ThenBy(static option => option.Terms.Lender)
                    .ThenByDescending(static option => option.Terms.Available)
                    .ThenBy(static option => option.Terms.Contract),
            ],
            refusals.ToImmutable());

        // Lenders with one premium and enough funds share a size.
        SizedCycle? SizeUnder(FlashLoanTerms terms)
        {
            if (!unlimited.TryGetValue(terms.PremiumX18, out SizedCycle? cycle))
            {
                cycle = size(terms with { Available = UInt256.MaxValue });
                unlimited.Add(terms.PremiumX18, cycle);
            }

            return cycle is null || cycle.Notional <= terms.Available ? cycle : size(terms);
        }
    }
}
