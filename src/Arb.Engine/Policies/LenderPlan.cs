using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>A lender that can lend for a route.</summary>
/// <param name="Terms">Its terms.</param>
/// <param name="Cycle">The route sized under them.</param>
/// <param name="ProfitWei">Gross profit less the gas of the loan, wei.</param>
public sealed record LenderOption(FlashLoanTerms Terms, SizedCycle Cycle, BigInteger ProfitWei);

/// <summary>A lender that cannot.</summary>
/// <param name="Terms">Its terms.</param>
/// <param name="Reason">Why.</param>
public sealed record LenderRefusal(FlashLoanTerms Terms, string Reason);

/// <summary>Lenders for one route, best first, and why the others are not among them.</summary>
/// <param name="Options">Those that can lend; the first is the choice, the next is what it falls back to.</param>
/// <param name="Refusals">Those that cannot, in the order offered.</param>
public sealed record LenderPlan(ImmutableArray<LenderOption> Options, ImmutableArray<LenderRefusal> Refusals)
{
    /// <summary>The choice in words: who was chosen and what it costs, who comes next, who was refused and why.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (LenderOption option in Options)
        {
            text.Append(text.Length == 0 ? string.Empty : ", then ")
                .Append(Name(option.Terms))
                .Append(" (premium ").Append(option.Cycle.Premium.ToString())
                .Append(", ").Append(option.Terms.Gas)
                .Append(" gas, leaves ").Append(option.ProfitWei.ToString()).Append(" wei)");
        }

        text.Append(text.Length == 0 ? "no lender" : string.Empty);
        foreach (LenderRefusal refusal in Refusals)
        {
            text.Append("; not ").Append(Name(refusal.Terms)).Append(": ").Append(refusal.Reason);
        }

        return text.ToString();
    }

    private static string Name(FlashLoanTerms terms) =>
        terms.Contract.IsZero ? terms.Lender.ToString() : $"{terms.Lender} {terms.Contract}";
}
