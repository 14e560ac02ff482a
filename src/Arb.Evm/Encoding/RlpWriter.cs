using System.Buffers;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Writes recursive length prefixes (Yellow Paper, appendix B).</summary>
public sealed class RlpWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>A byte string.</summary>
    public RlpWriter Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] >= 0x80)
        {
            Prefix(0x80, value.Length);
        }

        _bytes.Write(value);
        return this;
    }

    /// <summary>An integer, big-endian without leading zeros; 0 is the empty string.</summary>
    public RlpWriter Number(UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        value.WriteBigEndian(word);
        return Bytes(word[((256 - value.BitLength) / 8)..]);
    }

    /// <summary>An address; null is the empty string (contract creation).</summary>
    public RlpWriter Address(Address? value)
    {
        if (value is not { } address)
        {
            return Bytes([]);
        }

        Span<byte> bytes = stackalloc byte[Domain.Address.Size];
        address.CopyTo(bytes);
        return Bytes(bytes);
    }

    /// <summary>A list of what <paramref name="items"/> writes.</summary>
    public RlpWriter List(Action<RlpWriter> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        RlpWriter inner = new();
        items(inner);
        Prefix(0xc0, inner._bytes.WrittenCount);
        _bytes.Write(inner._bytes.WrittenSpan);
        return this;
    }

    /// <summary>Something encoded before, as it is.</summary>
    public RlpWriter Encoded(ReadOnlySpan<byte> item)
    {
        _bytes.Write(item);
        return this;
    }

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Prefix(byte offset, int length)
    {
        Span<byte> prefix = stackalloc byte[5];
        if (length < 56)
        {
            prefix[0] = (byte)(offset + length);
            _bytes.Write(prefix[..1]);
            return;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        int zeros = System.Numerics.BitOperations.LeadingZeroCount((uint)length) / 8;
        prefix[zeros] = (byte)(offset + 55 + (4 - zeros));
        _bytes.Write(prefix[zeros..]);
    }
}
