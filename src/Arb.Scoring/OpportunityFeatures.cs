using System.Numerics;
using Arb.Domain;

namespace Arb.Scoring;

/// <summary>What a scorer may know of an opportunity. Amounts are exact; a scorer may turn them into floats, for its score only.</summary>
/// <param name="NetProfitWei">Gross − gas − coinbase payment, wei; may be negative.</param>
/// <param name="GrossProfitWei">Out − in − flash loan premium, wei.</param>
/// <param name="GasCostWei">Expected gas × gas price, wei.</param>
/// <param name="Hops">Swaps of the cycle.</param>
/// <param name="NotionalWei">Start token put in, wei.</param>
public sealed record OpportunityFeatures(
    BigInteger NetProfitWei,
    UInt256 GrossProfitWei,
    UInt256 GasCostWei,
    int Hops,
    UInt256 NotionalWei)
{
    /// <summary>How far the cycle's marginal rate lies above 1, basis points, rounded down; 0 when nobody measured it.</summary>
    public int SpreadBasisPoints { get; init; }
}
