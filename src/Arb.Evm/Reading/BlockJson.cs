using System.Text.Json;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Reads blocks.</summary>
internal static class BlockJson
{
    /// <summary>Reads a block's header; null for JSON null.</summary>
    public static BlockStamp? Stamp(JsonElement block, ulong chainId) =>
        block.ValueKind == JsonValueKind.Null ? null : new BlockStamp(
            chainId,
            RpcJson.Quantity64(RpcJson.Member(block, "number"), "number"),
            RpcJson.Hash(RpcJson.Member(block, "hash"), "hash"),
            RpcJson.Hash(RpcJson.Member(block, "parentHash"), "parentHash"),
            RpcJson.Quantity64(RpcJson.Member(block, "timestamp"), "timestamp"),
            RpcJson.Quantity(RpcJson.Member(block, "baseFeePerGas"), "baseFeePerGas"),
            RpcJson.Quantity64(RpcJson.Member(block, "gasUsed"), "gasUsed"),
            RpcJson.Quantity64(RpcJson.Member(block, "gasLimit"), "gasLimit"));
}
