using Arb.Domain;

namespace Arb.Search;

/// <summary>What a notional costs besides itself, and how much of it there is.</summary>
/// <param name="Available">Most that can be had.</param>
/// <param name="PremiumX18">Premium as a fraction of it, 10^18 being the whole.</param>
internal readonly record struct Lending(UInt256 Available, UInt256 PremiumX18)
{
    /// <summary>Own funds without limit.</summary>
    public static Lending None => new(UInt256.MaxValue, UInt256.Zero);

    /// <summary>Repaid per unit borrowed, for bounds: never more than it is.</summary>
    public double Repaid => 1 + ((double)PremiumX18 / 1e18 * (1 - 1e-15));

    public static Lending Of(FlashLoanTerms? loan) => loan is null ? None : new Lending(loan.Available, loan.PremiumX18);

    /// <summary>Premium, rounded up as the lender rounds it.</summary>
    public UInt256 PremiumOf(in UInt256 notional) =>
        PremiumX18.IsZero ? UInt256.Zero : MulDiv.Ceiling(notional, PremiumX18, FlashLoanTerms.Whole);

    /// <summary>Out − notional − premium; false when that is not positive.</summary>
    public bool TryProfit(in UInt256 notional, in UInt256 amountOut, out UInt256 profit) =>
        UInt256.TrySubtract(amountOut, notional, out profit)
        && (PremiumX18.IsZero || UInt256.TrySubtract(profit, PremiumOf(notional), out profit))
        && !profit.IsZero;
}
