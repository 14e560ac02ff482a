namespace Arb.Domain;

/// <summary>A 32-byte hash: of a block, a transaction, a route.</summary>
public readonly record struct Hash256
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private readonly UInt256 _word;

    /// <summary>Reads exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A hash has 32 bytes, not {bytes.Length}.", nameof(bytes));
        }

        _word = UInt256.FromBigEndian(bytes);
    }

    /// <summary>True for 32 zero bytes.</summary>
    public bool IsZero => _word.IsZero;

    /// <summary>Parses <c>0x</c> and 64 hex digits.</summary>
    /// <exception cref="FormatException">The text is not a 32-byte hash.</exception>
    public static Hash256 Parse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        FixedBytes.Parse(text, bytes, "a 32-byte hash");
        return new Hash256(bytes);
    }

    /// <summary>Parses like <see cref="Parse"/>, reporting failure as a value.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool ok = FixedBytes.TryParse(text, bytes);
        hash = ok ? new Hash256(bytes) : default;
        return ok;
    }

    /// <summary>Writes 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => _word.WriteBigEndian(destination);

    /// <summary>Lower-case hex with <c>0x</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return "0x" + Convert.ToHexStringLower(bytes);
    }
}
