using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

// A product's low limb comes back through a local's address, and clearing every such local first costs as much as the arithmetic.
// The language lets no local be read before it is written; the assembly's stackallocs are written before they are read.
[module: SkipLocalsInit]

namespace Arb.Domain;

/// <summary>Arithmetic on single 64-bit limbs with their carries; B is 2^64.</summary>
internal static class Limbs
{
    /// <summary>left + right + carry; carry, 0 or 1 before and after, becomes what leaves the limb.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong left, ulong right, ref ulong carry)
    {
        ulong sum = left + right;
        ulong next = sum + carry;
        // At most one of the two steps carries: after a first carry the sum is at most B − 2, so 1 more fits.
        carry = (sum < left ? 1UL : 0UL) | (next < sum ? 1UL : 0UL);
        return next;
    }

    /// <summary>left − right − borrow; borrow, 0 or 1 before and after, becomes what the next limb must give.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong left, ulong right, ref ulong borrow)
    {
        ulong difference = left - right;
        ulong next = difference - borrow;
        // At most one of the two steps borrows: after a first borrow the wrapped difference is at least 1, so 1 more can be taken.
        borrow = (left < right ? 1UL : 0UL) | (difference < borrow ? 1UL : 0UL);
        return next;
    }

    /// <summary>The low limb of x · y + carry; carry, any limb, becomes the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(ulong x, ulong y, ref ulong carry)
    {
        // (B − 1)² + B − 1 = B² − B: the addition does not overflow the high limb.
        ulong high = BigMul(x, y, out ulong low);
        low += carry;
        carry = high + (low < carry ? 1UL : 0UL);
        return low;
    }

    /// <summary>The low limb of x · y + addend + carry; carry, any limb, becomes the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong x, ulong y, ulong addend, ref ulong carry)
    {
        // (B − 1)² + 2 · (B − 1) = B² − 1: neither addition overflows the high limb.
        ulong high = BigMul(x, y, out ulong low);
        low += addend;
        high += low < addend ? 1UL : 0UL;
        low += carry;
        carry = high + (low < carry ? 1UL : 0UL);
        return low;
    }

    /// <summary>The high limb of x · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyHigh(ulong x, ulong y) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(x, y) : Math.BigMul(x, y, out _);

    /// <summary>
    /// x · y: the high limb, and the low one. Multiplying twice is quicker than the platform's method, whose low limb takes the
    /// way through memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong BigMul(ulong x, ulong y, out ulong low)
    {
        if (!Bmi2.X64.IsSupported)
        {
            return Math.BigMul(x, y, out low);
        }

        low = x * y;
        return Bmi2.X64.MultiplyNoFlags(x, y);
    }

    /// <summary>What a limb shifted up by 0 to 63 bits gives to the next. Two steps, because a shift by 64 would be a shift by 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ShiftedOut(ulong limb, int shift) => (limb >> 1) >> (63 - shift);
}
