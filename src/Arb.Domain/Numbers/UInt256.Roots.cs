namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>⌊√value⌋, exact.</summary>
    public static UInt256 Sqrt(UInt256 value)
    {
        if (value.IsZero)
        {
            return Zero;
        }

        // Newton's method falls to ⌊√n⌋ from any start at or above it. The double root is right to about 52 bits; 2^-50 more puts
        // it above, and each step doubles the bits that are right.
        UInt256 root = FromPositiveDouble(Math.Sqrt((double)value) * (1 + Math.ScaleB(1, -50))) + One;
        while (true)
        {
            UInt256 next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    /// <summary>The integer part of a double from 1 up to 2^129.</summary>
    private static UInt256 FromPositiveDouble(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> 52) - 1075;
        UInt256 mantissa = (bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;
        return exponent >= 0 ? mantissa << exponent : mantissa >> -exponent;
    }
}
