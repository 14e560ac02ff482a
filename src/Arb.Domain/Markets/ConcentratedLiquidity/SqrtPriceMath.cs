namespace Arb.Domain;

/// <summary>
/// Amounts between two prices and the price after an amount, as Uniswap's SqrtPriceMath rounds them. Prices are within
/// TickMath's bounds and liquidity is below 2^128, so every amount here is below 2^193 and nothing overflows unless said.
/// </summary>
internal static class SqrtPriceMath
{
    /// <summary>Token0 between two prices: liquidity · 2^96 · (upper − lower) / upper / lower.</summary>
    public static UInt256 Amount0Delta(in UInt256 lower, in UInt256 upper, UInt128 liquidity, bool roundUp)
    {
        UInt256 numerator = (UInt256)liquidity << 96;
        if (!roundUp)
        {
            return MulDiv.Floor(numerator, upper - lower, upper) / lower;
        }

        return DivideCeiling(MulDiv.Ceiling(numerator, upper - lower, upper), lower);
    }

    /// <summary>Token1 between two prices: liquidity · (upper − lower) / 2^96.</summary>
    public static UInt256 Amount1Delta(in UInt256 lower, in UInt256 upper, UInt128 liquidity, bool roundUp)
    {
        // 128 · 160 bits are five limbs, of which 96 bits are cut off.
        (ulong d0, ulong d1, ulong d2, _) = upper - lower;
        ulong low = (ulong)liquidity;
        ulong high = (ulong)(liquidity >> 64);
        ulong m3 = 0;
        ulong m0 = Limbs.Multiply(d0, low, ref m3);
        ulong m1 = Limbs.Multiply(d1, low, ref m3);
        ulong m2 = Limbs.Multiply(d2, low, ref m3);
        ulong m4 = 0;
        m1 = Limbs.MultiplyAdd(d0, high, m1, ref m4);
        m2 = Limbs.MultiplyAdd(d1, high, m2, ref m4);
        m3 = Limbs.MultiplyAdd(d2, high, m3, ref m4);
        UInt256 amount = new((m1 >> 32) | (m2 << 32), (m2 >> 32) | (m3 << 32), (m3 >> 32) | (m4 << 32), m4 >> 32);
        return roundUp && ((uint)m1 | m0) != 0 ? amount + UInt256.One : amount;
    }

    /// <summary>
    /// Price after token0 was paid (getNextSqrtPriceFromAmount0RoundingUp with add); false when the contract takes the less
    /// precise formula, which <paramref name="next"/> then is not.
    /// </summary>
    public static bool TryAfterPaying0(in UInt256 price, UInt128 liquidity, in UInt256 amount, out UInt256 next)
    {
        if (amount.FitsTwoLimbs && Token0Step.TryAfterPaying(price, liquidity, (UInt128)amount, out next))
        {
            return true;
        }

        UInt256 numerator = (UInt256)liquidity << 96;
        if (UInt256.TryMultiply(amount, price, out UInt256 product)
            && UInt256.TryAdd(numerator, product, out UInt256 denominator))
        {
            next = MulDiv.Ceiling(numerator, price, denominator);
            return true;
        }

        next = default;
        return false;
    }

    /// <summary>The same by the formula the contract falls back to when the product leaves 256 bits.</summary>
    public static UInt256 AfterPaying0Coarse(in UInt256 price, UInt128 liquidity, in UInt256 amount)
    {
        UInt256 numerator = (UInt256)liquidity << 96;
        return DivideCeiling(numerator, (numerator / price) + amount);
    }

    /// <summary>
    /// Price after token1 was paid (getNextSqrtPriceFromAmount1RoundingDown with add); false when it would leave 256 bits.
    /// </summary>
    public static bool TryAfterPaying1(in UInt256 price, UInt128 liquidity, in UInt256 amount, out UInt256 next)
    {
        next = default;
        return MulDiv.TryFloor(amount, UInt256.One << 96, liquidity, out UInt256 rise)
            && UInt256.TryAdd(price, rise, out next);
    }

    /// <summary>
    /// Price after token0 was received (…Amount0RoundingUp without add). The amount is below what the pool holds up to a
    /// target price, so the denominator is positive and the result at most that target: the contract's checks all pass.
    /// </summary>
    public static UInt256 AfterReceiving0(in UInt256 price, UInt128 liquidity, in UInt256 amount)
    {
        UInt256 numerator = (UInt256)liquidity << 96;
        return MulDiv.Ceiling(numerator, price, numerator - (amount * price));
    }

    /// <summary>Price after token1 was received (…Amount1RoundingDown without add); the same holds for the amount.</summary>
    public static UInt256 AfterReceiving1(in UInt256 price, UInt128 liquidity, in UInt256 amount) =>
        price - MulDiv.Ceiling(amount, UInt256.One << 96, liquidity);

    private static UInt256 DivideCeiling(in UInt256 dividend, in UInt256 divisor)
    {
        (UInt256 quotient, UInt256 rest) = UInt256.DivRem(dividend, divisor);
        return rest.IsZero ? quotient : quotient + UInt256.One;
    }
}
