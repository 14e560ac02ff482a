using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>A transaction in anvil's pool.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="From">Sender.</param>
/// <param name="Nonce">Account nonce.</param>
/// <param name="MaxPriorityFeePerGasWei">Tip per gas, wei; the gas price of a type without tips.</param>
/// <param name="MaxFeePerGasWei">Upper limit per gas, wei; the gas price of a type without tips.</param>
/// <param name="IsExecutable">It could be mined now; otherwise it waits for an earlier nonce.</param>
/// <param name="Shown">All its members as anvil shows them.</param>
internal sealed record PoolEntry(
    Hash256 Hash,
    Address From,
    ulong Nonce,
    UInt256 MaxPriorityFeePerGasWei,
    UInt256 MaxFeePerGasWei,
    bool IsExecutable,
    JsonElement Shown)
{
    /// <summary>Reads an answer of <c>txpool_content</c>.</summary>
    /// <exception cref="FormatException">It has another shape.</exception>
    public static ImmutableArray<PoolEntry> ReadAll(JsonElement content)
    {
        ImmutableArray<PoolEntry>.Builder all = ImmutableArray.CreateBuilder<PoolEntry>();
        foreach (string part in (ReadOnlySpan<string>)["pending", "queued"])
        {
            foreach (JsonProperty sender in RpcJson.Member(content, part).EnumerateObject())
            {
                foreach (JsonProperty transaction in sender.Value.EnumerateObject())
                {
                    all.Add(Read(transaction.Value, isExecutable: part == "pending"));
                }
            }
        }

        return all.ToImmutable();
    }

    /// <summary>Reads one transaction as anvil shows it.</summary>
    /// <exception cref="FormatException">A member is missing or wrong.</exception>
    public static PoolEntry Read(JsonElement transaction, bool isExecutable)
    {
        bool hasTip = transaction.TryGetProperty("maxFeePerGas", out JsonElement maxFee)
            && maxFee.ValueKind == JsonValueKind.String;
        string tipName = hasTip ? "maxPriorityFeePerGas" : "gasPrice";
        return new PoolEntry(
            RpcJson.Hash(RpcJson.Member(transaction, "hash"), "hash"),
            RpcJson.Address(RpcJson.Member(transaction, "from"), "from"),
            RpcJson.Quantity64(RpcJson.Member(transaction, "nonce"), "nonce"),
            RpcJson.Quantity(RpcJson.Member(transaction, tipName), tipName),
            hasTip
                ? RpcJson.Quantity(maxFee, "maxFeePerGas")
                : RpcJson.Quantity(RpcJson.Member(transaction, "gasPrice"), "gasPrice"),
            isExecutable,
            transaction);
    }
}
