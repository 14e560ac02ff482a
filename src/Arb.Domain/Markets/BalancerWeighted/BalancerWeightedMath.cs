namespace Arb.Domain;

/// <summary>Balancer V2's <c>WeightedMath</c> for swaps: Π balance^weight stays, up to a rounding in the pool's favour. All of 18 decimals.</summary>
internal static class BalancerWeightedMath
{
    // MAX_IN_RATIO and MAX_OUT_RATIO: 30 % of the balance.
    private static readonly UInt256 RatioMax = 300_000_000_000_000_000UL;

    /// <summary>Greatest amount that one swap may add to or take from a balance.</summary>
    public static UInt256 AmountMax(ref BalancerArithmetic math, in UInt256 balance) => math.MultiplyX18Down(balance, RatioMax);

    /// <summary>balanceOut · (1 − (balanceIn / (balanceIn + amountIn))^(weightIn / weightOut)), rounded down.</summary>
    public static UInt256 OutGivenIn(
        ref BalancerArithmetic math, in WeightedSide sideIn, in WeightedSide sideOut, in UInt256 amountIn, bool shortcuts)
    {
        if (amountIn > AmountMax(ref math, sideIn.Balance))
        {
            math.Refuse(SwapRefusal.RatioLimit);
            return default;
        }

        // A base rounded up makes a greater power and a lesser amount out.
        UInt256 powerBase = math.DivideX18Up(sideIn.Balance, math.Add(sideIn.Balance, amountIn));
        UInt256 exponent = math.DivideX18Down(sideIn.Weight, sideOut.Weight);
        UInt256 power = math.PowerX18Up(powerBase, exponent, shortcuts);
        UInt256 share = power < BalancerArithmetic.One ? BalancerArithmetic.One - power : UInt256.Zero;
        return math.MultiplyX18Down(sideOut.Balance, share);
    }

    /// <summary>balanceIn · ((balanceOut / (balanceOut − amountOut))^(weightOut / weightIn) − 1), rounded up.</summary>
    public static UInt256 InGivenOut(
        ref BalancerArithmetic math, in WeightedSide sideIn, in WeightedSide sideOut, in UInt256 amountOut, bool shortcuts)
    {
        if (amountOut > AmountMax(ref math, sideOut.Balance))
        {
            math.Refuse(SwapRefusal.RatioLimit);
            return default;
        }

        UInt256 left = math.Subtract(sideOut.Balance, amountOut, SwapRefusal.InsufficientLiquidity);
        UInt256 powerBase = math.DivideX18Up(sideOut.Balance, left);
        UInt256 exponent = math.DivideX18Up(sideOut.Weight, sideIn.Weight);
        UInt256 power = math.PowerX18Up(powerBase, exponent, shortcuts);
        return math.MultiplyX18Up(sideIn.Balance, math.Subtract(power, BalancerArithmetic.One, SwapRefusal.MathOverflow));
    }
}

/// <summary>One token of a weighted pool in a swap.</summary>
/// <param name="Balance">Its balance, scaled to 18 decimals.</param>
/// <param name="Weight">Its weight.</param>
internal readonly record struct WeightedSide(UInt256 Balance, UInt256 Weight);
