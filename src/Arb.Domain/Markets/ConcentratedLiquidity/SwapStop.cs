namespace Arb.Domain;

/// <summary>Where a swap stands just after a stop, and what all stops since a ladder's first took.</summary>
/// <param name="Paid">Paid since the first stop, fees included.</param>
/// <param name="Received">Received since the first stop.</param>
/// <param name="Price">The stop's price.</param>
/// <param name="Liquidity">Liquidity beyond it.</param>
/// <param name="Tick">The tick the pool stores there.</param>
/// <param name="Next">In the tick table: the next tick in the direction of the swap.</param>
internal readonly record struct SwapStop(
    UInt256 Paid, UInt256 Received, UInt256 Price, UInt128 Liquidity, int Tick, int Next);
