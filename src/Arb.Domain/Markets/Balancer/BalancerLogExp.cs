using System.Globalization;

namespace Arb.Domain;

/// <summary>
/// x^y = e^(y · ln x) digit for digit as Balancer V2's <c>LogExpMath</c> truncates it; its error is part of every weighted pool's price.
/// </summary>
/// <remarks>
/// The contract computes on signed integers, but every operation in it truncates towards zero and is odd in its argument. So signs are
/// told apart once, at the logarithm, and all else is magnitudes. None of its products wraps within the bounds checked here:
/// ln x is below 177 (20 decimals: 2^68), y below 2^254 / 10^20, and e^130 of 36 decimals is below 2^255.
/// </remarks>
internal static class BalancerLogExp
{
    private static readonly UInt256 One18 = 1_000_000_000_000_000_000UL;
    private static readonly UInt256 One20 = Number("100000000000000000000");
    private static readonly UInt256 One36 = Number("1000000000000000000000000000000000000");

    // The natural exponents that the contract accepts: -41 to 130, of 18 decimals.
    private static readonly UInt256 ExponentMax = Number("130000000000000000000");
    private static readonly UInt256 NegativeExponentMax = Number("41000000000000000000");

    // MILD_EXPONENT_BOUND, 2^254 / 10^20: greater exponents might overflow the product with the logarithm.
    private static readonly UInt256 ExponentBound = (UInt256.One << 254) / One20;

    // Between these, of 18 decimals, the logarithm is taken to 36.
    private static readonly UInt256 NearOneMin = 900_000_000_000_000_000UL;
    private static readonly UInt256 NearOneMax = 1_100_000_000_000_000_000UL;

    // x and e^x, whole powers of two that need no decimals: x of 18 decimals, e^x of none.
    private static readonly Step[] WholeSteps =
    [
        new(Number("128000000000000000000"), Number("38877084059945950922200000000000000000000000000000000000")),
        new(Number("64000000000000000000"), Number("6235149080811616882910000000")),
    ];

    // x and e^x from 2^5 down to 2^-4, both of 20 decimals.
    private static readonly Step[] Steps =
    [
        new(Number("3200000000000000000000"), Number("7896296018268069516100000000000000")),
        new(Number("1600000000000000000000"), Number("888611052050787263676000000")),
        new(Number("800000000000000000000"), Number("298095798704172827474000")),
        new(Number("400000000000000000000"), Number("5459815003314423907810")),
        new(Number("200000000000000000000"), Number("738905609893065022723")),
        new(Number("100000000000000000000"), Number("271828182845904523536")),
        new(Number("50000000000000000000"), Number("164872127070012814685")),
        new(Number("25000000000000000000"), Number("128402541668774148407")),
        new(Number("12500000000000000000"), Number("113314845306682631683")),
        new(Number("6250000000000000000"), Number("106449445891785942956")),
    ];

    // The exponential stops at 2^-2: its series carries the rest. The logarithm needs all steps.
    private const int ExponentialSteps = 8;
    private const ulong ExponentialTerms = 12;
    private const ulong LogarithmTerms = 11;
    private const ulong FineLogarithmTerms = 15;

    /// <summary>x^y, all of 18 decimals; false where the contract reverts (X, Y or PRODUCT_OUT_OF_BOUNDS).</summary>
    public static bool TryPower(in UInt256 x, in UInt256 y, out UInt256 power)
    {
        power = default;
        if (y.IsZero)
        {
            power = One18;
            return true;
        }

        if (x.IsZero)
        {
            return true;
        }

        if (x.BitLength == UInt256.Bits || y >= ExponentBound)
        {
            return false;
        }

        bool negative = x < One18;
        UInt256 exponent = (NearOneMin < x && x < NearOneMax ? FineLogarithmTimes(x, y) : LogarithmTimes(x, y)) / One18;
        if (exponent > (negative ? NegativeExponentMax : ExponentMax))
        {
            return false;
        }

        power = Exponential(exponent);
        if (negative)
        {
            power = One36 / power;
        }

        return true;
    }

    /// <summary>|ln x| · y of 36 decimals.</summary>
    private static UInt256 LogarithmTimes(in UInt256 x, in UInt256 y) => Logarithm(x < One18 ? One36 / x : x) * y;

    /// <summary>|ln x| · y of 36 decimals for an x near 1, whose logarithm has 36 decimals itself.</summary>
    private static UInt256 FineLogarithmTimes(in UInt256 x, in UInt256 y)
    {
        (UInt256 whole, UInt256 rest) = UInt256.DivRem(FineLogarithm(x), One18);
        return (whole * y) + (rest * y / One18);
    }

    /// <summary>ln a for an a of at least 1, of 18 decimals.</summary>
    private static UInt256 Logarithm(UInt256 a)
    {
        UInt256 sum = default;
        foreach (ref readonly Step step in WholeSteps.AsSpan())
        {
            if (a >= step.Exponential * One18)
            {
                a /= step.Exponential;
                sum += step.Exponent;
            }
        }

        sum *= 100UL;
        a *= 100UL;
        foreach (ref readonly Step step in Steps.AsSpan())
        {
            if (a >= step.Exponential)
            {
                a = a * One20 / step.Exponential;
                sum += step.Exponent;
            }
        }

        return (sum + AreaTangent(a - One20, a + One20, One20, LogarithmTerms)) / 100UL;
    }

    /// <summary>|ln x| of 36 decimals for an x near 1 of 18 decimals.</summary>
    private static UInt256 FineLogarithm(in UInt256 x)
    {
        UInt256 a = x * One18;
        UInt256 distance = a < One36 ? One36 - a : a - One36;
        return AreaTangent(distance, a + One36, One36, FineLogarithmTerms);
    }

    /// <summary>2 · artanh(p / q) = ln((q + p) / (q − p)): the series z + z³/3 + z⁵/5 + … up to a last odd power.</summary>
    private static UInt256 AreaTangent(in UInt256 p, in UInt256 q, in UInt256 one, ulong lastPower)
    {
        UInt256 z = p * one / q;
        UInt256 square = z * z / one;
        UInt256 sum = z;
        for (ulong n = 3; n <= lastPower; n += 2)
        {
            z = z * square / one;
            sum += z / n;
        }

        return sum * 2UL;
    }

    /// <summary>e^x for an x from 0 to 130 of 18 decimals.</summary>
    private static UInt256 Exponential(UInt256 x)
    {
        UInt256 whole = UInt256.One;
        foreach (ref readonly Step step in WholeSteps.AsSpan())
        {
            if (x >= step.Exponent)
            {
                // One of the two at most: 128 leaves no more than 2 of 130.
                x -= step.Exponent;
                whole = step.Exponential;
            }
        }

        x *= 100UL;
        UInt256 product = One20;
        foreach (ref readonly Step step in Steps.AsSpan(0, ExponentialSteps))
        {
            if (x >= step.Exponent)
            {
                x -= step.Exponent;
                product = product * step.Exponential / One20;
            }
        }

        UInt256 term = x;
        UInt256 series = One20 + x;
        for (ulong n = 2; n <= ExponentialTerms; n++)
        {
            term = term * x / One20 / n;
            series += term;
        }

        return product * series / One20 * whole / 100UL;
    }

    private static UInt256 Number(string digits) => UInt256.Parse(digits, CultureInfo.InvariantCulture);

    private readonly record struct Step(UInt256 Exponent, UInt256 Exponential);
}
