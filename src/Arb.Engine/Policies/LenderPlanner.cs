using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>A lender that can lend for a route, with what that costs.</summary>
/// <param name="Terms">Its terms.</param>
/// <param name="Premium">Premium for the notional, start-token raw units.</param>
/// <param name="CostWei">Premium and gas together, wei.</param>
public sealed record LenderOption(FlashLoanTerms Terms, UInt256 Premium, BigInteger CostWei);

/// <summary>A lender that cannot.</summary>
/// <param name="Terms">Its terms.</param>
/// <param name="Reason">Why.</param>
public sealed record LenderRefusal(FlashLoanTerms Terms, string Reason);

/// <summary>Lenders for one route and notional, best first, and why the others are not among them.</summary>
/// <param name="Options">Those that can lend, cheapest first.</param>
/// <param name="Refusals">Those that cannot, in the order offered.</param>
public sealed record LenderPlan(ImmutableArray<LenderOption> Options, ImmutableArray<LenderRefusal> Refusals)
{
    /// <summary>The choice in words: who was chosen at which cost, who comes next, who was refused and why.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; i < Options.Length; i++)
        {
            LenderOption option = Options[i];
            text.Append(i == 0 ? string.Empty : ", then ")
                .Append(Name(option.Terms))
                .Append(" (premium ").Append(option.Premium.ToString())
                .Append(", gas ").Append(option.Terms.Gas)
                .Append(", together ").Append(option.CostWei.ToString()).Append(" wei)");
        }

        text.Append(Options.IsEmpty ? "no lender" : string.Empty);
        foreach (LenderRefusal refusal in Refusals)
        {
            text.Append("; not ").Append(Name(refusal.Terms)).Append(": ").Append(refusal.Reason);
        }

        return text.ToString();
    }

    private static string Name(FlashLoanTerms terms) =>
        terms.Contract.IsZero ? terms.Lender.ToString() : $"{terms.Lender} {terms.Contract}";
}

/// <summary>
/// Picks who lends: of those that do not conflict with the route and have enough, the one whose premium and gas cost least; at equal cost
/// the one that <see cref="Lender"/> lists first, then the one with more to lend. Pure.
/// </summary>
public static class LenderPlanner
{
    /// <summary>Plans the loan of a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="notional">What is borrowed, start-token raw units.</param>
    /// <param name="offers">Terms read at one block; those of other tokens are passed over.</param>
    /// <param name="gasPriceWei">Base fee and tip, wei.</param>
    /// <param name="valueOf">What start-token raw units are worth, wei.</param>
    public static LenderPlan Plan(
        Route route,
        UInt256 notional,
        IReadOnlyList<FlashLoanTerms> offers,
        UInt256 gasPriceWei,
        Func<UInt256, BigInteger> valueOf)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(valueOf);
        List<LenderOption> options = [];
        ImmutableArray<LenderRefusal>.Builder refusals = ImmutableArray.CreateBuilder<LenderRefusal>();
        foreach (FlashLoanTerms terms in offers.Where(terms => terms.Token == route.StartToken))
        {
            string? reason = terms.ConflictWith(route)
                ?? (terms.Available < notional ? $"it has {terms.Available} of the {notional} needed" : null);
            if (reason is not null)
            {
                refusals.Add(new LenderRefusal(terms, reason));
                continue;
            }

            UInt256 premium = terms.PremiumOf(notional);
            options.Add(new LenderOption(terms, premium, valueOf(premium) + ((BigInteger)gasPriceWei * terms.Gas)));
        }

        return new LenderPlan(
            [
                .. options.OrderBy(static option => option.CostWei)
                    .ThenBy(static option => option.Terms.Lender)
                    .ThenByDescending(static option => option.Terms.Available)
                    .ThenBy(static option => option.Terms.Contract),
            ],
            refusals.ToImmutable());
    }
}
