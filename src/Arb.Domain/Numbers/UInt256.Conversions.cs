using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Widens an 8-bit value.</summary>
    public static implicit operator UInt256(byte value) => (ulong)value;

    /// <summary>Widens a 16-bit value.</summary>
    public static implicit operator UInt256(ushort value) => (ulong)value;

    /// <summary>Widens a 32-bit value.</summary>
    public static implicit operator UInt256(uint value) => (ulong)value;

    /// <summary>Widens a 64-bit value.</summary>
    public static implicit operator UInt256(ulong value) => new(value, 0, 0, 0);

    /// <summary>Widens a 128-bit value.</summary>
    public static implicit operator UInt256(UInt128 value) => new((ulong)value, (ulong)(value >> 64), 0, 0);

    /// <summary>The value modulo 2^256: a negative one becomes its two's complement, as in the EVM.</summary>
    public static explicit operator UInt256(long value) =>
        value >= 0 ? (ulong)value : new UInt256((ulong)value, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>The value, if it is not negative.</summary>
    /// <exception cref="OverflowException">It is negative.</exception>
    public static explicit operator checked UInt256(long value) =>
        value >= 0 ? (ulong)value : throw new OverflowException($"{value} is negative.");

    /// <inheritdoc cref="op_Explicit(long)"/>
    public static explicit operator UInt256(sbyte value) => (UInt256)(long)value;

    /// <inheritdoc cref="op_CheckedExplicit(long)"/>
    public static explicit operator checked UInt256(sbyte value) => checked((UInt256)(long)value);

    /// <inheritdoc cref="op_Explicit(long)"/>
    public static explicit operator UInt256(short value) => (UInt256)(long)value;

    /// <inheritdoc cref="op_CheckedExplicit(long)"/>
    public static explicit operator checked UInt256(short value) => checked((UInt256)(long)value);

    /// <inheritdoc cref="op_Explicit(long)"/>
    public static explicit operator UInt256(int value) => (UInt256)(long)value;

    /// <inheritdoc cref="op_CheckedExplicit(long)"/>
    public static explicit operator checked UInt256(int value) => checked((UInt256)(long)value);

    /// <summary>The value modulo 2^256: a negative one becomes its two's complement, as in the EVM.</summary>
    public static explicit operator UInt256(Int128 value)
    {
        ulong sign = Int128.IsNegative(value) ? ulong.MaxValue : 0;
        return new UInt256((ulong)value, (ulong)(value >> 64), sign, sign);
    }

    /// <summary>The value, if it is not negative.</summary>
    /// <exception cref="OverflowException">It is negative.</exception>
    public static explicit operator checked UInt256(Int128 value) =>
        Int128.IsNegative(value) ? throw new OverflowException($"{value} is negative.") : (UInt128)value;

    /// <summary>The low bits, as an 8-bit integer.</summary>
    public static explicit operator byte(in UInt256 value) => unchecked((byte)value._u0);

    /// <summary>The value, if it fits an 8-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked byte(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)byte.MaxValue)
        {
            ThrowDoesNotFit(value, "an 8-bit integer");
        }

        return (byte)value._u0;
    }

    /// <summary>The low bits, as a signed 8-bit integer.</summary>
    public static explicit operator sbyte(in UInt256 value) => unchecked((sbyte)value._u0);

    /// <summary>The value, if it fits a signed 8-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked sbyte(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)sbyte.MaxValue)
        {
            ThrowDoesNotFit(value, "a signed 8-bit integer");
        }

        return (sbyte)value._u0;
    }

    /// <summary>The low bits, as a 16-bit integer.</summary>
    public static explicit operator ushort(in UInt256 value) => unchecked((ushort)value._u0);

    /// <summary>The value, if it fits a 16-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked ushort(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)ushort.MaxValue)
        {
            ThrowDoesNotFit(value, "a 16-bit integer");
        }

        return (ushort)value._u0;
    }

    /// <summary>The low bits, as a signed 16-bit integer.</summary>
    public static explicit operator short(in UInt256 value) => unchecked((short)value._u0);

    /// <summary>The value, if it fits a signed 16-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked short(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)short.MaxValue)
        {
            ThrowDoesNotFit(value, "a signed 16-bit integer");
        }

        return (short)value._u0;
    }

    /// <summary>The low bits, as a 32-bit integer.</summary>
    public static explicit operator uint(in UInt256 value) => unchecked((uint)value._u0);

    /// <summary>The value, if it fits a 32-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked uint(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)uint.MaxValue)
        {
            ThrowDoesNotFit(value, "a 32-bit integer");
        }

        return (uint)value._u0;
    }

    /// <summary>The low bits, as a signed 32-bit integer.</summary>
    public static explicit operator int(in UInt256 value) => unchecked((int)value._u0);

    /// <summary>The value, if it fits a signed 32-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked int(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)int.MaxValue)
        {
            ThrowDoesNotFit(value, "a signed 32-bit integer");
        }

        return (int)value._u0;
    }

    /// <summary>The low bits, as a signed 64-bit integer.</summary>
    public static explicit operator long(in UInt256 value) => unchecked((long)value._u0);

    /// <summary>The value, if it fits a signed 64-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked long(in UInt256 value)
    {
        if (!value.FitsOneLimb || value._u0 > (ulong)long.MaxValue)
        {
            ThrowDoesNotFit(value, "a signed 64-bit integer");
        }

        return (long)value._u0;
    }

    /// <summary>The low 128 bits, as a signed 128-bit integer.</summary>
    public static explicit operator Int128(in UInt256 value) => new(value._u1, value._u0);

    /// <summary>The value, if it fits a signed 128-bit integer.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked Int128(in UInt256 value)
    {
        if (!value.FitsTwoLimbs || (long)value._u1 < 0)
        {
            ThrowDoesNotFit(value, "a signed 128-bit integer");
        }

        return new Int128(value._u1, value._u0);
    }

    /// <summary>The low 64 bits.</summary>
    public static explicit operator ulong(UInt256 value) => value._u0;

    /// <summary>The value, if it fits 64 bits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked ulong(UInt256 value) =>
        value.FitsOneLimb ? value._u0 : throw new OverflowException($"{value} does not fit 64 bits.");

    /// <summary>The low 128 bits.</summary>
    public static explicit operator UInt128(UInt256 value) => new(value._u1, value._u0);

    /// <summary>The value, if it fits 128 bits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public static explicit operator checked UInt128(UInt256 value) =>
        value.FitsTwoLimbs ? new(value._u1, value._u0) : throw new OverflowException($"{value} does not fit 128 bits.");

    /// <summary>The nearest double, ties to even; for display and ranking only, never for money that moves.</summary>
    public static explicit operator double(UInt256 value)
    {
        int shift = value.BitLength - 64;
        if (shift <= 0)
        {
            return value._u0;
        }

        // 64 leading bits, the last one made sticky by what is cut off, so that the one rounding below is the right one.
        UInt256 leading = value >> shift;
        ulong sticky = leading << shift == value ? 0UL : 1UL;
        return Math.ScaleB((double)(leading._u0 | sticky), shift);
    }

    /// <summary>Converts exactly.</summary>
    public static implicit operator BigInteger(UInt256 value)
    {
        Span<byte> word = stackalloc byte[Size];
        value.WriteBigEndian(word);
        return new BigInteger(word, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Converts exactly.</summary>
    /// <exception cref="OverflowException">The value is negative or needs more than 256 bits.</exception>
    public static explicit operator UInt256(BigInteger value)
    {
        Span<byte> word = stackalloc byte[Size];
        if (value.Sign < 0 || !value.TryWriteBytes(word, out int written, isUnsigned: true, isBigEndian: true))
        {
            throw new OverflowException($"{value} is not an unsigned 256-bit integer.");
        }

        return FromBigEndian(word[..written]);
    }

    [DoesNotReturn]
    private static void ThrowDoesNotFit(in UInt256 value, string type) =>
        throw new OverflowException($"{value} does not fit {type}.");
}
