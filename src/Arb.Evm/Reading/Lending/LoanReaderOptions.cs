using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Where loan terms are read.</summary>
/// <param name="Multicall3">Multicall3; at 0xcA11bde05977b3631167028862bE2a173976CA11 on most chains.</param>
/// <param name="Lenders">Lenders that may be asked.</param>
public sealed record LoanReaderOptions(Address Multicall3, ImmutableArray<LenderOptions> Lenders);

/// <summary>One lender.</summary>
/// <param name="Lender">Its kind.</param>
/// <param name="Contract">Contract that is asked: vault, manager, pool or pair.</param>
public sealed record LenderOptions(Lender Lender, Address Contract)
{
    /// <summary>Swap fee of a Uniswap V2 pair, which does not say it itself.</summary>
    public FeePips PairFee { get; init; } = new(3_000);
}
