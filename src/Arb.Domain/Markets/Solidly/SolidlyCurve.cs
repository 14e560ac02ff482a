namespace Arb.Domain;

/// <summary>x³y + y³x ≥ k, on a scale of 18 digits, with each variant's own rounding.</summary>
internal static class SolidlyCurve
{
    private const int RoundsMax = 255;

    public static UInt256 Scale => 1_000_000_000_000_000_000UL;

    /// <summary><c>_k</c> of raw reserves; one unit is 10^decimals.</summary>
    public static UInt256 K(ref EvmArithmetic math, UInt256 x, UInt256 y, UInt256 unit0, UInt256 unit1)
    {
        UInt256 scaledX = math.MultiplyDivide(x, Scale, unit0);
        UInt256 scaledY = math.MultiplyDivide(y, Scale, unit1);
        return ScaledK(ref math, scaledX, scaledY);
    }

    /// <summary><c>_get_y</c>: the other reserve on the curve when this one is <paramref name="x"/>.</summary>
    /// <param name="solver">How it ends.</param>
    /// <param name="x">Reserve after the amount in, scaled.</param>
    /// <param name="k">The curve.</param>
    /// <param name="start">Reserve before, scaled; the result begins here.</param>
    /// <param name="unit0">10^decimals of token0, for <see cref="SolidlySolver.ScalesTwice"/>.</param>
    /// <param name="unit1">10^decimals of token1, likewise.</param>
    /// <param name="y">The reserve, scaled.</param>
    public static SwapRefusal SolveY(
        SolidlySolver solver, UInt256 x, UInt256 k, UInt256 start, UInt256 unit0, UInt256 unit1, out UInt256 y)
    {
        y = start;
        return solver == SolidlySolver.StopsWithinOne ? StopWithinOne(x, k, ref y) : EndOnCurve(solver, x, k, unit0, unit1, ref y);
    }

    private static SwapRefusal StopWithinOne(UInt256 x, UInt256 k, ref UInt256 y)
    {
        EvmArithmetic math = default;
        for (int round = 0; round < RoundsMax; round++)
        {
            UInt256 reached = FirstForm(ref math, x, y);
            bool isBelow = reached < k;
            UInt256 step = math.MultiplyDivide(isBelow ? k - reached : reached - k, Scale, Slope(ref math, x, y));
            y = isBelow ? math.Add(y, step) : math.Subtract(y, step);
            if (math.Reverted)
            {
                return SwapRefusal.MathOverflow;
            }

            if (step <= UInt256.One)
            {
                break;
            }
        }

        return SwapRefusal.None;
    }

    private static SwapRefusal EndOnCurve(SolidlySolver solver, UInt256 x, UInt256 k, UInt256 unit0, UInt256 unit1, ref UInt256 y)
    {
        EvmArithmetic math = default;
        for (int round = 0; round < RoundsMax; round++)
        {
            UInt256 reached = ScaledK(ref math, x, y);
            bool isBelow = reached < k;
            UInt256 step = math.MultiplyDivide(isBelow ? k - reached : reached - k, Scale, Slope(ref math, x, y));
            if (math.Reverted)
            {
                return SwapRefusal.MathOverflow;
            }

            if (step.IsZero)
            {
                if (reached == k)
                {
                    return SwapRefusal.None;
                }

                bool ends = isBelow
                    ? EndsAbove(solver, ref math, x, y, k, unit0, unit1)
                    : ScaledK(ref math, x, math.Subtract(y, UInt256.One)) < k;
                if (math.Reverted)
                {
                    return SwapRefusal.MathOverflow;
                }

                if (ends)
                {
                    y = isBelow ? y + UInt256.One : y;
                    return SwapRefusal.None;
                }

                step = UInt256.One;
            }

            y = isBelow ? math.Add(y, step) : math.Subtract(y, step);
            if (math.Reverted)
            {
                return SwapRefusal.MathOverflow;
            }
        }

        return SwapRefusal.NotConverged;
    }

    private static bool EndsAbove(
        SolidlySolver solver, ref EvmArithmetic math, UInt256 x, UInt256 y, UInt256 k, UInt256 unit0, UInt256 unit1)
    {
        UInt256 next = math.Add(y, UInt256.One);
        UInt256 reached = solver == SolidlySolver.ScalesTwice
            ? K(ref math, x, next, unit0, unit1)
            : ScaledK(ref math, x, next);
        return reached > k;
    }

    /// <summary>xy(x² + y²), as <c>_k</c> and the later <c>_f</c> round it.</summary>
    private static UInt256 ScaledK(ref EvmArithmetic math, UInt256 x, UInt256 y)
    {
        UInt256 product = math.MultiplyDivide(x, y, Scale);
        UInt256 squares = math.Add(math.MultiplyDivide(x, x, Scale), math.MultiplyDivide(y, y, Scale));
        return math.MultiplyDivide(product, squares, Scale);
    }

    /// <summary>xy³ + x³y, as the first <c>_f</c> rounds it.</summary>
    private static UInt256 FirstForm(ref EvmArithmetic math, UInt256 x, UInt256 y)
    {
        UInt256 cubeY = math.MultiplyDivide(math.MultiplyDivide(y, y, Scale), y, Scale);
        UInt256 cubeX = math.MultiplyDivide(math.MultiplyDivide(x, x, Scale), x, Scale);
        return math.Add(math.MultiplyDivide(x, cubeY, Scale), math.MultiplyDivide(cubeX, y, Scale));
    }

    /// <summary><c>_d</c>: 3xy² + x³.</summary>
    private static UInt256 Slope(ref EvmArithmetic math, UInt256 x, UInt256 y)
    {
        UInt256 first = math.MultiplyDivide(math.Multiply(3u, x), math.MultiplyDivide(y, y, Scale), Scale);
        UInt256 cube = math.MultiplyDivide(math.MultiplyDivide(x, x, Scale), x, Scale);
        return math.Add(first, cube);
    }
}
