using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Arb.Domain;

/// <summary>
/// An unsigned 256-bit integer, the EVM's word. Plain operators wrap modulo 2^256 as the EVM does,
/// checked operators throw <see cref="OverflowException"/>, <c>Try…</c> forms report overflow as a value.
/// </summary>
/// <remarks>Four 64-bit limbs, least significant first. Reserves, amounts and wei are all held in it.</remarks>
public readonly partial struct UInt256 :
    IEquatable<UInt256>, IComparable<UInt256>, IComparable, ISpanFormattable, ISpanParsable<UInt256>,
    IUtf8SpanFormattable, IUtf8SpanParsable<UInt256>
{
    /// <summary>Bytes of one word.</summary>
    public const int Size = 32;

    /// <summary>Bits of one word.</summary>
    internal const int Bits = 256;

    private readonly ulong _u0;
    private readonly ulong _u1;
    private readonly ulong _u2;
    private readonly ulong _u3;

    /// <summary>Builds a value from its limbs, least significant first.</summary>
    public UInt256(ulong u0, ulong u1, ulong u2, ulong u3)
    {
        _u0 = u0;
        _u1 = u1;
        _u2 = u2;
        _u3 = u3;
    }

    /// <summary>0.</summary>
    public static UInt256 Zero => default;

    /// <summary>1.</summary>
    public static UInt256 One => new(1, 0, 0, 0);

    /// <summary>2^256 − 1.</summary>
    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>True for 0.</summary>
    public bool IsZero => (_u0 | _u1 | _u2 | _u3) == 0;

    /// <summary>Number of significant bits; 0 for zero.</summary>
    public int BitLength =>
        _u3 != 0 ? 256 - BitOperations.LeadingZeroCount(_u3)
        : _u2 != 0 ? 192 - BitOperations.LeadingZeroCount(_u2)
        : _u1 != 0 ? 128 - BitOperations.LeadingZeroCount(_u1)
        : 64 - BitOperations.LeadingZeroCount(_u0);

    private bool FitsOneLimb => (_u1 | _u2 | _u3) == 0;

    internal bool FitsTwoLimbs => (_u2 | _u3) == 0;

    /// <summary>The limbs, least significant first.</summary>
    internal void Deconstruct(out ulong u0, out ulong u1, out ulong u2, out ulong u3) => (u0, u1, u2, u3) = (_u0, _u1, _u2, _u3);

    /// <summary>
    /// The value, read limb by limb: a whole-struct copy right after its limbs were written one by one would wait until all of them
    /// have left the processor's store buffer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static UInt256 ByLimbs(in UInt256 value) => new(value._u0, value._u1, value._u2, value._u3);

    /// <summary>The lesser of two.</summary>
    public static UInt256 Min(in UInt256 left, in UInt256 right) => right < left ? right : left;

    /// <summary>The greater of two.</summary>
    public static UInt256 Max(in UInt256 left, in UInt256 right) => left < right ? right : left;

    /// <inheritdoc/>
    public bool Equals(UInt256 other) => AreEqual(this, other);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is UInt256 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_u0, _u1, _u2, _u3);

    /// <inheritdoc/>
    public int CompareTo(UInt256 other)
    {
        if (_u3 != other._u3)
        {
            return _u3 < other._u3 ? -1 : 1;
        }

        if (_u2 != other._u2)
        {
            return _u2 < other._u2 ? -1 : 1;
        }

        return _u1 != other._u1 ? (_u1 < other._u1 ? -1 : 1) : _u0.CompareTo(other._u0);
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        UInt256 other => CompareTo(other),
        _ => throw new ArgumentException($"Cannot compare a UInt256 with a {obj.GetType().Name}.", nameof(obj)),
    };

    /// <summary>Same value.</summary>
    public static bool operator ==(in UInt256 left, in UInt256 right) => AreEqual(left, right);

    /// <summary>Other value.</summary>
    public static bool operator !=(in UInt256 left, in UInt256 right) => !AreEqual(left, right);

    /// <summary>Less.</summary>
    public static bool operator <(in UInt256 left, in UInt256 right) => IsLess(left, right);

    /// <summary>Greater.</summary>
    public static bool operator >(in UInt256 left, in UInt256 right) => IsLess(right, left);

    /// <summary>Less or equal.</summary>
    public static bool operator <=(in UInt256 left, in UInt256 right) => !IsLess(right, left);

    /// <summary>Greater or equal.</summary>
    public static bool operator >=(in UInt256 left, in UInt256 right) => !IsLess(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreEqual(in UInt256 left, in UInt256 right) =>
        ((left._u0 ^ right._u0) | (left._u1 ^ right._u1) | (left._u2 ^ right._u2) | (left._u3 ^ right._u3)) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLess(in UInt256 left, in UInt256 right)
    {
        if (left._u3 != right._u3)
        {
            return left._u3 < right._u3;
        }

        if (left._u2 != right._u2)
        {
            return left._u2 < right._u2;
        }

        return left._u1 != right._u1 ? left._u1 < right._u1 : left._u0 < right._u0;
    }
}
