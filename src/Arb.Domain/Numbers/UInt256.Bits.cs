using System.Runtime.CompilerServices;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Bits in both.</summary>
    public static UInt256 operator &(in UInt256 left, in UInt256 right) =>
        new(left._u0 & right._u0, left._u1 & right._u1, left._u2 & right._u2, left._u3 & right._u3);

    /// <summary>Bits in either.</summary>
    public static UInt256 operator |(in UInt256 left, in UInt256 right) =>
        new(left._u0 | right._u0, left._u1 | right._u1, left._u2 | right._u2, left._u3 | right._u3);

    /// <summary>Bits in exactly one.</summary>
    public static UInt256 operator ^(in UInt256 left, in UInt256 right) =>
        new(left._u0 ^ right._u0, left._u1 ^ right._u1, left._u2 ^ right._u2, left._u3 ^ right._u3);

    /// <summary>2^256 − 1 − value.</summary>
    public static UInt256 operator ~(in UInt256 value) => new(~value._u0, ~value._u1, ~value._u2, ~value._u3);

    /// <summary>Bits shifted up; bits past 256 are lost. The count is taken modulo 256, as UInt128 takes it modulo 128.</summary>
    public static UInt256 operator <<(in UInt256 value, int shift)
    {
        (ulong u0, ulong u1, ulong u2, ulong u3) = value;
        if ((shift & 128) != 0)
        {
            (u0, u1, u2, u3) = (0, 0, u0, u1);
        }

        if ((shift & 64) != 0)
        {
            (u0, u1, u2, u3) = (0, u0, u1, u2);
        }

        int part = shift & 63;
        return new UInt256(
            u0 << part,
            (u1 << part) | Limbs.ShiftedOut(u0, part),
            (u2 << part) | Limbs.ShiftedOut(u1, part),
            (u3 << part) | Limbs.ShiftedOut(u2, part));
    }

    /// <summary>Bits shifted down. The count is taken modulo 256, as UInt128 takes it modulo 128.</summary>
    public static UInt256 operator >>(in UInt256 value, int shift)
    {
        (ulong u0, ulong u1, ulong u2, ulong u3) = value;
        if ((shift & 128) != 0)
        {
            (u0, u1, u2, u3) = (u2, u3, 0, 0);
        }

        if ((shift & 64) != 0)
        {
            (u0, u1, u2, u3) = (u1, u2, u3, 0);
        }

        int part = shift & 63;
        return new UInt256(
            (u0 >> part) | CarryDown(u1, part),
            (u1 >> part) | CarryDown(u2, part),
            (u2 >> part) | CarryDown(u3, part),
            u3 >> part);
    }

    /// <summary>The same as <c>&gt;&gt;</c>: there is no sign to keep.</summary>
    public static UInt256 operator >>>(in UInt256 value, int shift) => value >> shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong CarryDown(ulong limb, int shift) => (limb << 1) << (63 - shift);
}
