using System.Numerics;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>a · b / c for operands of at most two limbs, with a product of four: what a swap on two reserves needs.</summary>
internal static class ShortMulDiv
{
    /// <summary>Quotient rounded down, and remainder; false when the quotient needs more than 128 bits or the divisor is 0.</summary>
    /// <param name="a">One factor.</param>
    /// <param name="b">The other.</param>
    /// <param name="c">Divisor.</param>
    /// <param name="quotient">⌊a · b / c⌋; 0 when it does not fit.</param>
    /// <param name="isExact">Whether nothing remains.</param>
    public static bool TryDivide(UInt128 a, UInt128 b, UInt128 c, out UInt128 quotient, out bool isExact)
    {
        ulong p1 = Limbs.BigMul(Low(a), Low(b), out ulong p0);
        ulong p2 = 0;
        ulong p3 = 0;
        if ((High(a) | High(b)) != 0)
        {
            ulong carry = 0;
            p1 = Limbs.MultiplyAdd(High(a), Low(b), p1, ref carry);
            p1 = Limbs.MultiplyAdd(Low(a), High(b), p1, ref p2);
            p2 = Limbs.MultiplyAdd(High(a), High(b), p2, ref carry);
            p3 = carry;
        }

        ulong d1 = High(c);
        ulong d0 = Low(c);
        // The quotient fits two limbs exactly when the product's high half is below the divisor.
        if (p3 > d1 || (p3 == d1 && p2 >= d0))
        {
            quotient = default;
            isExact = false;
            return false;
        }

        quotient = d1 == 0 ? ByOne(p2, p1, p0, d0, out isExact) : ByTwo(p3, p2, p1, p0, d1, d0, out isExact);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 ByOne(ulong rest, ulong p1, ulong p0, ulong d, out bool isExact)
    {
        ulong v = 0;
        if (!LimbDivision.ByHardware)
        {
            int shift = BitOperations.LeadingZeroCount(d);
            d <<= shift;
            v = LimbDivision.Reciprocal(d);
            rest = (rest << shift) | Limbs.ShiftedOut(p1, shift);
            p1 = (p1 << shift) | Limbs.ShiftedOut(p0, shift);
            p0 <<= shift;
        }

        ulong q1 = LimbDivision.One(ref rest, p1, d, v);
        ulong q0 = LimbDivision.One(ref rest, p0, d, v);
        isExact = rest == 0;
        return new UInt128(q1, q0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 ByTwo(ulong p3, ulong p2, ulong p1, ulong p0, ulong d1, ulong d0, out bool isExact)
    {
        int shift = BitOperations.LeadingZeroCount(d1);
        bool isShort = p3 == 0 && p2 < d1;
        d1 = (d1 << shift) | Limbs.ShiftedOut(d0, shift);
        d0 <<= shift;
        ulong v = LimbDivision.ByHardware ? 0 : LimbDivision.Reciprocal(d1, d0);
        ulong r1 = (p2 << shift) | Limbs.ShiftedOut(p1, shift);
        ulong r0 = (p1 << shift) | Limbs.ShiftedOut(p0, shift);
        ulong q1 = 0;
        if (!isShort)
        {
            // r1 and r0 are the two limbs below the leading two, of which the divisor is greater.
            ulong next = r0;
            r0 = r1;
            r1 = (p3 << shift) | Limbs.ShiftedOut(p2, shift);
            q1 = LimbDivision.Two(ref r1, ref r0, next, d1, d0, v);
        }

        ulong q0 = LimbDivision.Two(ref r1, ref r0, p0 << shift, d1, d0, v);
        isExact = (r1 | r0) == 0;
        return new UInt128(q1, q0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Low(UInt128 value) => (ulong)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(UInt128 value) => (ulong)(value >> 64);
}
