using System.Numerics;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>
/// The price after token0 was paid, limb by limb: what most quotes spend their time on. It is MulDiv.Ceiling of operands
/// whose widths are known, so that no product of 512 bits is built and cut down again.
/// </summary>
internal static class Token0Step
{
    /// <summary>
    /// ⌈L · 2^96 · price / (L · 2^96 + amount · price)⌉ as <see cref="SqrtPriceMath.TryAfterPaying0"/> has it; false when the
    /// operands are not of the usual size, which says nothing of the result.
    /// </summary>
    /// <param name="price">Below 2^160.</param>
    /// <param name="liquidity">More than 0.</param>
    /// <param name="amount">Fee taken off.</param>
    /// <param name="next">The price after it.</param>
    public static bool TryAfterPaying(in UInt256 price, UInt128 liquidity, UInt128 amount, out UInt256 next)
    {
        (ulong p0, ulong p1, ulong p2, _) = price;
        (ulong l0, ulong l1) = ((ulong)liquidity, (ulong)(liquidity >> 64));
        ulong d3 = 0;
        ulong d0 = Limbs.Multiply(p0, (ulong)amount, ref d3);
        ulong d1 = Limbs.Multiply(p1, (ulong)amount, ref d3);
        ulong d2 = Limbs.Multiply(p2, (ulong)amount, ref d3);
        ulong d4 = 0;
        ulong a1 = (ulong)(amount >> 64);
        if (a1 != 0)
        {
            d1 = Limbs.MultiplyAdd(p0, a1, d1, ref d4);
            d2 = Limbs.MultiplyAdd(p1, a1, d2, ref d4);
            d3 = Limbs.MultiplyAdd(p2, a1, d3, ref d4);
        }

        // L · 2^96 has no limb 0.
        ulong carry = 0;
        d1 = Limbs.Add(d1, l0 << 32, ref carry);
        d2 = Limbs.Add(d2, (l0 >> 32) | (l1 << 32), ref carry);
        d3 = Limbs.Add(d3, l1 >> 32, ref carry);
        if ((d4 | carry) != 0 || (d2 | d3) == 0)
        {
            next = default;
            return false;
        }

        ulong n3 = 0;
        ulong n0 = Limbs.Multiply(p0, l0, ref n3);
        ulong n1 = Limbs.Multiply(p1, l0, ref n3);
        ulong n2 = Limbs.Multiply(p2, l0, ref n3);
        ulong n4 = 0;
        n1 = Limbs.MultiplyAdd(p0, l1, n1, ref n4);
        n2 = Limbs.MultiplyAdd(p1, l1, n2, ref n4);
        n3 = Limbs.MultiplyAdd(p2, l1, n3, ref n4);

        // 288 bits, 96 further up: limbs 1 to 5.
        n4 = (n4 << 32) | (n3 >> 32);
        n3 = (n3 << 32) | (n2 >> 32);
        n2 = (n2 << 32) | (n1 >> 32);
        n1 = (n1 << 32) | (n0 >> 32);
        n0 <<= 32;
        next = DivideCeiling(n4, n3, n2, n1, n0, new UInt256(d0, d1, d2, d3), isShort: p2 == 0);
        return true;
    }

    /// <summary>⌈(n4 … n0, 0) / d⌉ for a divisor of three or four limbs and a quotient below 2^192, if short below 2^128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt256 DivideCeiling(ulong n4, ulong n3, ulong n2, ulong n1, ulong n0, in UInt256 divisor, bool isShort)
    {
        (ulong d0, ulong d1, ulong d2, ulong d3) = divisor;

        // A divisor of three limbs moves up to four, and the dividend with it.
        ulong top = 0;
        bool isWide = d3 != 0;
        if (!isWide)
        {
            (d3, d2, d1, d0) = (d2, d1, d0, 0);
            (top, n4, n3, n2, n1, n0) = (n4, n3, n2, n1, n0, 0);
        }

        int shift = BitOperations.LeadingZeroCount(d3);
        UInt256 d = new(
            d0 << shift,
            (d1 << shift) | Limbs.ShiftedOut(d0, shift),
            (d2 << shift) | Limbs.ShiftedOut(d1, shift),
            (d3 << shift) | Limbs.ShiftedOut(d2, shift));
        (_, _, ulong lead2, ulong lead3) = d;
        ulong v = LimbDivision.ByHardware ? 0 : LimbDivision.Reciprocal(lead3, lead2);
        ulong w6 = (top << shift) | Limbs.ShiftedOut(n4, shift);
        ulong w5 = (n4 << shift) | Limbs.ShiftedOut(n3, shift);
        ulong w4 = (n3 << shift) | Limbs.ShiftedOut(n2, shift);
        ulong w3 = (n2 << shift) | Limbs.ShiftedOut(n1, shift);
        ulong w2 = (n1 << shift) | Limbs.ShiftedOut(n0, shift);
        ulong w1 = n0 << shift;
        ulong q2 = 0;
        if (!isShort)
        {
            // The quotient fits three limbs: the leading four are below the divisor.
            q2 = LimbDivision.Four(ref w6, ref w5, ref w4, ref w3, w2, d, v);
            (w5, w4, w3, w2) = (w6, w5, w4, w3);
        }

        ulong q1 = LimbDivision.Four(ref w5, ref w4, ref w3, ref w2, w1, d, v);
        ulong q0 = LimbDivision.Four(ref w5, ref w4, ref w3, ref w2, 0, d, v);
        ulong carry = (w5 | w4 | w3 | w2) != 0 ? 1UL : 0UL;
        q0 += carry;
        carry = q0 < carry ? 1UL : 0UL;
        q1 += carry;
        carry = q1 < carry ? 1UL : 0UL;
        return new UInt256(q0, q1, q2 + carry, 0);
    }
}
