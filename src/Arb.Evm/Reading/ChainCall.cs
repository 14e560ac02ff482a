using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>What all readers of a node share: its errors become <see cref="ChainUnavailableException"/>, blocks are named by hash.</summary>
internal static class ChainCall
{
    /// <summary>Calls a method whose errors say nothing about a trade.</summary>
    public static async Task<T> ReadAsync<T>(
        this JsonRpcClient client,
        string method,
        Action<Utf8JsonWriter>? parameters,
        Func<JsonElement, T> read,
        CancellationToken cancellation)
    {
        try
        {
            return await client.CallAsync(method, parameters, read, cancellation);
        }
        catch (JsonRpcException refused)
        {
            throw new ChainUnavailableException($"{refused.Message}.", refused);
        }
    }

    /// <summary>Reads the result of one request of a batch.</summary>
    public static T Read<T>(this JsonRpcClient client, string method, JsonRpcReply reply, Func<JsonElement, T> read)
    {
        if (reply.Error is { } refused)
        {
            throw new ChainUnavailableException($"{refused.Message}.", refused);
        }

        try
        {
            return read(reply.Result);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            throw client.WrongShape(method, wrong.Message, wrong);
        }
    }

    /// <summary>The error for an answer that cannot be right.</summary>
    public static ChainUnavailableException WrongShape(
        this JsonRpcClient client, string method, string why, Exception? inner = null) =>
        new($"{method} at {client.Origin} failed: the answer cannot be right: {why}.", inner) { Fault = ChainFault.Contradiction };

    /// <summary>Writes block overrides: the block's own number, another time.</summary>
    public static void WriteTime(Utf8JsonWriter writer, BlockStamp block, ulong timestamp)
    {
        writer.WriteStartObject();
        writer.WriteString("number", Hex.Quantity(block.Number));
        writer.WriteString("time", Hex.Quantity(timestamp));
        writer.WriteEndObject();
    }

    /// <summary>Writes a block by hash, to be refused when it is no longer canonical (EIP-1898).</summary>
    public static void WriteBlock(Utf8JsonWriter writer, Hash256 hash)
    {
        writer.WriteStartObject();
        writer.WriteString("blockHash", hash.ToString());
        writer.WriteBoolean("requireCanonical", true);
        writer.WriteEndObject();
    }
}
