using System.Numerics;
using Arb.Domain;

namespace Arb.Search;

/// <summary>What a notional costs besides itself, and how much of it there is.</summary>
/// <param name="Loan">Terms of the flash loan; null for own funds without limit.</param>
internal readonly record struct LoanCost(FlashLoanTerms? Loan)
{
    /// <summary>Denominator of <see cref="Repaid"/>.</summary>
    public static BigInteger Whole { get; } = FlashLoanTerms.Whole;

    /// <summary>Repaid per <see cref="Whole"/> borrowed, before rounding.</summary>
    public BigInteger Repaid => Loan is null ? Whole : Whole + Loan.PremiumX18;

    /// <summary>Most that can be borrowed.</summary>
    public UInt256 Available => Loan?.Available ?? UInt256.MaxValue;

    /// <summary>Premium, rounded up as the lender rounds it.</summary>
    public UInt256 PremiumOf(UInt256 notional) => Loan is null ? UInt256.Zero : Loan.PremiumOf(notional);

    /// <summary>Out − notional − premium; false when that is not positive.</summary>
    public bool TryProfit(UInt256 notional, UInt256 amountOut, out UInt256 profit) =>
        UInt256.TrySubtract(amountOut, notional, out profit)
        && UInt256.TrySubtract(profit, PremiumOf(notional), out profit)
        && !profit.IsZero;
}
