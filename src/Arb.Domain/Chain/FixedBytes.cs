namespace Arb.Domain;

/// <summary>Hex text to bytes of a fixed length, with one error message for all.</summary>
internal static class FixedBytes
{
    public static void Parse(ReadOnlySpan<char> text, Span<byte> destination, string what)
    {
        if (!TryParse(text, destination))
        {
            throw new FormatException(
                $"'{text}' is not {what}: 0x and {destination.Length * 2} hex digits are expected.");
        }
    }

    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == 2 + (destination.Length * 2)
        && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && Convert.FromHexString(text[2..], destination, out _, out _) == System.Buffers.OperationStatus.Done;
}
