using Arb.Domain;

namespace Arb.Search;

/// <summary>What a notional costs besides itself, and how much of it there is.</summary>
/// <param name="Terms">The lender's terms; null for own funds without limit.</param>
internal readonly record struct Lending(FlashLoanTerms? Terms)
{
    /// <summary>Most that can be had.</summary>
    public UInt256 Available => Terms?.Available ?? UInt256.MaxValue;

    /// <summary>Repaid per unit borrowed, for bounds: never more than it is.</summary>
    public double Repaid => Terms is null ? 1 : 1 + ((double)Terms.PremiumX18 / 1e18 * (1 - 1e-15));

    /// <summary>Premium, rounded as the lender rounds it.</summary>
    public UInt256 PremiumOf(in UInt256 notional) =>
        Terms is null || Terms.PremiumX18.IsZero ? UInt256.Zero : Terms.PremiumOf(notional);

    /// <summary>Out − notional − premium; false when that is not positive.</summary>
    public bool TryProfit(in UInt256 notional, in UInt256 amountOut, out UInt256 profit) =>
        UInt256.TrySubtract(amountOut, notional, out profit)
        && UInt256.TrySubtract(profit, PremiumOf(notional), out profit)
        && !profit.IsZero;
}
