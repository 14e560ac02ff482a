using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Cli.Markets.Formats;

/// <summary>Fields of one JSON object, each read as what it must be; a failure names the object, the field and what is expected.</summary>
internal sealed class JsonFields(JsonElement element, string where)
{
    private const string OnePerToken = "one for each token";
    private const string Integer = "a whole number as a string of decimal digits (or a JSON number)";

    /// <summary>Whose fields they are, for messages.</summary>
    public string Where => where;

    public bool Has(string field) => element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string field) => Required(field, "a text") is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
        ? text
        : throw Wrong(field, "a text", Required(field, "a text"));

    public UInt256 Unsigned(string field) => Unsigned(Required(field, Integer), field);

    public UInt256 UnsignedOr(string field, UInt256 missing) => Has(field) ? Unsigned(field) : missing;

    public int Int32(string field, int min, int max) => Int32(Required(field, Range(min, max)), field, min, max);

    /// <summary>A fraction scaled by 10^18: digits alone are that integer, digits with a point are the fraction itself.</summary>
    public UInt256 FractionX18(string field) => FractionX18(Required(field, Fraction), field);

    public ImmutableArray<UInt256> UnsignedList(string field, int? count = null) => List(field, count, Unsigned);

    public ImmutableArray<UInt256> FractionX18List(string field, int? count = null) => List(field, count, FractionX18);

    public ImmutableArray<int> Int32List(string field, int count, int min, int max, string whose = OnePerToken) =>
        List(field, count, (value, name) => Int32(value, name, min, max), whose);

    public ImmutableArray<string> TextList(string field)
    {
        return List(field, null, (value, name) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw Wrong(name, "a text", value));
    }

    /// <summary>Objects of a list, each with its own place in messages.</summary>
    public JsonElement Array(string field) => Required(field, "a list") is { ValueKind: JsonValueKind.Array } value
        ? value
        : throw Wrong(field, "a list", Required(field, "a list"));

    /// <summary>A pair of integers of a list, for example <c>[index, liquidityNet]</c>.</summary>
    public (int Index, Int128 Value) Pair(JsonElement value, string name, int min, int max)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2)
        {
            throw Wrong(name, "a pair [index, liquidityNet]", value);
        }

        int index = Int32(value[0], $"{name}[0]", min, max);
        const string Signed = "a whole number of 128 bits with a sign, as a string of decimal digits (or a JSON number)";
        return System.Int128.TryParse(Plain(value[1]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 net)
            ? (index, net)
            : throw Wrong($"{name}[1]", Signed, value[1]);
    }

    public MarketFileException Wrong(string field, string expected, JsonElement found) =>
        new($"{where}: field '{field}': expected {expected}, found {Shorten(found)}.");

    public MarketFileException Wrong(string field, string message) => new($"{where}: field '{field}': {message}");

    private const string Fraction =
        "a fraction: a string with a point is the fraction itself (\"0.003\"), digits alone are scaled by 10^18 (\"3000000000000000\")";

    private JsonElement Required(string field, string expected) => Has(field)
        ? element.GetProperty(field)
        : throw new MarketFileException($"{where}: field '{field}' is missing: expected {expected}.");

    private ImmutableArray<T> List<T>(string field, int? count, Func<JsonElement, string, T> read, string whose = OnePerToken)
    {
        string expected = count is { } exact ? $"a list of {exact}, {whose}" : "a list";
        JsonElement list = Required(field, expected);
        if (list.ValueKind != JsonValueKind.Array || (count is { } length && list.GetArrayLength() != length))
        {
            throw Wrong(field, expected, list);
        }

        ImmutableArray<T>.Builder values = ImmutableArray.CreateBuilder<T>(list.GetArrayLength());
        foreach (JsonElement value in list.EnumerateArray())
        {
            values.Add(read(value, $"{field}[{values.Count}]"));
        }

        return values.MoveToImmutable();
    }

    private UInt256 Unsigned(JsonElement value, string name) => Plain(value) is { } text
        && UInt256.TryParse(text, CultureInfo.InvariantCulture, out UInt256 number)
        ? number
        : throw Wrong(name, $"{Integer}, 0 to 2^256 - 1", value);

    private int Int32(JsonElement value, string name, int min, int max) =>
        int.TryParse(Plain(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
        && number >= min && number <= max
        ? number
        : throw Wrong(name, Range(min, max), value);

    private UInt256 FractionX18(JsonElement value, string name) => DecimalText.TryScale(Plain(value) ?? string.Empty, 18, out UInt256 scaled)
        ? scaled
        : throw Wrong(name, Fraction, value);

    private static string Range(int min, int max) => $"a whole number from {min} to {max}";

    /// <summary>The digits of a string or of a number; a number in scientific notation stays what it is, and is refused later.</summary>
    private static string? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string Shorten(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
    }
}

/// <summary>Decimal fractions as exact integers.</summary>
internal static class DecimalText
{
    /// <summary>
    /// Digits with a point times 10^<paramref name="decimals"/>; digits alone as they are. False for anything else, for more digits after
    /// the point than that, and past 256 bits.
    /// </summary>
    public static bool TryScale(string text, int decimals, out UInt256 scaled)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? UInt256.TryParse(text, CultureInfo.InvariantCulture, out scaled) && !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            : TryScaleExact(text, decimals, out scaled);
    }

    /// <summary>The number times 10^<paramref name="decimals"/>, with or without a point; false as <see cref="TryScale"/>.</summary>
    public static bool TryScaleExact(string text, int decimals, out UInt256 scaled)
    {
        scaled = default;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point];
        string fraction = point < 0 ? string.Empty : text[(point + 1)..];
        string kept = fraction.TrimEnd('0');
        if (whole.Length + fraction.Length == 0 || kept.Length > decimals
            || !BigInteger.TryParse(
                $"0{whole}{kept.PadRight(decimals, '0')}", NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger value)
            || value >= BigInteger.One << 256)
        {
            return false;
        }

        scaled = (UInt256)value;
        return true;
    }
}
