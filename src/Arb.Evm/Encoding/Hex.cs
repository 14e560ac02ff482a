using Arb.Domain;

namespace Arb.Evm;

/// <summary>Hex text as JSON-RPC writes it: <c>0x</c> and lower-case digits.</summary>
public static class Hex
{
    /// <summary>Bytes, two digits each; <c>0x</c> for none.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <summary>A quantity, without leading zeros; <c>0x0</c> for 0.</summary>
    public static string Quantity(UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        value.WriteBigEndian(word);
        string digits = Convert.ToHexStringLower(word).TrimStart('0');
        return digits.Length == 0 ? "0x0" : string.Concat("0x", digits);
    }

    /// <summary>Reads <c>0x</c> and an even number of digits.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static byte[] Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out byte[] bytes)
            ? bytes
            : throw new FormatException(
                $"'{Shorten(text)}' is not hex bytes: 0x and an even number of hex digits are expected.");

    /// <summary>Reads like <see cref="Parse"/>, reporting failure as a value.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 2 != 0 || !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        byte[] parsed = new byte[(text.Length - 2) / 2];
        if (Convert.FromHexString(text[2..], parsed, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        bytes = parsed;
        return true;
    }

    /// <summary>What an error message shows of a text that may be megabytes.</summary>
    internal static string Shorten(ReadOnlySpan<char> text) => text.Length <= 80 ? text.ToString() : $"{text[..80]}…";
}
