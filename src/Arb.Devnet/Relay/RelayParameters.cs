using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>
/// Reads the one parameter object of a bundle relay's methods as strictly as the Go services do: a block number is a
/// hex string, a timestamp a JSON number, null is absence, and an unknown member is ignored.
/// </summary>
internal readonly struct RelayParameters
{
    private readonly JsonElement _object;

    private RelayParameters(JsonElement parameters) => _object = parameters;

    /// <summary>Takes <c>params</c>, an array of one object.</summary>
    /// <exception cref="RelayError">It is something else.</exception>
    public static RelayParameters Of(JsonElement request)
    {
        if (!request.TryGetProperty("params", out JsonElement all) || all.ValueKind == JsonValueKind.Null)
        {
            throw RelayError.MissingArgument();
        }

        if (all.ValueKind != JsonValueKind.Array)
        {
            throw RelayError.InvalidParams("non-array args");
        }

        return all.GetArrayLength() switch
        {
            0 => throw RelayError.MissingArgument(),
            1 when all[0].ValueKind == JsonValueKind.Object => new RelayParameters(all[0]),
            1 => throw RelayError.InvalidParams($"an object is expected, not {all[0].ValueKind}"),
            int count => throw RelayError.InvalidParams($"too many arguments, want at most 1, got {count}"),
        };
    }

    /// <summary>Raw transactions, not yet decoded.</summary>
    /// <exception cref="RelayError">Missing, or no strings.</exception>
    public ImmutableArray<string> RawTransactions()
    {
        if (!TryGet("txs", out JsonElement txs) || (txs.ValueKind == JsonValueKind.Array && txs.GetArrayLength() == 0))
        {
            throw RelayError.Failed("bundle missing txs");
        }

        return Texts(txs, "txs");
    }

    /// <summary>The one raw transaction of a private submission, not yet decoded.</summary>
    /// <exception cref="RelayError">Missing, or no string.</exception>
    public string RawTransaction() =>
        TryGet("tx", out JsonElement raw) ? Text(raw, "tx") : throw RelayError.InvalidParams("tx is missing");

    /// <summary>Hash of the transaction to cancel.</summary>
    /// <exception cref="RelayError">Missing, or no hash.</exception>
    public Hash256 TransactionHash() =>
        TryGet("txHash", out JsonElement hash) && Hash256.TryParse(Text(hash, "txHash"), out Hash256 transaction)
            ? transaction
            : throw RelayError.InvalidParams("txHash is not a 32-byte hash");

    /// <summary>A block number in either form: the documentation has a hex string, the official client sends a JSON number.</summary>
    /// <exception cref="RelayError">Neither of the two.</exception>
    public ulong? Number(string name) =>
        !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number
        : HexQuantity(value, name);

    /// <summary>The block the bundle is for.</summary>
    /// <exception cref="RelayError">Missing, or not a hex quantity in a string.</exception>
    public ulong BlockNumber()
    {
        if (!TryGet("blockNumber", out JsonElement number))
        {
            throw RelayError.Failed("bundle missing blockNumber");
        }

        ulong block = HexQuantity(number, "blockNumber");
        return block != 0 ? block : throw RelayError.Failed("bundle missing blockNumber");
    }

    /// <summary>The block whose state to run on; null for the head.</summary>
    /// <exception cref="RelayError">Neither a hex quantity nor <c>latest</c>.</exception>
    public ulong? StateBlockNumber() =>
        !TryGet("stateBlockNumber", out JsonElement state) ? null
        : state.ValueKind == JsonValueKind.String && state.ValueEquals("latest") ? null
        : HexQuantity(state, "stateBlockNumber");

    /// <summary>Unix seconds; null when absent.</summary>
    /// <exception cref="RelayError">Not a JSON number.</exception>
    public ulong? Seconds(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong seconds)
            ? seconds
            : throw RelayError.InvalidParams($"cannot unmarshal {value.GetRawText()} into field {name} of type uint64");
    }

    /// <summary>An account; null when absent.</summary>
    /// <exception cref="RelayError">Not an address.</exception>
    public Address? Account(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && Address.TryParse(Text(value, name), out Address account)
            ? account
            : throw RelayError.InvalidParams($"{name} is not an address");
    }

    /// <summary>Transaction hashes; empty when absent.</summary>
    /// <exception cref="RelayError">Not hashes.</exception>
    public ImmutableHashSet<Hash256> Hashes(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return [];
        }

        ImmutableHashSet<Hash256>.Builder hashes = ImmutableHashSet.CreateBuilder<Hash256>();
        foreach (string text in Texts(value, name))
        {
            hashes.Add(Hash256.TryParse(text, out Hash256 hash)
                ? hash
                : throw RelayError.InvalidParams($"{name} holds what is not a 32-byte hash"));
        }

        return hashes.ToImmutable();
    }

    /// <summary>A uuid; null when absent.</summary>
    /// <exception cref="RelayError">Not a uuid with hyphens.</exception>
    public Guid? Uuid(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && Guid.TryParseExact(Text(value, name), "D", out Guid uuid)
            ? uuid
            : throw RelayError.InvalidParams($"{name} is not a UUID");
    }

    private bool TryGet(string name, out JsonElement value) =>
        _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static ImmutableArray<string> Texts(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw RelayError.InvalidParams($"{name} is not an array");
        }

        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray())
        {
            texts.Add(Text(item, name));
        }

        return texts.MoveToImmutable();
    }

    private static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw RelayError.InvalidParams($"{name}: a string is expected, not {value.ValueKind}");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            throw RelayError.InvalidParams($"{name} is not text");
        }
    }

    private static ulong HexQuantity(JsonElement value, string name)
    {
        // Go's hexutil, word for word in its errors.
        string text = value.ValueKind == JsonValueKind.String ? Text(value, name) : value.GetRawText();
        if (text.Length == 0)
        {
            throw RelayError.InvalidParams("empty hex string");
        }

        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            throw RelayError.InvalidParams("hex string without 0x prefix");
        }

        ReadOnlySpan<char> digits = text.AsSpan(2);
        if (digits.IsEmpty)
        {
            throw RelayError.InvalidParams("hex string \"0x\"");
        }

        if (digits.Length > 1 && digits[0] == '0')
        {
            throw RelayError.InvalidParams("hex number with leading zero digits");
        }

        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong quantity)
            ? quantity
            : throw RelayError.InvalidParams(digits.Length > 16 ? "hex number > 64 bits" : "invalid hex string");
    }
}
