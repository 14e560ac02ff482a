using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Arb.Domain;

public readonly partial struct UInt256
{
    private const int DecimalDigitsMax = 78;
    private const int HexDigitsMax = 64;

    // Longer texts than any without padding.
    private const int Utf8CharsMax = 128;

    // 10^19 is the greatest power of ten in one limb: text is cut into groups of 19 digits.
    private const int GroupDigits = 19;
    private const ulong GroupBase = 10_000_000_000_000_000_000;

    /// <summary>The value in decimal.</summary>
    public override string ToString()
    {
        Span<char> digits = stackalloc char[DecimalDigitsMax];
        return new string(digits[WriteDecimal(digits)..]);
    }

    /// <summary>
    /// Decimal for no format, <c>G</c> and <c>D</c>, hexadecimal for <c>x</c> and <c>X</c>, both with the least number of digits behind
    /// the letter, as UInt128 has them; any other as <see cref="BigInteger"/> formats it.
    /// </summary>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        if (!TryReadFormat(format, out char kind, out int digitsMin))
        {
            return ((BigInteger)this).ToString(format, formatProvider ?? CultureInfo.InvariantCulture);
        }

        Span<char> buffer = stackalloc char[DecimalDigitsMax];
        ReadOnlySpan<char> digits = buffer[WriteDigits(buffer, kind)..];
        return digits.Length >= digitsMin ? new string(digits) : new string(digits).PadLeft(digitsMin, '0');
    }

    /// <inheritdoc cref="ToString(string, IFormatProvider)"/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (!TryReadFormat(format, out char kind, out int digitsMin))
        {
            return ((BigInteger)this).TryFormat(destination, out charsWritten, format, provider ?? CultureInfo.InvariantCulture);
        }

        Span<char> buffer = stackalloc char[DecimalDigitsMax];
        Span<char> digits = buffer[WriteDigits(buffer, kind)..];
        int zeros = Math.Max(0, digitsMin - digits.Length);
        charsWritten = 0;
        if (destination.Length < zeros + digits.Length)
        {
            return false;
        }

        destination[..zeros].Fill('0');
        digits.CopyTo(destination[zeros..]);
        charsWritten = zeros + digits.Length;
        return true;
    }

    /// <inheritdoc cref="ToString(string, IFormatProvider)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        Span<char> buffer = stackalloc char[Math.Min(utf8Destination.Length, Utf8CharsMax)];
        bytesWritten = 0;
        if (TryFormat(buffer, out int written, format, provider))
        {
            return Encoding.UTF8.TryGetBytes(buffer[..written], utf8Destination, out bytesWritten);
        }

        // Too long for the stack, or for the destination: only the whole text can tell.
        return utf8Destination.Length > Utf8CharsMax
            && Encoding.UTF8.TryGetBytes(ToString(format.ToString(), provider), utf8Destination, out bytesWritten);
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

    /// <summary>Parses like <see cref="Parse(string)"/>; false, and 0, when the text is no unsigned 256-bit integer.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UInt256 result) => TryParse(text.AsSpan(), null, out result);

    /// <inheritdoc cref="TryParse(string, out UInt256)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt256 result) => TryParse(text, null, out result);

    /// <inheritdoc cref="Parse(string)"/>
    public static UInt256 Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) =>
        TryParse(utf8Text, provider, out UInt256 value)
            ? value
            : throw new FormatException($"'{Encoding.UTF8.GetString(utf8Text)}' is not an unsigned 256-bit integer.");

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out UInt256 result)
    {
        Span<char> buffer = utf8Text.Length <= Utf8CharsMax ? stackalloc char[Utf8CharsMax] : new char[utf8Text.Length];
        if (Ascii.ToUtf16(utf8Text, buffer, out int written) != OperationStatus.Done)
        {
            result = Zero;
            return false;
        }

        return TryParse(buffer[..written], provider, out result);
    }

    /// <summary>Reads <c>G</c>, or <c>D</c>, <c>x</c>, <c>X</c> with up to nine digits.</summary>
    private static bool TryReadFormat(ReadOnlySpan<char> format, out char kind, out int digitsMin)
    {
        kind = format.IsEmpty ? 'D' : format[0];
        digitsMin = 0;
        return format.Length < 2
            ? kind is 'D' or 'd' or 'G' or 'g' or 'X' or 'x'
            : kind is 'D' or 'd' or 'X' or 'x'
                && format.Length <= 10
                && int.TryParse(format[1..], NumberStyles.None, CultureInfo.InvariantCulture, out digitsMin);
    }

    private int WriteDigits(Span<char> buffer, char kind) => kind switch
    {
        'x' => WriteHex(buffer, "0123456789abcdef"),
        'X' => WriteHex(buffer, "0123456789ABCDEF"),
        _ => WriteDecimal(buffer),
    };

    /// <summary>Writes at the end of the buffer; returns where the text begins.</summary>
    private int WriteHex(Span<char> buffer, string nibbles)
    {
        UInt256 rest = this;
        int start = buffer.Length;
        do
        {
            buffer[--start] = nibbles[(int)(rest._u0 & 15)];
            rest >>= 4;
        }
        while (!rest.IsZero);
        return start;
    }

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
