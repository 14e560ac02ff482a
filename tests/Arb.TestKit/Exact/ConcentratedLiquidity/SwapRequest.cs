using Arb.Domain;

namespace Arb.TestKit.Exact;

/// <summary>A swap asked of contract and model alike.</summary>
/// <param name="Pool">Which pool of the world.</param>
/// <param name="ZeroForOne">Token0 in, token1 out.</param>
/// <param name="ExactIn">Whether the amount is what is paid.</param>
/// <param name="Amount">Raw units.</param>
/// <param name="Limit">Price limit.</param>
public sealed record SwapRequest(int Pool, bool ZeroForOne, bool ExactIn, UInt256 Amount, UInt256 Limit)
{
    /// <summary>Whether the limit is that of a swap that wants none.</summary>
    public bool Unlimited => Limit == Furthest(ZeroForOne);

    /// <summary>The furthest limit that contracts take.</summary>
    public static UInt256 Furthest(bool zeroForOne) =>
        zeroForOne ? TickMath.SqrtPriceMin + UInt256.One : TickMath.SqrtPriceMax - UInt256.One;
}

/// <summary>What a pool did, or would do.</summary>
/// <param name="Reason">First bytes of its revert data; null when it did not revert.</param>
/// <param name="AmountIn">Raw units paid to it.</param>
/// <param name="AmountOut">Raw units it paid.</param>
/// <param name="Price">Its price after it.</param>
/// <param name="Tick">Its tick after it.</param>
/// <param name="Liquidity">Its liquidity after it.</param>
public sealed record SwapAnswer(
    string? Reason, UInt256 AmountIn, UInt256 AmountOut, UInt256 Price, int Tick, UInt128 Liquidity)
{
    /// <summary>A refusal.</summary>
    public static SwapAnswer Reverted(string reason) => new(reason, UInt256.Zero, UInt256.Zero, UInt256.Zero, 0, 0);

    /// <summary>The model's answer.</summary>
    public static SwapAnswer Of(UInt256 amountIn, UInt256 amountOut, ConcentratedLiquidityPool after) =>
        new(null, amountIn, amountOut, after.SqrtPriceX96, after.Tick, after.Liquidity);

    /// <inheritdoc/>
    public override string ToString() => Reason is { } reason
        ? $"reverts ({reason})"
        : $"in {AmountIn} out {AmountOut} price {Price} tick {Tick} liquidity {Liquidity}";
}
