namespace Arb.Domain;

/// <summary>32-byte words of log data.</summary>
internal readonly ref struct LogWords(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int Count => _data.Length % UInt256.Size == 0 ? _data.Length / UInt256.Size : -1;

    public UInt256 this[int index] => UInt256.FromBigEndian(_data.Slice(index * UInt256.Size, UInt256.Size));

    /// <summary>A word that holds a signed value of at most 24 bits.</summary>
    public static bool TryInt24(UInt256 word, out int value)
    {
        value = unchecked((int)(uint)(ulong)word);
        return (UInt256)(long)value == word && value is >= -(1 << 23) and < 1 << 23;
    }

    /// <summary>A word that holds a signed value of at most 128 bits.</summary>
    public static bool TryInt128(UInt256 word, out Int128 value)
    {
        value = unchecked((Int128)(UInt128)word);
        return (UInt128)(word >> 128) == (Int128.IsNegative(value) ? UInt128.MaxValue : UInt128.Zero);
    }

    /// <summary>A word that holds an unsigned value of at most 128 bits.</summary>
    public static bool TryUInt128(UInt256 word, out UInt128 value)
    {
        value = (UInt128)word;
        return word.BitLength <= 128;
    }
}
