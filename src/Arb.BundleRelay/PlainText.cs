using System.Text;
using System.Text.Json;

namespace Arb.BundleRelay;

/// <summary>
/// Texts of a bundle relay as they may enter logs and rows: printable, on one line, bounded. A bundle relay is not
/// trusted, and a revert's raw bytes arrive as text.
/// </summary>
internal static class PlainText
{
    private const int LengthMax = 300;

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        // Four bytes make at least one character, so this is enough to fill the limit.
        ReadOnlySpan<byte> start = utf8[..Math.Min(utf8.Length, LengthMax * 4)];
        return Of(Encoding.UTF8.GetString(start));
    }

    public static string Of(JsonElement value) => Of(Raw(value));

    public static string Of(ReadOnlySpan<char> text)
    {
        StringBuilder clean = new();
        foreach (char character in text)
        {
            if (clean.Length == LengthMax)
            {
                clean.Append('…');
                break;
            }

            bool printable = !char.IsControl(character) && !char.IsSurrogate(character) && character != '\uFFFD';
            if (printable)
            {
                clean.Append(character);
            }
            else if (clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }

        string result = clean.ToString().Trim();
        return result.Length == 0 ? "no message" : result;
    }

    /// <summary>The string's characters, or JSON text of anything else.</summary>
    public static string Raw(JsonElement value) =>
        TryRead(value, out string text) ? text
        : value.ValueKind == JsonValueKind.Undefined ? string.Empty
        : value.GetRawText();

    /// <summary>The string's characters; false for anything else, and for half a surrogate pair, which is JSON but no
    /// text.</summary>
    public static bool TryRead(JsonElement value, out string text)
    {
        text = string.Empty;
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
