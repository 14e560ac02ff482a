using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Arb.Domain;

/// <summary>
/// The steps of schoolbook division in base B = 2^64 (Knuth, TAOCP 2, 4.3.1, algorithm D): each gives one limb of a quotient. Trial
/// quotients come from the processor's 128-by-64-bit division where .NET offers it, elsewhere from a reciprocal of the divisor's
/// leading limbs (Möller and Granlund, "Improved division by invariant integers", 2011).
/// </summary>
internal static class LimbDivision
{
    /// <summary>Whether the processor divides; then reciprocals are not used and need not be computed.</summary>
    public static bool ByHardware
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => X86Base.X64.IsSupported;
    }

    /// <summary>Quotient of (rest·B + next) / d, rest below d; rest becomes the remainder.</summary>
    /// <param name="rest">Partial remainder.</param>
    /// <param name="next">Next limb of the dividend.</param>
    /// <param name="d">Divisor; its leading bit set unless <see cref="ByHardware"/>.</param>
    /// <param name="v">Its reciprocal unless <see cref="ByHardware"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong One(ref ulong rest, ulong next, ulong d, ulong v)
    {
        if (!X86Base.X64.IsSupported)
        {
            return TwoByOne(ref rest, next, d, v);
        }

        (ulong quotient, rest) = DivideByHardware(rest, next, d);
        return quotient;
    }

    /// <summary>Quotient of (r·B + next) / d for two-limb r and d, r below d; r becomes the remainder.</summary>
    /// <param name="r1">High limb of the partial remainder.</param>
    /// <param name="r0">Its low limb.</param>
    /// <param name="next">Next limb of the dividend.</param>
    /// <param name="d1">High limb of the divisor, its leading bit set.</param>
    /// <param name="d0">Its low limb.</param>
    /// <param name="v">Its reciprocal unless <see cref="ByHardware"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Two(ref ulong r1, ref ulong r0, ulong next, ulong d1, ulong d0, ulong v)
    {
        if (!X86Base.X64.IsSupported)
        {
            return ThreeByTwo(ref r1, ref r0, next, d1, d0, v);
        }

        if (r1 >= d1)
        {
            return EqualLeadingLimbs(ref r1, ref r0, next, d1, d0);
        }

        // d0 is left out of the trial, so that it may be 1 or 2 too great (Knuth's theorem B): a divisor is given back for each. Once
        // is about as likely as not and done without a branch; twice is rare.
        (ulong quotient, ulong rest) = DivideByHardware(r1, r0, d1);
        ulong high = Limbs.BigMul(quotient, d0, out ulong low);
        ulong borrow = 0;
        ulong s0 = Limbs.Subtract(next, low, ref borrow);
        ulong s1 = Limbs.Subtract(rest, high, ref borrow);
        ulong mask = 0 - borrow;
        ulong carry = 0;
        r0 = Limbs.Add(s0, d0 & mask, ref carry);
        r1 = Limbs.Add(s1, d1 & mask, ref carry);
        quotient -= borrow;
        if (carry < borrow)
        {
            // Still negative, or the sum would have carried out of its two limbs.
            quotient--;
            carry = 0;
            r0 = Limbs.Add(r0, d0, ref carry);
            r1 = Limbs.Add(r1, d1, ref carry);
        }

        return quotient;
    }

    /// <summary>Quotient of (r·B + next) / d for four-limb r and d, r below d; r becomes the remainder.</summary>
    /// <param name="r3">Highest limb of the partial remainder.</param>
    /// <param name="r2">Its third limb.</param>
    /// <param name="r1">Its second limb.</param>
    /// <param name="r0">Its lowest limb.</param>
    /// <param name="next">Next limb of the dividend.</param>
    /// <param name="d">Divisor, its leading bit set.</param>
    /// <param name="v">Reciprocal of its two leading limbs unless <see cref="ByHardware"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Four(
        ref ulong r3, ref ulong r2, ref ulong r1, ref ulong r0, ulong next, in UInt256 d, ulong v)
    {
        (ulong d0, ulong d1, ulong d2, ulong d3) = d;
        if (r3 == d3 && r2 == d2)
        {
            return GreatestLimb(ref r3, ref r2, ref r1, ref r0, next, d);
        }

        ulong t3 = r3;
        ulong t2 = r2;
        ulong quotient = Two(ref t3, ref t2, r1, d3, d2, v);
        ulong high = 0;
        ulong p0 = Limbs.Multiply(quotient, d0, ref high);
        ulong p1 = Limbs.Multiply(quotient, d1, ref high);
        ulong borrow = 0;
        ulong s0 = Limbs.Subtract(next, p0, ref borrow);
        ulong s1 = Limbs.Subtract(r0, p1, ref borrow);
        ulong s2 = Limbs.Subtract(t2, high, ref borrow);
        ulong s3 = Limbs.Subtract(t3, 0, ref borrow);
        if (borrow != 0)
        {
            // The two leading limbs alone gave one too many (never two, by Knuth's theorem B): give one divisor back.
            quotient--;
            ulong carry = 0;
            s0 = Limbs.Add(s0, d0, ref carry);
            s1 = Limbs.Add(s1, d1, ref carry);
            s2 = Limbs.Add(s2, d2, ref carry);
            s3 += d3 + carry;
        }

        (r0, r1, r2, r3) = (s0, s1, s2, s3);
        return quotient;
    }

    /// <summary>The case of two equal leading limbs: (r·B + next) − d·(B − 1) ≥ d − B·(d1·B + d0) > 0 as d ≥ B⁴ / 2, and r is below d.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong GreatestLimb(
        ref ulong r3, ref ulong r2, ref ulong r1, ref ulong r0, ulong next, in UInt256 d)
    {
        (r0, r1, r2, r3) = new UInt256(next, r0, r1, r2) - UInt256.MultiplyByLimb(d, ulong.MaxValue);
        return ulong.MaxValue;
    }

    /// <summary>⌊(B² − 1) / d⌋ − B for a d with its leading bit set (algorithm 2 of the paper, without its table).</summary>
    internal static ulong Reciprocal(ulong d)
    {
        unchecked
        {
            uint nine = (uint)(d >> 55);
            ulong forty = (d >> 24) + 1;
            ulong half = (d >> 1) + (d & 1);
            ulong v0 = 0x7FD00 / nine;
            ulong v1 = (v0 << 11) - (uint)((v0 * v0 * forty) >> 40) - 1;
            ulong v2 = (v1 << 13) + ((v1 * ((1UL << 60) - (v1 * forty))) >> 47);
            ulong error = ((v2 >> 1) & (0 - (d & 1))) - (v2 * half);
            ulong v3 = (Limbs.BigMul(v2, error, out _) >> 1) + (v2 << 31);
            ulong high = Limbs.BigMul(v3, d, out ulong low);
            ulong carry = low + d < low ? 1UL : 0UL;
            return v3 - (high + d + carry);
        }
    }

    /// <summary>⌊(B³ − 1) / (d1·B + d0)⌋ − B for a d1 with its leading bit set (algorithm 6 of the paper).</summary>
    internal static ulong Reciprocal(ulong d1, ulong d0)
    {
        unchecked
        {
            ulong v = Reciprocal(d1);
            ulong p = (d1 * v) + d0;
            if (p < d0)
            {
                v--;
                if (p >= d1)
                {
                    v--;
                    p -= d1;
                }

                p -= d1;
            }

            ulong t1 = Limbs.BigMul(v, d0, out ulong t0);
            p += t1;
            if (p < t1)
            {
                v--;
                if (p > d1 || (p == d1 && t0 >= d0))
                {
                    v--;
                }
            }

            return v;
        }
    }

    /// <summary>Quotient of (rest·B + next) / d, rest below d (algorithm 4 of the paper); rest becomes the remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong TwoByOne(ref ulong rest, ulong next, ulong d, ulong v)
    {
        unchecked
        {
            ulong q1 = Limbs.BigMul(v, rest, out ulong q0);
            q0 += next;
            q1 += rest + (q0 < next ? 1UL : 0UL) + 1;
            ulong r = next - (q1 * d);
            if (r > q0)
            {
                q1--;
                r += d;
            }

            if (r >= d)
            {
                q1++;
                r -= d;
            }

            rest = r;
            return q1;
        }
    }

    /// <summary>Quotient of (r·B + next) / d for two-limb r and d, r below d (algorithm 5 of the paper); r becomes the remainder.</summary>
    internal static ulong ThreeByTwo(ref ulong r1, ref ulong r0, ulong next, ulong d1, ulong d0, ulong v)
    {
        unchecked
        {
            ulong q1 = Limbs.BigMul(v, r1, out ulong q0);
            q0 += r0;
            q1 += r1 + (q0 < r0 ? 1UL : 0UL);
            UInt128 d = new(d1, d0);
            ulong t1 = Limbs.BigMul(d0, q1, out ulong t0);
            UInt128 r = new UInt128(r0 - (q1 * d1), next) - new UInt128(t1, t0) - d;
            q1++;
            if ((ulong)(r >> 64) >= q0)
            {
                q1--;
                r += d;
            }

            if (r >= d)
            {
                q1++;
                r -= d;
            }

            r1 = (ulong)(r >> 64);
            r0 = (ulong)r;
            return q1;
        }
    }

    /// <summary>The rare case in which the leading limbs alone would give B, which is no limb.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong EqualLeadingLimbs(ref ulong r1, ref ulong r0, ulong next, ulong d1, ulong d0) =>
        ThreeByTwo(ref r1, ref r0, next, d1, d0, Reciprocal(d1, d0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Quotient, ulong Remainder) DivideByHardware(ulong high, ulong low, ulong d)
    {
        // The platform marks DivRem as experimental and yet builds its own UInt128 on it; should it go, the reciprocals do its work.
#pragma warning disable SYSLIB5004
        return X86Base.X64.DivRem(low, high, d);
#pragma warning restore SYSLIB5004
    }
}
