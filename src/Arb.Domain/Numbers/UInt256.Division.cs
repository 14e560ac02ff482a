using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Quotient rounded down, and remainder.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is 0.</exception>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(in UInt256 left, in UInt256 right)
    {
        if (right.IsZero)
        {
            ThrowDivideByZero();
        }

        Divide(left, right, out UInt256 quotient, out UInt256 remainder);
        return (ByLimbs(quotient), ByLimbs(remainder));
    }

    /// <summary>Divides like <see cref="DivRem"/>; false when <paramref name="right"/> is 0 (both results are then 0).</summary>
    public static bool TryDivRem(in UInt256 left, in UInt256 right, out UInt256 quotient, out UInt256 remainder)
    {
        if (right.IsZero)
        {
            quotient = default;
            remainder = default;
            return false;
        }

        Divide(left, right, out quotient, out remainder);
        return true;
    }

    /// <summary>Quotient, rounded down.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static UInt256 operator /(in UInt256 left, in UInt256 right)
    {
        if (right.IsZero)
        {
            ThrowDivideByZero();
        }

        Divide(left, right, out UInt256 quotient, out _);
        return ByLimbs(quotient);
    }

    /// <summary>Quotient, rounded down; the same as the plain operator, as for every unsigned integer.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static UInt256 operator checked /(in UInt256 left, in UInt256 right) => left / right;

    /// <summary>Remainder.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static UInt256 operator %(in UInt256 left, in UInt256 right)
    {
        if (right.IsZero)
        {
            ThrowDivideByZero();
        }

        Divide(left, right, out _, out UInt256 remainder);
        return ByLimbs(remainder);
    }

    /// <summary>Divides a 512-bit number; false, and zeros, when the quotient needs more than 256 bits or the divisor is 0.</summary>
    internal static bool TryDivideWide(
        in UInt256 high,
        in UInt256 low,
        in UInt256 divisor,
        out UInt256 quotient,
        out UInt256 remainder)
    {
        if (high.IsZero && !divisor.IsZero)
        {
            Divide(low, divisor, out quotient, out remainder);
            return true;
        }

        // The quotient fits four limbs exactly when the high half is below the divisor.
        if (high >= divisor)
        {
            quotient = default;
            remainder = default;
            return false;
        }

        if (divisor.FitsOneLimb)
        {
            DivideByOne(high._u0, low, divisor._u0, out quotient, out remainder);
        }
        else
        {
            DivideWide(high, low, divisor, out quotient, out remainder);
        }

        return true;
    }

    /// <summary>Divides by a divisor that is not 0. Arguments and results may be the same variables.</summary>
    private static void Divide(in UInt256 left, in UInt256 right, out UInt256 quotient, out UInt256 remainder)
    {
        if (right.FitsOneLimb)
        {
            if (left.FitsOneLimb)
            {
                (ulong q, ulong r) = Math.DivRem(left._u0, right._u0);
                quotient = q;
                remainder = r;
                return;
            }

            DivideByOne(0, left, right._u0, out quotient, out remainder);
            return;
        }

        int excess = left.BitLength - right.BitLength;
        if (excess < 0)
        {
            remainder = left;
            quotient = default;
        }
        else if (right.FitsTwoLimbs)
        {
            DivideByTwo(left, right, excess, out quotient, out remainder);
        }
        else
        {
            DivideByFour(left, right, excess, out quotient, out remainder);
        }
    }

    /// <summary>(rest·2^256 + left) / divisor for a rest below it.</summary>
    private static void DivideByOne(ulong rest, in UInt256 left, ulong divisor, out UInt256 quotient, out UInt256 remainder)
    {
        (ulong n0, ulong n1, ulong n2, ulong n3) = left;
        int shift = 0;
        ulong v = 0;
        if (!LimbDivision.ByHardware)
        {
            shift = BitOperations.LeadingZeroCount(divisor);
            divisor <<= shift;
            v = LimbDivision.Reciprocal(divisor);
            rest = (rest << shift) | Limbs.ShiftedOut(n3, shift);
            n3 = (n3 << shift) | Limbs.ShiftedOut(n2, shift);
            n2 = (n2 << shift) | Limbs.ShiftedOut(n1, shift);
            n1 = (n1 << shift) | Limbs.ShiftedOut(n0, shift);
            n0 <<= shift;
        }

        // A limb below the divisor after nothing gives 0 and is what remains: leading zeros cost no division.
        ulong q3 = 0;
        ulong q2 = 0;
        if ((rest | n3) != 0)
        {
            q3 = LimbDivision.One(ref rest, n3, divisor, v);
            q2 = LimbDivision.One(ref rest, n2, divisor, v);
        }
        else if (n2 != 0)
        {
            q2 = LimbDivision.One(ref rest, n2, divisor, v);
        }

        ulong q1 = LimbDivision.One(ref rest, n1, divisor, v);
        ulong q0 = LimbDivision.One(ref rest, n0, divisor, v);
        quotient = new UInt256(q0, q1, q2, q3);
        remainder = new UInt256(rest >> shift, 0, 0, 0);
    }

    /// <summary>left / right for a right of two limbs that is <paramref name="excess"/> bits shorter, at least 0.</summary>
    private static void DivideByTwo(in UInt256 left, in UInt256 right, int excess, out UInt256 quotient, out UInt256 remainder)
    {
        // The quotient has at most excess + 1 bits. So the dividend, shifted like the divisor, without as many limbs as the quotient
        // takes is below the divisor: the first partial remainder.
        (ulong n0, ulong n1, ulong n2, ulong n3) = left;
        int shift = BitOperations.LeadingZeroCount(right._u1);
        ulong d1 = (right._u1 << shift) | Limbs.ShiftedOut(right._u0, shift);
        ulong d0 = right._u0 << shift;
        ulong v = LimbDivision.ByHardware ? 0 : LimbDivision.Reciprocal(d1, d0);
        ulong m0 = n0 << shift;
        ulong m1 = (n1 << shift) | Limbs.ShiftedOut(n0, shift);
        ulong m2 = (n2 << shift) | Limbs.ShiftedOut(n1, shift);
        ulong q1 = 0;
        ulong q2 = 0;
        ulong r1 = m2;
        ulong r0 = m1;
        if (excess >= 64)
        {
            r1 = (n3 << shift) | Limbs.ShiftedOut(n2, shift);
            r0 = m2;
            if (excess >= 128)
            {
                r0 = r1;
                r1 = Limbs.ShiftedOut(n3, shift);
                q2 = LimbDivision.Two(ref r1, ref r0, m2, d1, d0, v);
            }

            q1 = LimbDivision.Two(ref r1, ref r0, m1, d1, d0, v);
        }

        ulong q0 = LimbDivision.Two(ref r1, ref r0, m0, d1, d0, v);
        quotient = new UInt256(q0, q1, q2, 0);
        remainder = new UInt256((r0 >> shift) | ((r1 << 1) << (63 - shift)), r1 >> shift, 0, 0);
    }

    /// <summary>left / right for a right of three or four limbs that is <paramref name="excess"/> bits shorter, at least 0.</summary>
    /// <remarks>A divisor of three limbs is shifted up to four, and the dividend with it: the quotient stays the same.</remarks>
    private static void DivideByFour(in UInt256 left, in UInt256 right, int excess, out UInt256 quotient, out UInt256 remainder)
    {
        (ulong n0, ulong n1, ulong n2, ulong n3) = left;
        int shift = Bits - right.BitLength;
        UInt256 d = right << shift;
        ulong v = LimbDivision.ByHardware ? 0 : LimbDivision.Reciprocal(d._u3, d._u2);
        int part = shift & 63;
        ulong m0 = n0 << part;
        ulong m1 = (n1 << part) | Limbs.ShiftedOut(n0, part);
        ulong m2 = (n2 << part) | Limbs.ShiftedOut(n1, part);
        ulong m3 = (n3 << part) | Limbs.ShiftedOut(n2, part);
        ulong m4 = Limbs.ShiftedOut(n3, part);
        ulong q1 = 0;
        if (shift < 64)
        {
            // Four limbs in the divisor: the quotient has one.
            (n0, m0, m1, m2, m3) = (m0, m1, m2, m3, m4);
        }
        else
        {
            // The dividend has moved up by a limb, too: its lowest is 0.
            n0 = 0;
            if (excess >= 64)
            {
                (n1, m0, m1, m2, m3) = (m0, m1, m2, m3, m4);
                q1 = LimbDivision.Four(ref m3, ref m2, ref m1, ref m0, n1, d, v);
            }
        }

        ulong q0 = LimbDivision.Four(ref m3, ref m2, ref m1, ref m0, n0, d, v);
        quotient = new UInt256(q0, q1, 0, 0);
        remainder = new UInt256(m0, m1, m2, m3) >> shift;
    }

    /// <summary>(high·2^256 + low) / divisor for a high that is not 0 and below the divisor, which has two limbs or more.</summary>
    private static void DivideWide(
        in UInt256 high,
        in UInt256 low,
        in UInt256 divisor,
        out UInt256 quotient,
        out UInt256 remainder)
    {
        // As in DivideByTwo; the quotient takes at most four limbs since high is below the divisor.
        int excess = Bits + high.BitLength - divisor.BitLength;
        int count = Math.Min((excess >> 6) + 1, 4);
        int width = divisor.FitsTwoLimbs ? 128 : Bits;
        int shift = width - divisor.BitLength;
        UInt256 d = divisor << shift;
        Span<ulong> dividend = stackalloc ulong[8];
        ShiftUp(high, low, shift, dividend);
        Span<ulong> limbs = stackalloc ulong[4];
        limbs.Clear();
        if (width == 128)
        {
            ulong v = LimbDivision.ByHardware ? 0 : LimbDivision.Reciprocal(d._u1, d._u0);
            ulong r0 = dividend[count];
            ulong r1 = dividend[count + 1];
            for (int i = count - 1; i >= 0; i--)
            {
                limbs[i] = LimbDivision.Two(ref r1, ref r0, dividend[i], d._u1, d._u0, v);
            }

            remainder = new UInt256(r0, r1, 0, 0) >> shift;
        }
        else
        {
            ulong v = LimbDivision.ByHardware ? 0 : LimbDivision.Reciprocal(d._u3, d._u2);
            ulong r0 = dividend[count];
            ulong r1 = dividend[count + 1];
            ulong r2 = dividend[count + 2];
            ulong r3 = dividend[count + 3];
            for (int i = count - 1; i >= 0; i--)
            {
                limbs[i] = LimbDivision.Four(ref r3, ref r2, ref r1, ref r0, dividend[i], d, v);
            }

            remainder = new UInt256(r0, r1, r2, r3) >> shift;
        }

        quotient = new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
    }

    /// <summary>A 512-bit number shifted up by 0 to 127 bits; what leaves the eighth limb is lost.</summary>
    private static void ShiftUp(in UInt256 high, in UInt256 low, int shift, Span<ulong> shifted)
    {
        int part = shift & 63;
        int whole = shift >> 6;
        shifted[0] = 0;
        shifted = shifted[whole..];
        shifted[0] = low._u0 << part;
        shifted[1] = (low._u1 << part) | Limbs.ShiftedOut(low._u0, part);
        shifted[2] = (low._u2 << part) | Limbs.ShiftedOut(low._u1, part);
        shifted[3] = (low._u3 << part) | Limbs.ShiftedOut(low._u2, part);
        shifted[4] = (high._u0 << part) | Limbs.ShiftedOut(low._u3, part);
        shifted[5] = (high._u1 << part) | Limbs.ShiftedOut(high._u0, part);
        shifted[6] = (high._u2 << part) | Limbs.ShiftedOut(high._u1, part);
        if (whole == 0)
        {
            shifted[7] = (high._u3 << part) | Limbs.ShiftedOut(high._u2, part);
        }
    }

    [DoesNotReturn]
    private static void ThrowDivideByZero() => throw new DivideByZeroException();
}
