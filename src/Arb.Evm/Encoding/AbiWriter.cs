using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// Writes arguments as the contract ABI lays them out: fixed-size values in place, an offset in place of everything
/// else and its content behind (Solidity documentation, "Contract ABI Specification").
/// </summary>
/// <remarks>
/// A tuple of fixed size has no layout of its own: write its members one after another. One with a dynamic member
/// is written by <see cref="Tuple"/>.
/// </remarks>
public sealed class AbiWriter
{
    private const int WordSize = 32;

    private readonly ArrayBufferWriter<byte> _head = new();
    private readonly ArrayBufferWriter<byte> _tail = new();
    private readonly List<(int HeadPosition, int TailPosition)> _offsets = [];
    private readonly uint? _selector;

    /// <summary>Writes arguments alone, as constructors take them.</summary>
    public AbiWriter()
    {
    }

    private AbiWriter(uint selector) => _selector = selector;

    /// <summary>Writes calldata of a function given by its signature, such as <c>transfer(address,uint256)</c>.</summary>
    public static AbiWriter Call(string signature) => new(Keccak.Selector(signature));

    /// <summary>Writes calldata of a function given by its selector (<see cref="Keccak.Selector"/>).</summary>
    public static AbiWriter Call(uint selector) => new(selector);

    /// <summary>Any unsigned integer type. The caller answers for its range.</summary>
    public AbiWriter Number(UInt256 value)
    {
        value.WriteBigEndian(HeadWord());
        return this;
    }

    /// <summary><c>address</c>.</summary>
    public AbiWriter Address(Address value)
    {
        value.CopyTo(HeadWord()[12..]);
        return this;
    }

    /// <summary><c>bool</c>.</summary>
    public AbiWriter Bool(bool value) => Number(value ? 1UL : 0UL);

    /// <summary><c>bytes32</c>.</summary>
    public AbiWriter Bytes32(Hash256 value)
    {
        value.CopyTo(HeadWord());
        return this;
    }

    /// <summary><c>bytes1</c> to <c>bytes32</c>: padded on the right.</summary>
    /// <exception cref="ArgumentException">More than 32 bytes were given.</exception>
    public AbiWriter FixedBytes(ReadOnlySpan<byte> value)
    {
        if (value.Length > WordSize)
        {
            throw new ArgumentException($"A fixed byte array has at most 32 bytes, not {value.Length}.", nameof(value));
        }

        value.CopyTo(HeadWord());
        return this;
    }

    /// <summary><c>bytes</c>.</summary>
    public AbiWriter Bytes(ReadOnlySpan<byte> value)
    {
        Offset();
        ((UInt256)(ulong)value.Length).WriteBigEndian(Word(_tail));
        int padded = (value.Length + WordSize - 1) / WordSize * WordSize;
        Span<byte> content = _tail.GetSpan(padded)[..padded];
        content.Clear();
        value.CopyTo(content);
        _tail.Advance(padded);
        return this;
    }

    /// <summary><c>string</c>.</summary>
    public AbiWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary><c>address[]</c>.</summary>
    public AbiWriter Addresses(IReadOnlyList<Address> values) => Array(values, static (w, value) => w.Address(value));

    /// <summary><c>uint256[]</c>.</summary>
    public AbiWriter Numbers(IReadOnlyList<UInt256> values) => Array(values, static (w, value) => w.Number(value));

    /// <summary>An array of dynamic length.</summary>
    /// <param name="values">Its elements.</param>
    /// <param name="element">
    /// Writes one element: the members of a fixed-size tuple in place, or <see cref="Bytes"/>, <see cref="Tuple"/> or
    /// another array for a dynamic one.
    /// </param>
    public AbiWriter Array<T>(IReadOnlyList<T> values, Action<AbiWriter, T> element)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(element);
        AbiWriter inner = new();
        for (int i = 0; i < values.Count; i++)
        {
            element(inner, values[i]);
        }

        Offset();
        ((UInt256)(ulong)values.Count).WriteBigEndian(Word(_tail));
        inner.WriteTo(_tail);
        return this;
    }

    /// <summary>A tuple with at least one dynamic member.</summary>
    public AbiWriter Tuple(Action<AbiWriter> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        AbiWriter inner = new();
        members(inner);
        Offset();
        inner.WriteTo(_tail);
        return this;
    }

    /// <summary>All that was written, after the selector if there is one.</summary>
    public byte[] ToArray()
    {
        ArrayBufferWriter<byte> all = new(4 + _head.WrittenCount + _tail.WrittenCount + 1);
        if (_selector is { } selector)
        {
            BinaryPrimitives.WriteUInt32BigEndian(all.GetSpan(4), selector);
            all.Advance(4);
        }

        WriteTo(all);
        return all.WrittenSpan.ToArray();
    }

    private void WriteTo(ArrayBufferWriter<byte> destination)
    {
        int headLength = _head.WrittenCount;
        Span<byte> head = destination.GetSpan(headLength + 1)[..headLength];
        _head.WrittenSpan.CopyTo(head);
        foreach ((int headPosition, int tailPosition) in _offsets)
        {
            ((UInt256)(ulong)(headLength + tailPosition)).WriteBigEndian(head[headPosition..]);
        }

        destination.Advance(headLength);
        destination.Write(_tail.WrittenSpan);
    }

    private void Offset()
    {
        _offsets.Add((_head.WrittenCount, _tail.WrittenCount));
        HeadWord();
    }

    private Span<byte> HeadWord() => Word(_head);

    private static Span<byte> Word(ArrayBufferWriter<byte> buffer)
    {
        Span<byte> word = buffer.GetSpan(WordSize)[..WordSize];
        word.Clear();
        buffer.Advance(WordSize);
        return word;
    }
}
