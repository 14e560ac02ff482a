namespace Arb.Domain;

/// <summary>A tick at which a pool's liquidity changes.</summary>
/// <param name="Index">The tick, a multiple of the pool's spacing.</param>
/// <param name="LiquidityNet">Liquidity added when the price rises over it, taken when it falls below; may be 0.</param>
/// <param name="LiquidityGross">Liquidity of all positions that begin or end here; 0 when it is not known.</param>
public readonly record struct InitializedTick(int Index, Int128 LiquidityNet, UInt128 LiquidityGross = default);
