namespace Arb.Domain;

/// <summary>What a lender offers for one token at one block, read from chain.</summary>
/// <param name="Token">Token lent.</param>
/// <param name="Available">Raw units it can lend.</param>
/// <param name="PremiumX18">Premium as a fraction of the loan, scaled by 10^18 (Balancer V2's scale).</param>
public sealed record FlashLoanTerms(Address Token, UInt256 Available, UInt256 PremiumX18)
{
    /// <summary>10^18.</summary>
    public static UInt256 Whole => 1_000_000_000_000_000_000UL;

    /// <summary>Gas that borrowing and repaying adds to a route's own.</summary>
    public ulong Gas { get; init; }

    /// <summary>Premium for a loan, raw units, rounded up as Balancer V2's <c>FlashLoans</c> rounds it.</summary>
    public UInt256 PremiumOf(UInt256 loan) => MulDiv.Ceiling(loan, PremiumX18, Whole);
}
