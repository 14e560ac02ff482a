using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    private const int DecimalDigitsMax = 78;
    private const int HexDigitsMax = 64;

    // 10^19 is the greatest power of ten in one limb: text is cut into groups of 19 digits.
    private const int GroupDigits = 19;
    private const ulong GroupBase = 10_000_000_000_000_000_000;

    /// <summary>The value in decimal.</summary>
    public override string ToString()
    {
        Span<char> digits = stackalloc char[DecimalDigitsMax];
        return new string(digits[WriteDecimal(digits)..]);
    }

    /// <summary>Decimal for no format, <c>D</c> and <c>G</c>; any other as <see cref="BigInteger"/> formats it.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        IsPlainDecimal(format) ? ToString() : ((BigInteger)this).ToString(format, formatProvider ?? CultureInfo.InvariantCulture);

    /// <summary>Decimal for no format, <c>D</c> and <c>G</c>; any other as <see cref="BigInteger"/> formats it.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (!IsPlainDecimal(format))
        {
            return ((BigInteger)this).TryFormat(destination, out charsWritten, format, provider ?? CultureInfo.InvariantCulture);
        }

        Span<char> buffer = stackalloc char[DecimalDigitsMax];
        Span<char> digits = buffer[WriteDecimal(buffer)..];
        bool fits = digits.TryCopyTo(destination);
        charsWritten = fits ? digits.Length : 0;
        return fits;
    }

    /// <summary>Parses decimal digits, or hexadecimal ones after <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is not an unsigned 256-bit integer.</exception>
    public static UInt256 Parse(string text) => Parse(text.AsSpan(), CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Parse(string)"/>
    public static UInt256 Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static UInt256 Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out UInt256 value)
            ? value
            : throw new FormatException($"'{s}' is not an unsigned 256-bit integer: decimal digits or 0x and hex digits.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UInt256 result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out UInt256 result)
    {
        if (s.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return TryParseHex(s[2..], out result);
        }

        return TryParseDecimal(s, out result);
    }

    private static bool IsPlainDecimal(ReadOnlySpan<char> format) => format is "" or "D" or "d" or "G" or "g";

    /// <summary>Writes at the end of the buffer; returns where the text begins.</summary>
    private int WriteDecimal(Span<char> buffer)
    {
        UInt256 rest = this;
        int start = buffer.Length;
        while (!rest.FitsOneLimb)
        {
            (rest, UInt256 group) = DivRem(rest, GroupBase);
            start -= GroupDigits;
            group._u0.TryFormat(buffer.Slice(start, GroupDigits), out _, "D19", CultureInfo.InvariantCulture);
        }

        ulong leading = rest._u0;
        do
        {
            buffer[--start] = (char)('0' + (leading % 10));
            leading /= 10;
        }
        while (leading != 0);
        return start;
    }

    private static bool TryParseDecimal(ReadOnlySpan<char> text, out UInt256 result)
    {
        result = default;
        if (text.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<char> digits = text.TrimStart('0');
        while (!digits.IsEmpty)
        {
            int length = digits.Length % GroupDigits is 0 ? GroupDigits : digits.Length % GroupDigits;
            if (!ulong.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out ulong group)
                || !TryMultiply(result, GroupBase, out UInt256 shifted)
                || !TryAdd(shifted, group, out result))
            {
                result = default;
                return false;
            }

            digits = digits[length..];
        }

        return true;
    }

    private static bool TryParseHex(ReadOnlySpan<char> text, out UInt256 result)
    {
        result = default;
        ReadOnlySpan<char> digits = text.TrimStart('0');
        if (text.IsEmpty || digits.Length > HexDigitsMax)
        {
            return false;
        }

        foreach (char digit in digits)
        {
            ulong nibble = digit switch
            {
                >= '0' and <= '9' => (ulong)(digit - '0'),
                >= 'a' and <= 'f' => (ulong)(digit - 'a' + 10),
                >= 'A' and <= 'F' => (ulong)(digit - 'A' + 10),
                _ => ulong.MaxValue,
            };
            if (nibble == ulong.MaxValue)
            {
                result = default;
                return false;
            }

            result = (result << 4) | nibble;
        }

        return true;
    }
}
