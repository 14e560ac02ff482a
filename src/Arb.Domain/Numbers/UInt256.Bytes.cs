using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    /// <summary>Reads 32 big-endian bytes (shorter input is padded on the left).</summary>
    /// <exception cref="ArgumentException">More than 32 bytes were given.</exception>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            return FromShortBigEndian(bytes);
        }

        return new UInt256(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>Writes 32 big-endian bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is shorter; nothing was written.</exception>
    public void WriteBigEndian(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            ThrowTooShort(destination.Length);
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _u3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _u2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _u1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _u0);
    }

    /// <summary>Reads 32 little-endian bytes (shorter input is padded on the right).</summary>
    /// <exception cref="ArgumentException">More than 32 bytes were given.</exception>
    public static UInt256 FromLittleEndian(ReadOnlySpan<byte> bytes)
    {
        if (!TryReadLittleEndian(bytes, out UInt256 value))
        {
            ThrowTooLong(bytes.Length);
        }

        return value;
    }

    /// <summary>Writes 32 little-endian bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is shorter; nothing was written.</exception>
    public void WriteLittleEndian(Span<byte> destination)
    {
        if (!TryWriteLittleEndian(destination))
        {
            ThrowTooShort(destination.Length);
        }
    }

    /// <summary>Reads like <see cref="FromBigEndian"/>; false, and 0, when more than 32 bytes were given.</summary>
    public static bool TryReadBigEndian(ReadOnlySpan<byte> bytes, out UInt256 value)
    {
        bool fits = bytes.Length <= Size;
        value = fits ? FromBigEndian(bytes) : Zero;
        return fits;
    }

    /// <summary>Reads like <see cref="FromLittleEndian"/>; false, and 0, when more than 32 bytes were given.</summary>
    public static bool TryReadLittleEndian(ReadOnlySpan<byte> bytes, out UInt256 value)
    {
        if (bytes.Length > Size)
        {
            value = Zero;
            return false;
        }

        Span<byte> word = stackalloc byte[Size];
        word.Clear();
        bytes.CopyTo(word);
        value = new UInt256(
            BinaryPrimitives.ReadUInt64LittleEndian(word),
            BinaryPrimitives.ReadUInt64LittleEndian(word[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(word[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(word[24..]));
        return true;
    }

    /// <summary>Writes 32 big-endian bytes; false, and nothing written, when the destination is shorter.</summary>
    public bool TryWriteBigEndian(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            return false;
        }

        WriteBigEndian(destination);
        return true;
    }

    /// <summary>Writes 32 little-endian bytes; false, and nothing written, when the destination is shorter.</summary>
    public bool TryWriteLittleEndian(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, _u0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _u1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _u2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _u3);
        return true;
    }

    private static UInt256 FromShortBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size)
        {
            ThrowTooLong(bytes.Length);
        }

        Span<byte> word = stackalloc byte[Size];
        word.Clear();
        bytes.CopyTo(word[(Size - bytes.Length)..]);
        return FromBigEndian(word);
    }

    [DoesNotReturn]
    private static void ThrowTooShort(int length) =>
        throw new ArgumentException($"A 256-bit integer takes 32 bytes; the destination has {length}.");

    [DoesNotReturn]
    private static void ThrowTooLong(int length) =>
        throw new ArgumentException($"A 256-bit integer has at most 32 bytes, not {length}.");
}
