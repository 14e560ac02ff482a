using System.Text.Json;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Reads logs.</summary>
internal static class LogJson
{
    /// <summary>Reads a log that must be of a certain block.</summary>
    public static ChainLog Read(JsonElement log, BlockStamp block)
    {
        if (RpcJson.Hash(RpcJson.Member(log, "blockHash"), "blockHash") != block.Hash
            || RpcJson.Quantity64(RpcJson.Member(log, "blockNumber"), "blockNumber") != block.Number)
        {
            throw new FormatException($"a log of another block than {block.Number} {block.Hash} came");
        }

        return Read(log);
    }

    /// <summary>Reads a log of any block.</summary>
    public static ChainLog Read(JsonElement log)
    {
        if (log.TryGetProperty("removed", out JsonElement removed) && removed.ValueKind == JsonValueKind.True)
        {
            throw new FormatException("a log came that a reorganisation has removed");
        }

        return new ChainLog(
            RpcJson.Address(RpcJson.Member(log, "address"), "address"),
            RpcJson.Array(RpcJson.Member(log, "topics"), "topics", RpcJson.Hash),
            RpcJson.Bytes(RpcJson.Member(log, "data"), "data"),
            RpcJson.Quantity64(RpcJson.Member(log, "logIndex"), "logIndex"));
    }
}
