using System.Runtime.CompilerServices;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Multiplies; false when the product needs more than 256 bits (<paramref name="product"/> then wraps).</summary>
    public static bool TryMultiply(UInt256 left, UInt256 right, out UInt256 product)
    {
        if ((left.FitsTwoLimbs && right.FitsTwoLimbs) || left.BitLength + right.BitLength <= Bits)
        {
            product = left * right;
            return true;
        }

        Span<ulong> wide = stackalloc ulong[8];
        MultiplyWide(left, right, wide);
        product = new UInt256(wide[0], wide[1], wide[2], wide[3]);
        return (wide[4] | wide[5] | wide[6] | wide[7]) == 0;
    }

    /// <summary>Product modulo 2^256.</summary>
    public static UInt256 operator *(UInt256 left, UInt256 right)
    {
        if (right.FitsOneLimb)
        {
            return MultiplyByLimb(left, right._u0);
        }

        if (left.FitsTwoLimbs && right.FitsTwoLimbs)
        {
            return MultiplyTwoLimbs(left, right);
        }

        // Schoolbook rows, each cut off at the fourth limb.
        UInt256 row0 = MultiplyByLimb(left, right._u0);
        UInt256 row1 = MultiplyByLimb(left, right._u1);
        UInt256 row2 = MultiplyByLimb(left, right._u2);
        ulong row3 = left._u0 * right._u3;
        ulong carry = 0;
        ulong u1 = AddLimb(row0._u1, row1._u0, ref carry);
        ulong u2 = AddLimb(row0._u2, row1._u1, ref carry);
        ulong u3 = row0._u3 + row1._u2 + carry;
        carry = 0;
        u2 = AddLimb(u2, row2._u0, ref carry);
        u3 += row2._u1 + carry + row3;
        return new UInt256(row0._u0, u1, u2, u3);
    }

    /// <summary>Exact product.</summary>
    /// <exception cref="OverflowException">It needs more than 256 bits.</exception>
    public static UInt256 operator checked *(UInt256 left, UInt256 right)
    {
        if (!TryMultiply(left, right, out UInt256 product))
        {
            ThrowOverflow("The product needs more than 256 bits.");
        }

        return product;
    }

    /// <summary>The 512-bit product, least significant limb first.</summary>
    /// <param name="left">One factor.</param>
    /// <param name="right">The other.</param>
    /// <param name="wide">Eight limbs; what they held does not matter.</param>
    internal static void MultiplyWide(UInt256 left, UInt256 right, Span<ulong> wide)
    {
        ulong carry = 0;
        ulong w0 = MultiplyAdd(left._u0, right._u0, 0, ref carry);
        ulong w1 = MultiplyAdd(left._u1, right._u0, 0, ref carry);
        ulong w2 = MultiplyAdd(left._u2, right._u0, 0, ref carry);
        ulong w3 = MultiplyAdd(left._u3, right._u0, 0, ref carry);
        ulong w4 = carry;
        carry = 0;
        w1 = MultiplyAdd(left._u0, right._u1, w1, ref carry);
        w2 = MultiplyAdd(left._u1, right._u1, w2, ref carry);
        w3 = MultiplyAdd(left._u2, right._u1, w3, ref carry);
        w4 = MultiplyAdd(left._u3, right._u1, w4, ref carry);
        ulong w5 = carry;
        carry = 0;
        w2 = MultiplyAdd(left._u0, right._u2, w2, ref carry);
        w3 = MultiplyAdd(left._u1, right._u2, w3, ref carry);
        w4 = MultiplyAdd(left._u2, right._u2, w4, ref carry);
        w5 = MultiplyAdd(left._u3, right._u2, w5, ref carry);
        ulong w6 = carry;
        carry = 0;
        w3 = MultiplyAdd(left._u0, right._u3, w3, ref carry);
        w4 = MultiplyAdd(left._u1, right._u3, w4, ref carry);
        w5 = MultiplyAdd(left._u2, right._u3, w5, ref carry);
        w6 = MultiplyAdd(left._u3, right._u3, w6, ref carry);
        wide[7] = carry;
        wide[6] = w6;
        wide[5] = w5;
        wide[4] = w4;
        wide[3] = w3;
        wide[2] = w2;
        wide[1] = w1;
        wide[0] = w0;
    }

    /// <summary>left · limb modulo 2^256.</summary>
    internal static UInt256 MultiplyByLimb(UInt256 left, ulong limb)
    {
        ulong high0 = Math.BigMul(left._u0, limb, out ulong u0);
        ulong high1 = Math.BigMul(left._u1, limb, out ulong u1);
        ulong high2 = Math.BigMul(left._u2, limb, out ulong u2);
        ulong carry = 0;
        u1 = AddLimb(u1, high0, ref carry);
        u2 = AddLimb(u2, high1, ref carry);
        return new UInt256(u0, u1, u2, (left._u3 * limb) + high2 + carry);
    }

    private static UInt256 MultiplyTwoLimbs(UInt256 left, UInt256 right)
    {
        ulong high00 = Math.BigMul(left._u0, right._u0, out ulong u0);
        ulong high01 = Math.BigMul(left._u0, right._u1, out ulong low01);
        ulong high10 = Math.BigMul(left._u1, right._u0, out ulong low10);
        ulong u3 = Math.BigMul(left._u1, right._u1, out ulong u2);
        ulong carry = 0;
        ulong u1 = AddLimb(high00, low01, ref carry);
        u2 = AddLimb(u2, high01, ref carry);
        u3 += carry;
        carry = 0;
        u1 = AddLimb(u1, low10, ref carry);
        u2 = AddLimb(u2, high10, ref carry);
        u3 += carry;
        return new UInt256(u0, u1, u2, u3);
    }

    /// <summary>The low limb of x · y + addend + carry; the high limb becomes the next carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong x, ulong y, ulong addend, ref ulong carry)
    {
        // (2^64 − 1)² + 2 · (2^64 − 1) = 2^128 − 1: neither addition overflows the high limb.
        ulong high = Math.BigMul(x, y, out ulong low);
        low += addend;
        high += low < addend ? 1UL : 0UL;
        low += carry;
        high += low < carry ? 1UL : 0UL;
        carry = high;
        return low;
    }
}
