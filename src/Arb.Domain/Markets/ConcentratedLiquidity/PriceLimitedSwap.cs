namespace Arb.Domain;

/// <summary>What a swap with a price limit does: it ends where the amount does or at the limit, whichever is first.</summary>
/// <param name="AmountIn">Raw units paid, fee included.</param>
/// <param name="AmountOut">Raw units received.</param>
/// <param name="After">The pool after it.</param>
public readonly record struct PriceLimitedSwap(UInt256 AmountIn, UInt256 AmountOut, ConcentratedLiquidityPool After);
