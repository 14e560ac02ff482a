using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>One storage word of a contract.</summary>
/// <param name="Contract">Contract it belongs to: the token, or what the token keeps its balances in.</param>
/// <param name="Slot">Which word.</param>
internal sealed record StorageWord(Address Contract, Hash256 Slot);

/// <summary>
/// Finds the storage word that holds an account's balance of a token, whatever the token's layout: <c>eth_createAccessList</c> names
/// the words that <c>balanceOf</c> reads, and the one whose override changes the answer to itself is it.
/// </summary>
internal sealed class BalanceSlots(JsonRpcClient client)
{
    private const int TokensKnownMax = 10_000;

    // A number no balance has by chance.
    private static readonly UInt256 Mark = UInt256.Parse("316912650057057350374175801351");
    private static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");

    private readonly ConcurrentDictionary<(Address Token, Address Holder), StorageWord> _known = new();

    /// <summary>The word, or null when no single word is the balance (it is computed, scaled or packed).</summary>
    public async Task<StorageWord?> FindAsync(BlockStamp block, Address token, Address holder, CancellationToken cancellation)
    {
        if (_known.TryGetValue((token, holder), out StorageWord? known))
        {
            return known;
        }

        byte[] payload = AbiWriter.Call(BalanceOf).Address(holder).ToArray();
        foreach (StorageWord word in await ReadWordsAsync(block, token, payload, cancellation))
        {
            if (await AnswersAsync(block, token, payload, word, cancellation))
            {
                if (_known.Count < TokensKnownMax)
                {
                    _known[(token, holder)] = word;
                }

                return word;
            }
        }

        return null;
    }

    /// <summary>Writes an override of that word into an open object of overrides.</summary>
    public static void WriteOverride(Utf8JsonWriter writer, StorageWord word, UInt256 value)
    {
        writer.WriteStartObject(word.Contract.ToString());
        writer.WriteStartObject("stateDiff");
        Span<byte> bytes = stackalloc byte[32];
        value.WriteBigEndian(bytes);
        writer.WriteString(word.Slot.ToString(), Hex.Of(bytes));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private Task<ImmutableArray<StorageWord>> ReadWordsAsync(
        BlockStamp block, Address token, byte[] payload, CancellationToken cancellation) =>
        client.ReadAsync(
            "eth_createAccessList",
            writer =>
            {
                WriteCall(writer, token, payload);
                ChainCall.WriteBlock(writer, block.Hash);
            },
            static result => RpcJson.Array(
                RpcJson.Member(result, "accessList"),
                "accessList",
                static (entry, _) => (
                    Contract: Address.Parse(RpcJson.Text(RpcJson.Member(entry, "address"), "address")),
                    Slots: RpcJson.Array(
                        RpcJson.Member(entry, "storageKeys"),
                        "storageKeys",
                        static (key, _) => Hash256.Parse(RpcJson.Text(key, "storageKeys")))))
                .SelectMany(static entry => entry.Slots.Select(slot => new StorageWord(entry.Contract, slot)))
                .ToImmutableArray(),
            cancellation);

    private async Task<bool> AnswersAsync(
        BlockStamp block, Address token, byte[] payload, StorageWord word, CancellationToken cancellation)
    {
        try
        {
            byte[] answer = await client.CallAsync(
                "eth_call",
                writer =>
                {
                    WriteCall(writer, token, payload);
                    ChainCall.WriteBlock(writer, block.Hash);
                    writer.WriteStartObject();
                    WriteOverride(writer, word, Mark);
                    writer.WriteEndObject();
                },
                static result => RpcJson.Bytes(result, "result"),
                cancellation);
            return answer.Length == 32 && UInt256.FromBigEndian(answer) == Mark;
        }
        catch (JsonRpcException)
        {
            // Overriding a proxy's implementation pointer, say, makes the call fail: not this word.
            return false;
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, Address to, byte[] payload)
    {
        writer.WriteStartObject();
        writer.WriteString("from", ProbeCode.Stranger.ToString());
        writer.WriteString("to", to.ToString());
        writer.WriteString("data", Hex.Of(payload));
        writer.WriteEndObject();
    }
}
