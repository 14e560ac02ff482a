using System.Numerics;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>
/// One step of a swap as if on a pair: at price √p and liquidity L a pool trades like reserves of L/√p and L·√p (Uniswap V3's
/// white paper, 2.1). Paying a, fee taken off, receives a · out / (in + a) before rounding: one division in place of the
/// contract's two or three. The contract rounds in between; where that could tell, the step is left to the exact formulas.
/// </summary>
/// <remarks>
/// Let X = a·R/(r + a) with the true reserves r and R.
/// <para>
/// The contract gives ⌊Y⌋ with X − g &lt; Y ≤ X. Falling price: it rounds the fall of the price down to a whole number, of which each is
/// worth g = L/2^96. Rising price: it rounds the rise down; the amount's slope over the rise is at most g = L·2^96/√p² (its next
/// floors, of a quotient and then of its quotient, are one floor).
/// </para>
/// <para>
/// Here r and R are scaled by 2^s and cut off: ρ ≤ r·2^s &lt; ρ + 1, likewise for R. Then X − a/ρ ≤ a·P/(ρ + a·2^s) ≤ X + X/ρ.
/// </para>
/// <para>
/// So if the quotient's fraction is at least X/ρ + g, and below 1 by at least a/ρ, its whole part is the contract's.
/// </para>
/// </remarks>
internal readonly struct VirtualReserves
{
    // Both scaled, the greater below 2^127.
    private readonly ulong _in0;
    private readonly ulong _in1;
    private readonly ulong _out0;
    private readonly ulong _out1;

    /// <summary>The scale's binary exponent.</summary>
    private readonly int _shift;

    /// <summary>The fraction must keep 2^−this from either end; 0 when no quote can be told.</summary>
    private readonly int _marginBits;

    private VirtualReserves(in UInt256 reserveIn, in UInt256 reserveOut, int shift, int marginBits)
    {
        (_in0, _in1, _, _) = reserveIn;
        (_out0, _out1, _, _) = reserveOut;
        _shift = shift;
        _marginBits = marginBits;
    }

    /// <summary>Those of a step.</summary>
    /// <param name="zeroForOne">Whether the price falls.</param>
    /// <param name="price">Where the step starts.</param>
    /// <param name="liquidity">Its liquidity.</param>
    /// <param name="paidMax">What it takes to the step's end.</param>
    /// <param name="receivedMax">What that gives.</param>
    public static VirtualReserves Of(
        bool zeroForOne, in UInt256 price, UInt128 liquidity, in UInt256 paidMax, in UInt256 receivedMax)
    {
        const int marginBitsMin = 4;
        const int marginBitsMost = 48;
        int liquidityBits = ((UInt256)liquidity).BitLength;
        int priceBits = price.BitLength;
        if (liquidity == 0 || liquidityBits + priceBits > UInt256.Bits || receivedMax.BitLength > 127)
        {
            return default;
        }

        UInt256 numerator0 = (UInt256)liquidity << 96;
        UInt256 product1 = liquidity * price;
        int reserveBits = Math.Max((numerator0 / price).BitLength, (product1 >> 96).BitLength);
        int shift = Math.Min(127 - reserveBits, UInt256.Bits - 96 - liquidityBits);
        if (shift < 0)
        {
            return default;
        }

        UInt256 reserve0 = (numerator0 << shift) / price;
        UInt256 reserve1 = shift < 96 ? product1 >> (96 - shift) : product1 << (shift - 96);
        UInt256 reserveIn = zeroForOne ? reserve0 : reserve1;

        // One bit for what the step's end rounds off, one for two terms at one end. Amounts are held to 2^(127 − shift), so that what is added to the reserve stays below 2^127, too.
        int amountBits = Math.Min(paidMax.BitLength, 127 - shift);
        int ownBits = reserveIn.BitLength - 2 - Math.Max(amountBits, receivedMax.BitLength);
        int roundingBits = zeroForOne ? 96 - liquidityBits : (2 * (priceBits - 1)) - 96 - liquidityBits;
        int marginBits = Math.Min(Math.Min(ownBits, roundingBits) - 1, marginBitsMost);

        // The contract has a coarser formula where amount · price + L · 2^96 leaves 256 bits.
        return marginBits < marginBitsMin || (zeroForOne && amountBits + priceBits >= UInt256.Bits)
            ? default
            : new VirtualReserves(reserveIn, zeroForOne ? reserve1 : reserve0, shift, marginBits);
    }

    /// <summary>What an amount receives that ends before the step does; false when it cannot be told.</summary>
    /// <param name="amount">Fee taken off.</param>
    /// <param name="received">Raw units.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceived(UInt128 amount, out UInt128 received)
    {
        received = default;
        ulong a0 = (ulong)amount;
        ulong a1 = (ulong)(amount >> 64);
        ulong d0 = a0 << _shift;
        ulong d1 = d0;
        ulong excess;
        if (_shift < 64)
        {
            d1 = (a1 << _shift) | Limbs.ShiftedOut(a0, _shift);
            excess = a1 >> (63 - _shift);
        }
        else
        {
            d0 = 0;
            excess = a1 | (a0 >> (127 - _shift));
        }

        if (_marginBits == 0 || excess != 0)
        {
            return false;
        }

        ulong carry = 0;
        d0 = Limbs.Add(d0, _in0, ref carry);
        d1 += _in1 + carry;
        ulong p2 = 0;
        ulong p0 = Limbs.Multiply(a0, _out0, ref p2);
        ulong p1 = Limbs.Multiply(a0, _out1, ref p2);
        ulong p3 = 0;
        if (a1 != 0)
        {
            p1 = Limbs.MultiplyAdd(a1, _out0, p1, ref p3);
            p2 = Limbs.MultiplyAdd(a1, _out1, p2, ref p3);
        }

        // The quotient is below the reserve, so below 2^127: the product's high half is below the divisor.
        if (d1 == 0)
        {
            return false;
        }

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
            ulong next = r0;
            r0 = r1;
            r1 = (p3 << shift) | Limbs.ShiftedOut(p2, shift);
            q1 = LimbDivision.Two(ref r1, ref r0, next, d1, d0, v);
        }

        ulong q0 = LimbDivision.Two(ref r1, ref r0, p0 << shift, d1, d0, v);
        received = new UInt128(q1, q0);

        // With m = ⌊d1 / 2^k⌋: a remainder whose leading limb is above m is above d / 2^k, and one below d1 − m − 1 as far below d.
        ulong margin = (d1 >> _marginBits) + 1;
        return r1 - margin < d1 - margin - margin;
    }
}
