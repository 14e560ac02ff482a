using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>a · b / c with a 512-bit product, as Uniswap's FullMath has it, and the rounding in the name.</summary>
public static class MulDiv
{
    /// <summary>⌊a · b / c⌋.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="c"/> is 0.</exception>
    /// <exception cref="OverflowException">The quotient needs more than 256 bits.</exception>
    public static UInt256 Floor(UInt256 a, UInt256 b, UInt256 c)
    {
        if (!TryFloor(a, b, c, out UInt256 quotient))
        {
            Throw(a, b, c);
        }

        return quotient;
    }

    /// <summary>⌈a · b / c⌉.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="c"/> is 0.</exception>
    /// <exception cref="OverflowException">The quotient needs more than 256 bits.</exception>
    public static UInt256 Ceiling(UInt256 a, UInt256 b, UInt256 c)
    {
        if (!TryCeiling(a, b, c, out UInt256 quotient))
        {
            Throw(a, b, c);
        }

        return quotient;
    }

    /// <summary>⌊a · b / c⌋; false, and 0, when it needs more than 256 bits or <paramref name="c"/> is 0.</summary>
    public static bool TryFloor(UInt256 a, UInt256 b, UInt256 c, out UInt256 quotient) =>
        TryDivide(a, b, c, out quotient, out _);

    /// <summary>⌈a · b / c⌉; false, and 0, when it needs more than 256 bits or <paramref name="c"/> is 0.</summary>
    public static bool TryCeiling(UInt256 a, UInt256 b, UInt256 c, out UInt256 quotient) =>
        TryDivide(a, b, c, out quotient, out UInt256 rest)
        && (rest.IsZero || UInt256.TryAdd(quotient, UInt256.One, out quotient));

    private static bool TryDivide(UInt256 a, UInt256 b, UInt256 c, out UInt256 quotient, out UInt256 rest)
    {
        if (a.BitLength + b.BitLength <= UInt256.Bits)
        {
            return UInt256.TryDivRem(a * b, c, out quotient, out rest);
        }

        quotient = default;
        rest = default;
        if (c.IsZero)
        {
            return false;
        }

        Span<ulong> wide = stackalloc ulong[8];
        UInt256.MultiplyWide(a, b, wide);
        UInt256 remainder = UInt256.Divide(wide, c);
        if ((wide[4] | wide[5] | wide[6] | wide[7]) != 0)
        {
            return false;
        }

        quotient = new UInt256(wide[0], wide[1], wide[2], wide[3]);
        rest = remainder;
        return true;
    }

    [DoesNotReturn]
    private static void Throw(UInt256 a, UInt256 b, UInt256 c)
    {
        if (c.IsZero)
        {
            throw new DivideByZeroException();
        }

        throw new OverflowException($"{a} · {b} / {c} needs more than 256 bits.");
    }
}
