using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>
/// Rebuilds raw transactions from what a node shows of its pool, for those that entered it in the moment before it
/// was emptied and whose bytes can no longer be asked for.
/// </summary>
internal static class PooledTransactionEncoding
{
    /// <summary>The raw transaction; null when its type is none of legacy, EIP-2930 and EIP-1559.</summary>
    /// <exception cref="FormatException">A member is missing or wrong, or the bytes do not have the hash
    /// shown.</exception>
    public static byte[]? TryEncode(JsonElement shown)
    {
        ulong type = shown.TryGetProperty("type", out JsonElement given) ? RpcJson.Quantity64(given, "type") : 0;
        byte[]? raw = type switch
        {
            0 => new RlpWriter().List(list => WriteSigned(WriteLegacy(list, shown), shown, "v")).ToArray(),
            1 => [1, .. new RlpWriter().List(list => WriteSigned(WriteAccessListType(list, shown), shown, "yParity")).ToArray()],
            2 => [2, .. new RlpWriter().List(list => WriteSigned(WriteDynamicFeeType(list, shown), shown, "yParity")).ToArray()],
            _ => null,
        };
        Hash256 hash = RpcJson.Hash(RpcJson.Member(shown, "hash"), "hash");
        return raw is null || Keccak.Hash256(raw) == hash
            ? raw
            : throw new FormatException($"the members shown of {hash} do not encode to that hash");
    }

    private static RlpWriter WriteLegacy(RlpWriter list, JsonElement shown) =>
        WriteCall(list.Number(Quantity(shown, "nonce")).Number(Quantity(shown, "gasPrice")), shown);

    private static RlpWriter WriteAccessListType(RlpWriter list, JsonElement shown) =>
        WriteEntries(
            WriteCall(
                list.Number(Quantity(shown, "chainId")).Number(Quantity(shown, "nonce")).Number(Quantity(shown, "gasPrice")), shown),
            shown);

    private static RlpWriter WriteDynamicFeeType(RlpWriter list, JsonElement shown) =>
        WriteEntries(
            WriteCall(
                list.Number(Quantity(shown, "chainId"))
                    .Number(Quantity(shown, "nonce"))
                    .Number(Quantity(shown, "maxPriorityFeePerGas"))
                    .Number(Quantity(shown, "maxFeePerGas")),
                shown),
            shown);

    private static RlpWriter WriteCall(RlpWriter list, JsonElement shown)
    {
        Address? to = shown.TryGetProperty("to", out JsonElement callee) && callee.ValueKind != JsonValueKind.Null
            ? RpcJson.Address(callee, "to")
            : null;
        return list.Number(Quantity(shown, "gas"))
            .Address(to)
            .Number(Quantity(shown, "value"))
            .Bytes(RpcJson.Bytes(RpcJson.Member(shown, "input"), "input"));
    }

    private static RlpWriter WriteEntries(RlpWriter list, JsonElement shown) =>
        list.List(entries =>
        {
            foreach (JsonElement entry in RpcJson.Member(shown, "accessList").EnumerateArray())
            {
                entries.List(one => one
                    .Address(RpcJson.Address(RpcJson.Member(entry, "address"), "address"))
                    .List(keys =>
                    {
                        foreach (JsonElement key in RpcJson.Member(entry, "storageKeys").EnumerateArray())
                        {
                            keys.Bytes(RpcJson.Bytes(key, "storageKeys"));
                        }
                    }));
            }
        });

    private static void WriteSigned(RlpWriter list, JsonElement shown, string parity) =>
        list.Number(Quantity(shown, parity)).Number(Quantity(shown, "r")).Number(Quantity(shown, "s"));

    private static UInt256 Quantity(JsonElement shown, string name) => RpcJson.Quantity(RpcJson.Member(shown, name), name);
}
