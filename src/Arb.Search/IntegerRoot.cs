using System.Numerics;

namespace Arb.Search;

/// <summary>Square roots of integers of any length.</summary>
internal static class IntegerRoot
{
    private const int SeedBits = 100;

    /// <summary>⌊√value⌋ for a value that is not negative.</summary>
    public static BigInteger Floor(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value.Sign, nameof(value));
        if (value.IsZero)
        {
            return BigInteger.Zero;
        }

        // Newton's method falls to the root from any start at or above it; the double of the leading bits, raised past its error, is one.
        int shift = (int)Math.Max(0, value.GetBitLength() - SeedBits) & ~1;
        double leading = Math.Sqrt((double)(value >> shift)) * (1 + Math.ScaleB(1, -48));
        BigInteger root = ((BigInteger)leading + 2) << (shift / 2);
        while (true)
        {
            BigInteger next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    /// <summary>⌈√value⌉.</summary>
    public static BigInteger Ceiling(BigInteger value)
    {
        BigInteger root = Floor(value);
        return root * root == value ? root : root + 1;
    }
}
