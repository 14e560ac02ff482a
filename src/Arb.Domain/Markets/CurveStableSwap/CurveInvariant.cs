namespace Arb.Domain;

/// <summary>StableSwap's two Newton iterations, with each variant's own rounding. Balances are on the curve's scale of 18 digits.</summary>
internal static class CurveInvariant
{
    private const int RoundsMax = 255;

    /// <summary><c>get_D</c>: the invariant of these balances.</summary>
    /// <param name="variant">Whose rounding.</param>
    /// <param name="xp">Balances.</param>
    /// <param name="amp">A · precision.</param>
    /// <param name="ampPrecision">Precision of A.</param>
    /// <param name="invariant">D; 0 for an empty pool.</param>
    public static SwapRefusal SolveD(
        CurveVariant variant, ReadOnlySpan<UInt256> xp, UInt256 amp, UInt256 ampPrecision, out UInt256 invariant)
    {
        EvmArithmetic math = default;
        UInt256 count = (uint)xp.Length;
        UInt256 sum = UInt256.Zero;
        for (int k = 0; k < xp.Length; k++)
        {
            sum = math.Add(sum, xp[k]);
        }

        invariant = sum;
        if (sum.IsZero)
        {
            return SwapRefusal.NoLiquidity;
        }

        UInt256 ann = math.Multiply(amp, count);
        for (int round = 0; round < RoundsMax && !math.Reverted; round++)
        {
            UInt256 product = Product(ref math, variant.Product, xp, invariant);
            UInt256 previous = invariant;
            UInt256 numerator = math.Multiply(
                math.Add(math.MultiplyDivide(ann, sum, ampPrecision), math.Multiply(product, count)), invariant);
            UInt256 denominator = math.Add(
                math.MultiplyDivide(math.Subtract(ann, ampPrecision), invariant, ampPrecision),
                math.Multiply(count + UInt256.One, product));
            invariant = math.Divide(numerator, denominator);
            if (!math.Reverted && AreWithinOne(invariant, previous))
            {
                return SwapRefusal.None;
            }
        }

        return Verdict(math, variant);
    }

    /// <summary><c>get_y</c>: the balance of <paramref name="tokenOut"/> that keeps D when <paramref name="tokenIn"/>'s becomes <paramref name="x"/>.</summary>
    public static SwapRefusal SolveY(
        CurveVariant variant,
        ReadOnlySpan<UInt256> xp,
        int tokenIn,
        int tokenOut,
        UInt256 x,
        UInt256 amp,
        UInt256 ampPrecision,
        UInt256 invariant,
        out UInt256 y)
    {
        EvmArithmetic math = default;
        UInt256 count = (uint)xp.Length;
        UInt256 ann = math.Multiply(amp, count);
        UInt256 c = invariant;
        UInt256 sum = UInt256.Zero;
        for (int k = 0; k < xp.Length; k++)
        {
            if (k == tokenOut)
            {
                continue;
            }

            UInt256 balance = k == tokenIn ? x : xp[k];
            sum = math.Add(sum, balance);
            c = math.MultiplyDivide(c, invariant, math.Multiply(balance, count));
        }

        c = math.Divide(math.Multiply(math.Multiply(c, invariant), ampPrecision), math.Multiply(ann, count));
        UInt256 b = math.Add(sum, math.MultiplyDivide(invariant, ampPrecision, ann));
        y = invariant;
        for (int round = 0; round < RoundsMax && !math.Reverted; round++)
        {
            UInt256 previous = y;
            UInt256 denominator = math.Subtract(math.Add(math.Multiply(2u, y), b), invariant);
            y = math.Divide(math.Add(math.Multiply(y, y), c), denominator);
            if (!math.Reverted && AreWithinOne(y, previous))
            {
                return SwapRefusal.None;
            }
        }

        return Verdict(math, variant);
    }

    /// <summary><c>_dynamic_fee</c>: the base fee at the peg, up to <paramref name="multiplierE10"/> times it far away.</summary>
    public static UInt256 DynamicFee(
        ref EvmArithmetic math, UInt256 xpIn, UInt256 xpOut, UInt256 feeE10, UInt256 multiplierE10, UInt256 wholeE10)
    {
        if (multiplierE10 <= wholeE10)
        {
            return feeE10;
        }

        UInt256 sum = math.Add(xpIn, xpOut);
        UInt256 share = math.Multiply(math.Multiply(math.Multiply(multiplierE10 - wholeE10, 4u), xpIn), xpOut);
        return math.MultiplyDivide(
            multiplierE10, feeE10, math.Add(math.Divide(share, math.Multiply(sum, sum)), wholeE10));
    }

    private static UInt256 Product(ref EvmArithmetic math, CurveProduct form, ReadOnlySpan<UInt256> xp, UInt256 invariant)
    {
        UInt256 count = (uint)xp.Length;
        UInt256 product = invariant;
        UInt256 countPower = UInt256.One;
        for (int k = 0; k < xp.Length; k++)
        {
            UInt256 divisor = form switch
            {
                CurveProduct.Scaled => math.Multiply(xp[k], count),
                CurveProduct.ScaledPlusOne => math.Add(math.Multiply(xp[k], count), UInt256.One),
                _ => xp[k],
            };
            product = math.MultiplyDivide(product, invariant, divisor);
            countPower *= count;
        }

        return form == CurveProduct.DividedAtEnd ? math.Divide(product, countPower) : product;
    }

    private static bool AreWithinOne(UInt256 one, UInt256 other) => (one > other ? one - other : other - one) <= UInt256.One;

    private static SwapRefusal Verdict(EvmArithmetic math, CurveVariant variant) =>
        math.Reverted ? SwapRefusal.MathOverflow
        : variant.RevertsUnconverged ? SwapRefusal.NotConverged
        : SwapRefusal.None;
}
