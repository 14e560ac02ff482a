using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>⌊amount · (W − fee) / W⌋ for W = 1,000,000 and one fee, by a multiplication: the division was done once and for all.</summary>
internal readonly struct FeeDeduction
{
    private readonly uint _kept;

    // ⌊2^128 · kept / W⌋, or 2^128 − 1 where nothing is taken.
    private readonly ulong _factor0;
    private readonly ulong _factor1;

    /// <summary>Prepares a fee.</summary>
    /// <param name="feePips">At most 1,000,000.</param>
    public FeeDeduction(uint feePips)
    {
        _kept = FeePips.Whole - feePips;
        UInt256 factor = UInt256.Min(((UInt256)_kept << 128) / (uint)FeePips.Whole, UInt128.MaxValue);
        (_factor0, _factor1, _, _) = factor;
    }

    /// <summary>What is left of an amount.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UInt128 After(UInt128 amount)
    {
        // The factor is short of the true one by at most 1, the product's high half by less than 1 and a floor: by 1 at the most. What
        // then remains is below 2·W, so its lowest limb tells.
        ulong a0 = (ulong)amount;
        ulong a1 = (ulong)(amount >> 64);
        ulong low = Limbs.MultiplyHigh(a0, _factor0);
        ulong q0 = 0;
        ulong q1 = 0;
        low = Limbs.MultiplyAdd(a0, _factor1, low, ref q0);
        if (a1 != 0)
        {
            ulong carry = 0;
            Limbs.MultiplyAdd(a1, _factor0, low, ref carry);
            q0 = Limbs.MultiplyAdd(a1, _factor1, q0, ref carry);
            q1 = carry;
        }

        ulong rest = (a0 * _kept) - (q0 * FeePips.Whole);
        ulong more = rest >= FeePips.Whole ? 1UL : 0UL;
        q0 += more;
        return new UInt128(q0 < more ? q1 + 1 : q1, q0);
    }
}
