using Arb.Domain;

namespace Arb.Search;

/// <summary>A sized cycle with what it is worth at one block.</summary>
/// <param name="Cycle">Route and exact amounts.</param>
/// <param name="Loan">The lender's terms that leave most; null where the start token has none and own funds were assumed.</param>
/// <param name="GrossProfitWei">Gross profit valued in ether, wei, rounded down (see <see cref="EtherPrice"/>).</param>
/// <param name="Gas">Expected gas, the lender's own among it.</param>
/// <param name="NetProfitWei">Gross profit − gas · gas price, wei; the coinbase payment is not out yet.</param>
/// <param name="MarginalRate">Product of its prices after fees at no size, start token out per start token in; ranks and filters only.</param>
/// <param name="Price">What the start token was valued at.</param>
public sealed record ProfitableCycle(
    SizedCycle Cycle, FlashLoanTerms? Loan, UInt256 GrossProfitWei, ulong Gas, UInt256 NetProfitWei, double MarginalRate, EtherPrice Price);

/// <summary>What a unit of a start token is worth: <paramref name="Wei"/> for <paramref name="Units"/> raw units, as a real pool pays it.</summary>
/// <param name="Wei">Wei received.</param>
/// <param name="Units">Raw units sold for it; 0 where no pool prices the token.</param>
public readonly record struct EtherPrice(UInt256 Wei, UInt256 Units)
{
    /// <summary>Whether some pool prices the token.</summary>
    public bool IsKnown => !Units.IsZero;

    /// <summary>An amount's value, wei, rounded down; 0 where no pool prices it.</summary>
    public UInt256 Of(UInt256 amount) => !IsKnown ? UInt256.Zero : Wei == Units ? amount : MulDiv.Floor(amount, Wei, Units);
}

/// <summary>Candidates by what became of them. Every candidate is in exactly one of these, or among the profitable cycles.</summary>
public enum CandidateDrop
{
    /// <summary>Its profit, or the upper bound of it, does not reach its gas.</summary>
    BelowGas,

    /// <summary>Its profit, or the upper bound of it, reaches its gas but not the minimum beyond.</summary>
    BelowFloor,

    /// <summary>Sized; rounding or the loan premium leaves no notional with a profit.</summary>
    NoProfitableSize,

    /// <summary>Nobody lends its start token.</summary>
    NotLent,

    /// <summary>No pool says what its start token is worth in ether.</summary>
    NoEtherPrice,

    /// <summary>Beyond <see cref="SearchTerms.CandidatesMax"/>.</summary>
    BeyondMemory,
}

/// <summary>A pool that changed.</summary>
/// <param name="Pool">Its position among the pools the search was built with.</param>
/// <param name="Model">Its arithmetic from now on; null takes it out.</param>
public readonly record struct PoolChange(int Pool, IPoolModel? Model);
