using System.Runtime.CompilerServices;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Multiplies; false when the product needs more than 256 bits (<paramref name="product"/> then wraps).</summary>
    public static bool TryMultiply(in UInt256 left, in UInt256 right, out UInt256 product)
    {
        if ((left.FitsTwoLimbs && right.FitsTwoLimbs) || left.BitLength + right.BitLength <= Bits)
        {
            product = left * right;
            return true;
        }

        MultiplyWide(left, right, out UInt256 high, out product);
        return high.IsZero;
    }

    /// <summary>Product modulo 2^256.</summary>
    public static UInt256 operator *(in UInt256 left, in UInt256 right)
    {
        if (right.FitsTwoLimbs)
        {
            return right._u1 == 0 ? MultiplyByLimb(left, right._u0) : MultiplyByTwoLimbs(left, right._u0, right._u1);
        }

        if (left.FitsTwoLimbs)
        {
            return left._u1 == 0 ? MultiplyByLimb(right, left._u0) : MultiplyByTwoLimbs(right, left._u0, left._u1);
        }

        // Schoolbook rows, each cut off at the fourth limb.
        ulong carry = 0;
        ulong u0 = Limbs.Multiply(left._u0, right._u0, ref carry);
        ulong u1 = Limbs.Multiply(left._u1, right._u0, ref carry);
        ulong u2 = Limbs.Multiply(left._u2, right._u0, ref carry);
        ulong u3 = (left._u3 * right._u0) + carry;
        carry = 0;
        u1 = Limbs.MultiplyAdd(left._u0, right._u1, u1, ref carry);
        u2 = Limbs.MultiplyAdd(left._u1, right._u1, u2, ref carry);
        u3 += (left._u2 * right._u1) + carry;
        carry = 0;
        u2 = Limbs.MultiplyAdd(left._u0, right._u2, u2, ref carry);
        u3 += (left._u1 * right._u2) + (left._u0 * right._u3) + carry;
        return new UInt256(u0, u1, u2, u3);
    }

    /// <summary>Exact product.</summary>
    /// <exception cref="OverflowException">It needs more than 256 bits.</exception>
    public static UInt256 operator checked *(in UInt256 left, in UInt256 right)
    {
        if (!TryMultiply(left, right, out UInt256 product))
        {
            ThrowOverflow("The product needs more than 256 bits.");
        }

        return product;
    }

    /// <summary>The 512-bit product.</summary>
    internal static void MultiplyWide(in UInt256 left, in UInt256 right, out UInt256 high, out UInt256 low)
    {
        (ulong a0, ulong a1, ulong a2, ulong a3) = left;
        (ulong b0, ulong b1, ulong b2, ulong b3) = right;
        ulong w4 = 0;
        ulong w0 = Limbs.Multiply(a0, b0, ref w4);
        ulong w1 = Limbs.Multiply(a1, b0, ref w4);
        ulong w2 = Limbs.Multiply(a2, b0, ref w4);
        ulong w3 = Limbs.Multiply(a3, b0, ref w4);
        ulong w5 = 0;
        w1 = Limbs.MultiplyAdd(a0, b1, w1, ref w5);
        w2 = Limbs.MultiplyAdd(a1, b1, w2, ref w5);
        w3 = Limbs.MultiplyAdd(a2, b1, w3, ref w5);
        w4 = Limbs.MultiplyAdd(a3, b1, w4, ref w5);
        ulong w6 = 0;
        w2 = Limbs.MultiplyAdd(a0, b2, w2, ref w6);
        w3 = Limbs.MultiplyAdd(a1, b2, w3, ref w6);
        w4 = Limbs.MultiplyAdd(a2, b2, w4, ref w6);
        w5 = Limbs.MultiplyAdd(a3, b2, w5, ref w6);
        ulong w7 = 0;
        if (b3 != 0)
        {
            w3 = Limbs.MultiplyAdd(a0, b3, w3, ref w7);
            w4 = Limbs.MultiplyAdd(a1, b3, w4, ref w7);
            w5 = Limbs.MultiplyAdd(a2, b3, w5, ref w7);
            w6 = Limbs.MultiplyAdd(a3, b3, w6, ref w7);
        }

        high = new UInt256(w4, w5, w6, w7);
        low = new UInt256(w0, w1, w2, w3);
    }

    /// <summary>left · limb modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static UInt256 MultiplyByLimb(in UInt256 left, ulong limb)
    {
        ulong carry = 0;
        ulong u0 = Limbs.Multiply(left._u0, limb, ref carry);
        ulong u1 = Limbs.Multiply(left._u1, limb, ref carry);
        ulong u2 = Limbs.Multiply(left._u2, limb, ref carry);
        return new UInt256(u0, u1, u2, (left._u3 * limb) + carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt256 MultiplyByTwoLimbs(in UInt256 left, ulong low, ulong high)
    {
        ulong carry = 0;
        ulong u0 = Limbs.Multiply(left._u0, low, ref carry);
        ulong u1 = Limbs.Multiply(left._u1, low, ref carry);
        ulong u2 = Limbs.Multiply(left._u2, low, ref carry);
        ulong u3 = (left._u3 * low) + carry;
        carry = 0;
        u1 = Limbs.MultiplyAdd(left._u0, high, u1, ref carry);
        u2 = Limbs.MultiplyAdd(left._u1, high, u2, ref carry);
        u3 += (left._u2 * high) + carry;
        return new UInt256(u0, u1, u2, u3);
    }
}
