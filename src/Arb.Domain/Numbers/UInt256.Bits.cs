namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Bits in both.</summary>
    public static UInt256 operator &(UInt256 left, UInt256 right) =>
        new(left._u0 & right._u0, left._u1 & right._u1, left._u2 & right._u2, left._u3 & right._u3);

    /// <summary>Bits in either.</summary>
    public static UInt256 operator |(UInt256 left, UInt256 right) =>
        new(left._u0 | right._u0, left._u1 | right._u1, left._u2 | right._u2, left._u3 | right._u3);

    /// <summary>Bits in exactly one.</summary>
    public static UInt256 operator ^(UInt256 left, UInt256 right) =>
        new(left._u0 ^ right._u0, left._u1 ^ right._u1, left._u2 ^ right._u2, left._u3 ^ right._u3);

    /// <summary>2^256 − 1 − value.</summary>
    public static UInt256 operator ~(UInt256 value) => new(~value._u0, ~value._u1, ~value._u2, ~value._u3);

    /// <summary>Bits shifted up; bits past 256 are lost. The count is taken modulo 256, as UInt128 takes it modulo 128.</summary>
    public static UInt256 operator <<(UInt256 value, int shift)
    {
        shift &= Bits - 1;
        if ((shift & 128) != 0)
        {
            value = new UInt256(0, 0, value._u0, value._u1);
        }

        if ((shift & 64) != 0)
        {
            value = new UInt256(0, value._u0, value._u1, value._u2);
        }

        int part = shift & 63;
        return new UInt256(
            value._u0 << part,
            (value._u1 << part) | CarryUp(value._u0, part),
            (value._u2 << part) | CarryUp(value._u1, part),
            (value._u3 << part) | CarryUp(value._u2, part));
    }

    /// <summary>Bits shifted down. The count is taken modulo 256, as UInt128 takes it modulo 128.</summary>
    public static UInt256 operator >>(UInt256 value, int shift)
    {
        shift &= Bits - 1;
        if ((shift & 128) != 0)
        {
            value = new UInt256(value._u2, value._u3, 0, 0);
        }

        if ((shift & 64) != 0)
        {
            value = new UInt256(value._u1, value._u2, value._u3, 0);
        }

        int part = shift & 63;
        return new UInt256(
            (value._u0 >> part) | CarryDown(value._u1, part),
            (value._u1 >> part) | CarryDown(value._u2, part),
            (value._u2 >> part) | CarryDown(value._u3, part),
            value._u3 >> part);
    }

    /// <summary>The same as <c>&gt;&gt;</c>: there is no sign to keep.</summary>
    public static UInt256 operator >>>(UInt256 value, int shift) => value >> shift;

    /// <summary>Bits a limb loses to the next when shifted up by 0 to 63. Two steps, because a shift by 64 would be a shift by 0.</summary>
    private static ulong CarryUp(ulong limb, int shift) => (limb >> 1) >> (63 - shift);

    private static ulong CarryDown(ulong limb, int shift) => (limb << 1) << (63 - shift);
}
