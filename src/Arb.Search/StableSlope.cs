namespace Arb.Search;

/// <summary>The marginal price on a StableSwap curve, in doubles.</summary>
internal static class StableSlope
{
    private const int StepsMax = 255;

    /// <summary>Scaled unit out per scaled unit in, before fees; 0 where there is no curve.</summary>
    /// <param name="balances">Balances in a common unit.</param>
    /// <param name="amp">A·n^(n−1), as Curve and Balancer store it.</param>
    /// <param name="tokenIn">Index of the token paid.</param>
    /// <param name="tokenOut">Index of the token received.</param>
    public static double Of(ReadOnlySpan<double> balances, double amp, int tokenIn, int tokenOut)
    {
        int n = balances.Length;
        double sum = 0;
        foreach (double balance in balances)
        {
            if (balance <= 0)
            {
                return 0;
            }

            sum += balance;
        }

        // A·nⁿ·S + D = A·nⁿ·D + D^(n+1)/(nⁿ·Πx), by Newton as the contracts solve it. Its partial derivative by xᵢ is A·nⁿ + Dₚ/xᵢ.
        double ann = amp * n;
        double d = sum;
        double dp = d;
        for (int step = 0; step < StepsMax; step++)
        {
            dp = d;
            foreach (double balance in balances)
            {
                dp *= d / (balance * n);
            }

            double next = ((ann * sum) + (dp * n)) * d / (((ann - 1) * d) + ((n + 1) * dp));
            bool settled = Math.Abs(next - d) <= 1e-15 * d;
            d = next;
            if (settled)
            {
                break;
            }
        }

        return (ann + (dp / balances[tokenIn])) / (ann + (dp / balances[tokenOut]));
    }
}
