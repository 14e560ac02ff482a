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

    private static UInt256 FromShortBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size)
        {
            throw new ArgumentException($"A 256-bit integer has at most 32 bytes, not {bytes.Length}.", nameof(bytes));
        }

        Span<byte> word = stackalloc byte[Size];
        word.Clear();
        bytes.CopyTo(word[(Size - bytes.Length)..]);
        return FromBigEndian(word);
    }

    [DoesNotReturn]
    private static void ThrowTooShort(int length) =>
        throw new ArgumentException($"A 256-bit integer takes 32 bytes; the destination has {length}.");
}
