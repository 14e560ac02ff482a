using Arb.Domain;

namespace Arb.Search;

/// <summary>Integers from the doubles of a guess.</summary>
internal static class Amounts
{
    /// <summary>The integer part, from 1 to 2^200: a guess that is no number at all is 1.</summary>
    public static UInt256 Of(double guess)
    {
        if (!(guess >= 1))
        {
            return UInt256.One;
        }

        // Below 2^53 a cast is exact; above it the mantissa is shifted into place.
        int exponent = Math.Min(Math.ILogB(Math.Min(guess, Math.ScaleB(1, 200))), 200);
        return exponent <= 62
            ? (ulong)guess
            : (UInt256)(ulong)Math.ScaleB(Math.Min(guess, Math.ScaleB(1, 200)), 62 - exponent) << (exponent - 62);
    }
}
