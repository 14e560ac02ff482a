using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Reads values out of JSON-RPC answers, whose shape nobody vouches for. Every failure is a <see cref="FormatException"/>.</summary>
public static class RpcJson
{
    /// <summary>A member that must be there and not null.</summary>
    public static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement member)
        && member.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? member
            : throw new FormatException($"'{name}' is missing");

    /// <summary>The text of a string.</summary>
    public static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"'{name}' is {value.ValueKind}, not a string");

    /// <summary>A quantity of at most 256 bits.</summary>
    public static UInt256 Quantity(JsonElement value, string name)
    {
        string text = Text(value, name);
        return text.StartsWith("0x", StringComparison.Ordinal) && UInt256.TryParse(text, null, out UInt256 quantity)
            ? quantity
            : throw new FormatException($"'{name}' is '{Hex.Shorten(text)}', not a hex quantity");
    }

    /// <summary>A quantity below 2^64.</summary>
    public static ulong Quantity64(JsonElement value, string name)
    {
        UInt256 quantity = Quantity(value, name);
        return quantity.BitLength <= 64
            ? (ulong)quantity
            : throw new FormatException($"'{name}' is {quantity}, which does not fit 64 bits");
    }

    /// <summary>A 32-byte hash.</summary>
    public static Hash256 Hash(JsonElement value, string name)
    {
        string text = Text(value, name);
        return Hash256.TryParse(text, out Hash256 hash)
            ? hash
            : throw new FormatException($"'{name}' is '{Hex.Shorten(text)}', not a 32-byte hash");
    }

    /// <summary>An address.</summary>
    public static Address Address(JsonElement value, string name)
    {
        string text = Text(value, name);
        return Domain.Address.TryParse(text, out Address address)
            ? address
            : throw new FormatException($"'{name}' is '{Hex.Shorten(text)}', not an address");
    }

    /// <summary>Bytes in hex.</summary>
    public static byte[] Bytes(JsonElement value, string name)
    {
        string text = Text(value, name);
        return Hex.TryParse(text, out byte[] bytes)
            ? bytes
            : throw new FormatException($"'{name}' is '{Hex.Shorten(text)}', not hex bytes");
    }

    /// <summary>Every element of an array.</summary>
    public static ImmutableArray<T> Array<T>(JsonElement value, string name, Func<JsonElement, string, T> element)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"'{name}' is {value.ValueKind}, not an array");
        }

        ImmutableArray<T>.Builder all = ImmutableArray.CreateBuilder<T>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray())
        {
            all.Add(element(item, name));
        }

        return all.MoveToImmutable();
    }
}
