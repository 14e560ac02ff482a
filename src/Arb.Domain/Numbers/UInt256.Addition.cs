using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Adds; false when the sum needs more than 256 bits (<paramref name="sum"/> then wraps).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(in UInt256 left, in UInt256 right, out UInt256 sum)
    {
        ulong carry = 0;
        ulong u0 = Limbs.Add(left._u0, right._u0, ref carry);
        ulong u1 = Limbs.Add(left._u1, right._u1, ref carry);
        ulong u2 = Limbs.Add(left._u2, right._u2, ref carry);
        ulong u3 = Limbs.Add(left._u3, right._u3, ref carry);
        sum = new UInt256(u0, u1, u2, u3);
        return carry == 0;
    }

    /// <summary>Subtracts; false when the difference is negative (<paramref name="difference"/> then wraps).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySubtract(in UInt256 left, in UInt256 right, out UInt256 difference)
    {
        ulong borrow = 0;
        ulong u0 = Limbs.Subtract(left._u0, right._u0, ref borrow);
        ulong u1 = Limbs.Subtract(left._u1, right._u1, ref borrow);
        ulong u2 = Limbs.Subtract(left._u2, right._u2, ref borrow);
        ulong u3 = Limbs.Subtract(left._u3, right._u3, ref borrow);
        difference = new UInt256(u0, u1, u2, u3);
        return borrow == 0;
    }

    /// <summary>Sum modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator +(in UInt256 left, in UInt256 right)
    {
        TryAdd(left, right, out UInt256 sum);
        return sum;
    }

    /// <summary>Exact sum.</summary>
    /// <exception cref="OverflowException">It needs more than 256 bits.</exception>
    public static UInt256 operator checked +(in UInt256 left, in UInt256 right)
    {
        if (!TryAdd(left, right, out UInt256 sum))
        {
            ThrowOverflow("The sum needs more than 256 bits.");
        }

        return sum;
    }

    /// <summary>Difference modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator -(in UInt256 left, in UInt256 right)
    {
        TrySubtract(left, right, out UInt256 difference);
        return difference;
    }

    /// <summary>Exact difference.</summary>
    /// <exception cref="OverflowException">It would be negative.</exception>
    public static UInt256 operator checked -(in UInt256 left, in UInt256 right)
    {
        if (!TrySubtract(left, right, out UInt256 difference))
        {
            ThrowOverflow("The difference is negative.");
        }

        return difference;
    }

    /// <summary>The value itself.</summary>
    public static UInt256 operator +(in UInt256 value) => value;

    /// <summary>2^256 − value, modulo 2^256 (two's complement).</summary>
    public static UInt256 operator -(in UInt256 value) => Zero - value;

    /// <summary>0 for 0.</summary>
    /// <exception cref="OverflowException">The value is not 0.</exception>
    public static UInt256 operator checked -(in UInt256 value) => checked(Zero - value);

    /// <summary>Adds 1 modulo 2^256.</summary>
    public static UInt256 operator ++(UInt256 value) => value + One;

    /// <summary>Adds 1.</summary>
    /// <exception cref="OverflowException">The value is 2^256 − 1.</exception>
    public static UInt256 operator checked ++(UInt256 value) => checked(value + One);

    /// <summary>Subtracts 1 modulo 2^256.</summary>
    public static UInt256 operator --(UInt256 value) => value - One;

    /// <summary>Subtracts 1.</summary>
    /// <exception cref="OverflowException">The value is 0.</exception>
    public static UInt256 operator checked --(UInt256 value) => checked(value - One);

    [DoesNotReturn]
    private static void ThrowOverflow(string what) => throw new OverflowException(what);
}
