using Arb.Domain;

namespace Arb.Evm;

/// <summary>Reads recursive length prefixes, canonical ones only, so that one value has one encoding and one hash.</summary>
public ref struct RlpReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads from these bytes.</summary>
    public RlpReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>Everything was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The next byte string.</summary>
    /// <exception cref="FormatException">A list follows, or nothing, or the encoding is not canonical.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        ReadOnlySpan<byte> payload = Next(out bool isList, out _);
        return isList ? throw new FormatException("RLP: a byte string was expected, a list follows.") : payload;
    }

    /// <summary>The next list, to be read with a reader of its own.</summary>
    /// <exception cref="FormatException">A byte string follows, or nothing, or the encoding is not canonical.</exception>
    public RlpReader ReadList()
    {
        ReadOnlySpan<byte> payload = Next(out bool isList, out _);
        return isList ? new RlpReader(payload) : throw new FormatException("RLP: a list was expected, a byte string follows.");
    }

    /// <summary>The next item with its prefix, whatever it is.</summary>
    public ReadOnlySpan<byte> ReadEncoded()
    {
        Next(out _, out ReadOnlySpan<byte> encoded);
        return encoded;
    }

    /// <summary>The next byte string as an integer without leading zeros.</summary>
    /// <exception cref="FormatException">It has leading zeros or more than 32 bytes.</exception>
    public UInt256 ReadNumber()
    {
        ReadOnlySpan<byte> bytes = ReadBytes();
        if (bytes.Length > UInt256.Size || (bytes.Length > 0 && bytes[0] == 0))
        {
            throw new FormatException("RLP: an integer has leading zeros or more than 32 bytes.");
        }

        return UInt256.FromBigEndian(bytes);
    }

    /// <summary>The next byte string as an integer below 2^64.</summary>
    /// <exception cref="FormatException">It does not fit.</exception>
    public ulong ReadNumber64()
    {
        UInt256 value = ReadNumber();
        return value.BitLength <= 64 ? (ulong)value : throw new FormatException($"RLP: {value} does not fit 64 bits.");
    }

    /// <summary>The next byte string as an address; null when it is empty (contract creation).</summary>
    /// <exception cref="FormatException">It has another length than 0 or 20.</exception>
    public Address? ReadAddress()
    {
        ReadOnlySpan<byte> bytes = ReadBytes();
        return bytes.Length switch
        {
            0 => null,
            Address.Size => new Address(bytes),
            _ => throw new FormatException($"RLP: an address has 20 bytes, not {bytes.Length}."),
        };
    }

    /// <summary>Demands that nothing follows.</summary>
    /// <exception cref="FormatException">Something does.</exception>
    public readonly void ThrowIfMore()
    {
        if (!_rest.IsEmpty)
        {
            throw new FormatException($"RLP: {_rest.Length} bytes follow where the end was expected.");
        }
    }

    private ReadOnlySpan<byte> Next(out bool isList, out ReadOnlySpan<byte> encoded)
    {
        if (_rest.IsEmpty)
        {
            throw new FormatException("RLP: an item was expected, nothing follows.");
        }

        byte first = _rest[0];
        isList = first >= 0xc0;
        int prefix = first < 0x80 ? 0 : 1;
        int length = first < 0x80 ? 1 : first - (isList ? 0xc0 : 0x80);
        if (length > 55)
        {
            length = LongLength(length - 55, ref prefix);
        }

        if (length > _rest.Length - prefix)
        {
            throw new FormatException($"RLP: an item of {length} bytes does not fit the {_rest.Length - prefix} that are left.");
        }

        ReadOnlySpan<byte> payload = _rest.Slice(prefix, length);
        if (!isList && prefix == 1 && length == 1 && payload[0] < 0x80)
        {
            throw new FormatException("RLP: a single byte below 0x80 has a prefix, which is not canonical.");
        }

        encoded = _rest[..(prefix + length)];
        _rest = _rest[(prefix + length)..];
        return payload;
    }

    private readonly int LongLength(int lengthBytes, ref int prefix)
    {
        if (_rest.Length < 1 + lengthBytes || lengthBytes > 4 || _rest[1] == 0)
        {
            throw new FormatException("RLP: a length is cut off, not canonical, or above 4 GiB.");
        }

        uint length = 0;
        for (int i = 1; i <= lengthBytes; i++)
        {
            length = (length << 8) | _rest[i];
        }

        if (length < 56 || length > int.MaxValue)
        {
            throw new FormatException($"RLP: a length of {length} is not canonical or too great.");
        }

        prefix += lengthBytes;
        return (int)length;
    }
}
