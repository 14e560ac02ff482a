namespace Arb.Domain;

/// <summary>Balancer V2's swap fee (<c>BasePool</c>): a share of the amount in, on raw units before any scaling, rounded in the pool's favour.</summary>
internal static class BalancerFee
{
    /// <summary>What of an amount in is left to swap: amount − ⌈amount · fee⌉.</summary>
    public static UInt256 Take(ref BalancerArithmetic math, in UInt256 amount, in UInt256 feeX18) =>
        math.Subtract(amount, math.MultiplyX18Up(amount, feeX18), SwapRefusal.MathOverflow);

    /// <summary>The amount in that leaves at least this much to swap: ⌈amount / (1 − fee)⌉.</summary>
    public static UInt256 Add(ref BalancerArithmetic math, in UInt256 amount, in UInt256 feeX18) =>
        math.DivideX18Up(amount, BalancerArithmetic.One - feeX18);
}
