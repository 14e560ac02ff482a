using System.Text;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// Reads what <see cref="AbiWriter"/> writes, member after member, from bytes nobody vouches for: every offset,
/// length and padding is checked.
/// </summary>
public ref struct AbiReader
{
    private const int WordSize = 32;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    /// <summary>Reads a tuple, or the values a function returned.</summary>
    public AbiReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _position = 0;
    }

    /// <summary>Any unsigned integer type.</summary>
    /// <exception cref="FormatException">The bytes end before.</exception>
    public UInt256 ReadNumber() => UInt256.FromBigEndian(Word());

    /// <summary>An unsigned integer below 2^64.</summary>
    /// <exception cref="FormatException">It is greater, or the bytes end before.</exception>
    public ulong ReadNumber64()
    {
        UInt256 value = ReadNumber();
        return value.BitLength <= 64 ? (ulong)value : throw new FormatException($"ABI: {value} does not fit 64 bits.");
    }

    /// <summary><c>address</c>.</summary>
    /// <exception cref="FormatException">The 12 bytes before it are not zero, or the bytes end before.</exception>
    public Address ReadAddress()
    {
        ReadOnlySpan<byte> word = Word();
        return word[..12].ContainsAnyExcept((byte)0)
            ? throw new FormatException("ABI: an address has non-zero bytes before it.")
            : new Address(word[12..]);
    }

    /// <summary><c>bool</c>.</summary>
    /// <exception cref="FormatException">It is neither 0 nor 1, or the bytes end before.</exception>
    public bool ReadBool()
    {
        UInt256 value = ReadNumber();
        return value <= UInt256.One ? !value.IsZero : throw new FormatException("ABI: a bool is neither 0 nor 1.");
    }

    /// <summary><c>bytes32</c>.</summary>
    /// <exception cref="FormatException">The bytes end before.</exception>
    public Hash256 ReadBytes32() => new(Word());

    /// <summary><c>bytes</c>.</summary>
    /// <exception cref="FormatException">The offset or the length points outside.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        ReadOnlySpan<byte> content = AtOffset();
        int length = Length(ref content, elementSize: 1);
        return content[..length];
    }

    /// <summary><c>string</c>; bytes that are not UTF-8 become replacement characters.</summary>
    /// <exception cref="FormatException">The offset or the length points outside.</exception>
    public string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>An array of dynamic length: read <paramref name="count"/> elements from the reader that is returned.</summary>
    /// <exception cref="FormatException">The offset points outside, or there is no room for so many elements.</exception>
    public AbiReader ReadArray(out int count)
    {
        ReadOnlySpan<byte> content = AtOffset();
        count = Length(ref content, WordSize);
        return new AbiReader(content);
    }

    /// <summary>A tuple with at least one dynamic member.</summary>
    /// <exception cref="FormatException">The offset points outside.</exception>
    public AbiReader ReadTuple() => new(AtOffset());

    private ReadOnlySpan<byte> AtOffset()
    {
        UInt256 offset = ReadNumber();
        return offset <= (ulong)_bytes.Length
            ? _bytes[(int)(ulong)offset..]
            : throw new FormatException($"ABI: an offset of {offset} points behind the {_bytes.Length} bytes there are.");
    }

    private static int Length(ref ReadOnlySpan<byte> content, int elementSize)
    {
        if (content.Length < WordSize)
        {
            throw new FormatException("ABI: a length is cut off.");
        }

        UInt256 length = UInt256.FromBigEndian(content[..WordSize]);
        content = content[WordSize..];
        return length <= (ulong)(content.Length / elementSize)
            ? (int)(ulong)length
            : throw new FormatException($"ABI: a length of {length} does not fit the {content.Length} bytes there are.");
    }

    private ReadOnlySpan<byte> Word()
    {
        if (_bytes.Length - _position < WordSize)
        {
            throw new FormatException($"ABI: a word was expected at byte {_position} of {_bytes.Length}.");
        }

        ReadOnlySpan<byte> word = _bytes.Slice(_position, WordSize);
        _position += WordSize;
        return word;
    }
}
