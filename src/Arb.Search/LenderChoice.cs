using Arb.Domain;

namespace Arb.Search;

/// <summary>Which of two lenders leaves more.</summary>
internal static class LenderChoice
{
    /// <summary>Whether the first profit less its lender's gas is above the second less its own.</summary>
    public static bool LeavesMore(UInt256 profitWei, ulong gas, UInt256 otherWei, ulong otherGas, UInt256 gasPriceWei) =>
        profitWei + (gasPriceWei * otherGas) > otherWei + (gasPriceWei * gas);
}
