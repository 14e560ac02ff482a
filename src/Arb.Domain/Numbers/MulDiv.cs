using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>a · b / c with a 512-bit product, as Uniswap's FullMath has it, and the rounding in the name.</summary>
public static class MulDiv
{
    /// <summary>⌊a · b / c⌋.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="c"/> is 0.</exception>
    /// <exception cref="OverflowException">The quotient needs more than 256 bits.</exception>
    public static UInt256 Floor(in UInt256 a, in UInt256 b, in UInt256 c)
    {
        if (!TryFloor(a, b, c, out UInt256 quotient))
        {
            Throw(a, b, c);
        }

        return UInt256.ByLimbs(quotient);
    }

    /// <summary>⌈a · b / c⌉.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="c"/> is 0.</exception>
    /// <exception cref="OverflowException">The quotient needs more than 256 bits.</exception>
    public static UInt256 Ceiling(in UInt256 a, in UInt256 b, in UInt256 c)
    {
        if (!TryCeiling(a, b, c, out UInt256 quotient))
        {
            Throw(a, b, c);
        }

        return UInt256.ByLimbs(quotient);
    }

    /// <summary>⌊a · b / c⌋; false, and 0, when it needs more than 256 bits or <paramref name="c"/> is 0.</summary>
    public static bool TryFloor(in UInt256 a, in UInt256 b, in UInt256 c, out UInt256 quotient)
    {
        if (FitTwoLimbs(a, b, c) && ShortMulDiv.TryDivide((UInt128)a, (UInt128)b, (UInt128)c, out UInt128 found, out _))
        {
            quotient = found;
            return true;
        }

        return TryDivide(a, b, c, out quotient, out _);
    }

    /// <summary>⌈a · b / c⌉; false, and 0, when it needs more than 256 bits or <paramref name="c"/> is 0.</summary>
    public static bool TryCeiling(in UInt256 a, in UInt256 b, in UInt256 c, out UInt256 quotient)
    {
        if (FitTwoLimbs(a, b, c)
            && ShortMulDiv.TryDivide((UInt128)a, (UInt128)b, (UInt128)c, out UInt128 found, out bool isExact))
        {
            quotient = found;
            quotient += isExact ? UInt256.Zero : UInt256.One;
            return true;
        }

        if (!TryDivide(a, b, c, out quotient, out UInt256 rest))
        {
            return false;
        }

        if (rest.IsZero)
        {
            return true;
        }

        // The sum wraps to 0 exactly when it does not fit.
        quotient += UInt256.One;
        return !quotient.IsZero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool FitTwoLimbs(in UInt256 a, in UInt256 b, in UInt256 c) =>
        a.FitsTwoLimbs && b.FitsTwoLimbs && c.FitsTwoLimbs;

    private static bool TryDivide(in UInt256 a, in UInt256 b, in UInt256 c, out UInt256 quotient, out UInt256 rest)
    {
        if (a.FitsTwoLimbs && b.FitsTwoLimbs)
        {
            return UInt256.TryDivRem(a * b, c, out quotient, out rest);
        }

        UInt256.MultiplyWide(a, b, out UInt256 high, out UInt256 low);
        return UInt256.TryDivideWide(high, low, c, out quotient, out rest);
    }

    [DoesNotReturn]
    private static void Throw(in UInt256 a, in UInt256 b, in UInt256 c)
    {
        if (c.IsZero)
        {
            throw new DivideByZeroException();
        }

        throw new OverflowException($"{a} · {b} / {c} needs more than 256 bits.");
    }
}
