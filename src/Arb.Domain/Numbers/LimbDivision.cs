using System.Numerics;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>
/// Schoolbook division in base 2^64 (Knuth, TAOCP 2, 4.3.1, algorithm D). Trial quotients come from a reciprocal of the
/// divisor's leading limbs (Möller and Granlund, "Improved division by invariant integers", 2011) and not from hardware
/// division, which .NET does not offer portably for a 128-bit dividend.
/// </summary>
/// <remarks>Numbers are spans of limbs, least significant first; B is 2^64.</remarks>
internal static class LimbDivision
{
    /// <summary>Divides in place; returns the remainder.</summary>
    /// <param name="limbs">Dividend, then quotient.</param>
    /// <param name="divisor">Not 0.</param>
    public static ulong ByOne(Span<ulong> limbs, ulong divisor)
    {
        int shift = BitOperations.LeadingZeroCount(divisor);
        ulong d = divisor << shift;
        ulong v = Reciprocal(d);
        ulong rest = limbs.IsEmpty ? 0 : High(limbs[^1], shift);
        for (int i = limbs.Length - 1; i >= 0; i--)
        {
            ulong next = (limbs[i] << shift) | (i > 0 ? High(limbs[i - 1], shift) : 0);
            limbs[i] = TwoByOne(ref rest, next, d, v);
        }

        return rest >> shift;
    }

    /// <summary>Divides in place; returns the remainder.</summary>
    /// <param name="limbs">Dividend, then quotient.</param>
    /// <param name="divisor">At least B.</param>
    public static UInt128 ByTwo(Span<ulong> limbs, UInt128 divisor)
    {
        int last = limbs.Length - 1;
        if (last < 1)
        {
            ulong small = last < 0 ? 0 : limbs[0];
            limbs.Clear();
            return small;
        }

        int shift = BitOperations.LeadingZeroCount((ulong)(divisor >> 64));
        ulong d1 = (ulong)((divisor << shift) >> 64);
        ulong d0 = (ulong)(divisor << shift);
        ulong v = Reciprocal(d1, d0);
        // The leading limb shifted out is below 2^63 ≤ d1, so the first partial remainder is below the divisor.
        ulong r1 = High(limbs[last], shift);
        ulong r0 = (limbs[last] << shift) | High(limbs[last - 1], shift);
        limbs[last] = 0;
        for (int i = last - 1; i >= 0; i--)
        {
            ulong next = (limbs[i] << shift) | (i > 0 ? High(limbs[i - 1], shift) : 0);
            limbs[i] = ThreeByTwo(ref r1, ref r0, next, d1, d0, v);
        }

        return new UInt128(r1, r0) >> shift;
    }

    /// <summary>Divides in place; returns the remainder.</summary>
    /// <param name="limbs">Dividend, then quotient.</param>
    /// <param name="divisor">At least B².</param>
    /// <remarks>
    /// A divisor of three limbs is shifted up to four, and the dividend with it: the quotient stays the same, and one partial
    /// remainder of four limbs serves both.
    /// </remarks>
    public static UInt256 ByFour(Span<ulong> limbs, UInt256 divisor)
    {
        int shift = UInt256.Bits - divisor.BitLength;
        int whole = shift >> 6;
        int part = shift & 63;
        int last = limbs.Length + whole - 4;
        UInt256 rest;
        if (last < 0)
        {
            rest = new UInt256(Shifted(limbs, 0, 0), Shifted(limbs, 1, 0), Shifted(limbs, 2, 0), 0);
            limbs.Clear();
            return rest;
        }

        UInt256 d = divisor << shift;
        (_, _, ulong d2, ulong d3) = d;
        ulong v = Reciprocal(d3, d2);

        // The first partial remainder: four leading limbs, of which the shifted-out one is below 2^63 and so below d3.
        rest = new(
            Shifted(limbs, last - whole + 1, part),
            Shifted(limbs, last - whole + 2, part),
            Shifted(limbs, last - whole + 3, part),
            Shifted(limbs, last - whole + 4, part));
        limbs[Math.Min(last + 1, limbs.Length)..].Clear();
        for (int j = last; j >= 0; j--)
        {
            limbs[j] = QuotientLimb(ref rest, Shifted(limbs, j - whole, part), d, v);
        }

        return rest >> shift;
    }

    /// <summary>One limb of the quotient of (rest·B + next) / d; rest, below d, becomes the remainder.</summary>
    /// <param name="rest">Partial remainder.</param>
    /// <param name="next">Next limb of the dividend.</param>
    /// <param name="d">Divisor, its leading bit set.</param>
    /// <param name="v">Reciprocal of its two leading limbs.</param>
    private static ulong QuotientLimb(ref UInt256 rest, ulong next, UInt256 d, ulong v)
    {
        (ulong r0, ulong r1, ulong r2, ulong r3) = rest;
        (ulong d0, ulong d1, ulong d2, ulong d3) = d;
        if (r3 == d3 && r2 == d2)
        {
            // rest·B + next − d·(B − 1) ≥ d − B·(d1·B + d0) > 0 as d ≥ B⁴ / 2, and rest < d: the limb is B − 1.
            rest = new UInt256(next, r0, r1, r2) - UInt256.MultiplyByLimb(d, ulong.MaxValue);
            return ulong.MaxValue;
        }

        ulong quotient = ThreeByTwo(ref r3, ref r2, r1, d3, d2, v);
        ulong high0 = Math.BigMul(quotient, d0, out ulong p0);
        ulong p2 = Math.BigMul(quotient, d1, out ulong p1);
        p1 += high0;
        p2 += p1 < high0 ? 1UL : 0UL;
        if (!UInt256.TrySubtract(new UInt256(next, r0, r2, r3), new UInt256(p0, p1, p2, 0), out rest))
        {
            // The two leading limbs alone gave one too many (never two, by Knuth's theorem B): give one divisor back.
            quotient--;
            rest += d;
        }

        return quotient;
    }

    /// <summary>A limb of the dividend shifted up by 0 to 63 bits; 0 beyond its ends.</summary>
    private static ulong Shifted(ReadOnlySpan<ulong> limbs, int i, int shift)
    {
        ulong low = (uint)(i - 1) < (uint)limbs.Length ? High(limbs[i - 1], shift) : 0;
        return (uint)i < (uint)limbs.Length ? (limbs[i] << shift) | low : low;
    }

    /// <summary>What a limb shifted up by 0 to 63 bits gives to the next. Two steps, because a shift by 64 would be a shift by 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong limb, int shift) => (limb >> 1) >> (63 - shift);

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
            ulong v3 = (Math.BigMul(v2, error, out _) >> 1) + (v2 << 31);
            ulong high = Math.BigMul(v3, d, out ulong low);
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

            ulong t1 = Math.BigMul(v, d0, out ulong t0);
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
    private static ulong TwoByOne(ref ulong rest, ulong next, ulong d, ulong v)
    {
        unchecked
        {
            ulong q1 = Math.BigMul(v, rest, out ulong q0);
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ThreeByTwo(ref ulong r1, ref ulong r0, ulong next, ulong d1, ulong d0, ulong v)
    {
        unchecked
        {
            ulong q1 = Math.BigMul(v, r1, out ulong q0);
            q0 += r0;
            q1 += r1 + (q0 < r0 ? 1UL : 0UL);
            UInt128 d = new(d1, d0);
            ulong t1 = Math.BigMul(d0, q1, out ulong t0);
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
}
