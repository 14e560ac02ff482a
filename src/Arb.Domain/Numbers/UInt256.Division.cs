using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Quotient rounded down, and remainder.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is 0.</exception>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(UInt256 left, UInt256 right)
    {
        if (right.IsZero)
        {
            ThrowDivideByZero();
        }

        if (left < right)
        {
            return (Zero, left);
        }

        if (left.FitsOneLimb)
        {
            (ulong quotient, ulong remainder) = Math.DivRem(left._u0, right._u0);
            return (quotient, remainder);
        }

        Span<ulong> limbs = [left._u0, left._u1, left._u2, left._u3];
        UInt256 rest = Divide(limbs, right);
        return (new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]), rest);
    }

    /// <summary>Divides like <see cref="DivRem"/>; false when <paramref name="right"/> is 0 (both results are then 0).</summary>
    public static bool TryDivRem(UInt256 left, UInt256 right, out UInt256 quotient, out UInt256 remainder)
    {
        if (right.IsZero)
        {
            quotient = default;
            remainder = default;
            return false;
        }

        (quotient, remainder) = DivRem(left, right);
        return true;
    }

    /// <summary>Quotient, rounded down.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static UInt256 operator /(UInt256 left, UInt256 right) => DivRem(left, right).Quotient;

    /// <summary>Remainder.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static UInt256 operator %(UInt256 left, UInt256 right) => DivRem(left, right).Remainder;

    /// <summary>Divides a number of up to eight limbs in place, least significant first, and returns the remainder.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="divisor"/> is 0.</exception>
    internal static UInt256 Divide(Span<ulong> limbs, UInt256 divisor)
    {
        int used = limbs.Length;
        while (used > 0 && limbs[used - 1] == 0)
        {
            used--;
        }

        limbs = limbs[..used];
        if (divisor.FitsOneLimb)
        {
            if (divisor._u0 == 0)
            {
                ThrowDivideByZero();
            }

            return LimbDivision.ByOne(limbs, divisor._u0);
        }

        if (divisor.FitsTwoLimbs)
        {
            return LimbDivision.ByTwo(limbs, new UInt128(divisor._u1, divisor._u0));
        }

        return LimbDivision.ByFour(limbs, divisor);
    }

    [DoesNotReturn]
    private static void ThrowDivideByZero() => throw new DivideByZeroException();
}
