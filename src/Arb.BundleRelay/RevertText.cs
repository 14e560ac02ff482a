using System.Text;
using System.Text.Json;
using Arb.Evm;

namespace Arb.BundleRelay;

/// <summary>
/// Reads <c>revert</c> of an <c>eth_callBundle</c> result: hex where the bundle relay is kind, else the revert data's
/// raw bytes forced into text, in which every byte above 127 became U+FFFD.
/// </summary>
internal static class RevertText
{
    // 0x08c379a0, the selector of Error(string), after that treatment.
    private const string ErrorSelectorAsText = "\b\uFFFDy\uFFFD";
    private const int ErrorHeadLength = 4 + 32 + 32;

    /// <summary>The reason, or null when the field holds none that can be read.</summary>
    public static string? Read(JsonElement revert)
    {
        if (!PlainText.TryRead(revert, out string text))
        {
            return null;
        }

        string? reason = Hex.TryParse(text, out byte[] bytes) ? OfBytes(bytes) : OfForcedText(text);
        return string.IsNullOrWhiteSpace(reason) ? null : PlainText.Of(reason);
    }

    private static string? OfBytes(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return null;
        }

        ReadOnlySpan<byte> errorSelector = [0x08, 0xc3, 0x79, 0xa0];
        if (data.StartsWith(errorSelector) && data.Length >= ErrorHeadLength)
        {
            int said = (data[ErrorHeadLength - 2] << 8) | data[ErrorHeadLength - 1];
            int length = Math.Min(said, data.Length - ErrorHeadLength);
            return Encoding.UTF8.GetString(data.Slice(ErrorHeadLength, length));
        }

        return Hex.Of(data[..Math.Min(data.Length, 36)]);
    }

    private static string? OfForcedText(string text)
    {
        if (text.StartsWith(ErrorSelectorAsText, StringComparison.Ordinal) && text.Length > ErrorHeadLength)
        {
            int said = (text[ErrorHeadLength - 2] << 8) | text[ErrorHeadLength - 1];
            int length = Math.Min(said, text.Length - ErrorHeadLength);
            return text.Substring(ErrorHeadLength, length);
        }

        // Anything else is a custom error's bytes; only a bundle relay that sent words has something to say.
        return text.Any(character => char.IsControl(character) || character == '\uFFFD') ? null : text;
    }
}
