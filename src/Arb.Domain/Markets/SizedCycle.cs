using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>A cycle with its notional and every amount along it at one block, exact.</summary>
/// <param name="Route">The cycle.</param>
/// <param name="Amounts">Notional, then the output of each hop: one more than hops.</param>
/// <param name="Premium">Flash loan premium for the notional, start-token raw units.</param>
public sealed record SizedCycle(Route Route, ImmutableArray<UInt256> Amounts, UInt256 Premium)
{
    /// <summary>Start token put in.</summary>
    public UInt256 Notional => Amounts[0];

    /// <summary>Start token that comes back.</summary>
    public UInt256 AmountOut => Amounts[^1];

    /// <summary>Out − in − premium, start-token raw units; 0 when that is negative.</summary>
    public UInt256 GrossProfit =>
        UInt256.TrySubtract(AmountOut, Notional, out UInt256 gain) && UInt256.TrySubtract(gain, Premium, out UInt256 gross)
            ? gross
            : UInt256.Zero;
}
