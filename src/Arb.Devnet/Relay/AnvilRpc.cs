using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>The calls to anvil that building needs.</summary>
internal sealed class AnvilRpc(JsonRpcClient rpc)
{
    /// <summary>Scheme, host and port.</summary>
    public string Origin => rpc.Origin;

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) =>
        rpc.CallAsync("eth_chainId", null, result => RpcJson.Quantity64(result, "result"), cancellation);

    /// <summary>A block by number or tag; null when there is none.</summary>
    public Task<ParentBlock?> GetBlockAsync(string block, CancellationToken cancellation) =>
        rpc.CallAsync(
            "eth_getBlockByNumber",
            writer =>
            {
                writer.WriteStringValue(block);
                writer.WriteBooleanValue(false);
            },
            ReadParent,
            cancellation);

    /// <summary>A mined block with its transactions.</summary>
    public async Task<(ParentBlock Block, ImmutableArray<Hash256> Transactions)> GetMinedAsync(
        ulong number, CancellationToken cancellation)
    {
        JsonElement result = await rpc.CallAsync(
            "eth_getBlockByNumber",
            writer =>
            {
                writer.WriteStringValue(Hex.Quantity(number));
                writer.WriteBooleanValue(false);
            },
            cancellation);
        try
        {
            return (
                ReadParent(result) ?? throw new FormatException($"block {number} is missing after it was mined"),
                RpcJson.Array(RpcJson.Member(result, "transactions"), "transactions", RpcJson.Hash));
        }
        catch (FormatException wrong)
        {
            throw new ChainUnavailableException($"eth_getBlockByNumber at {Origin} failed: {wrong.Message}.", wrong);
        }
    }

    /// <summary>Status and gas by transaction of a mined block.</summary>
    public Task<ImmutableDictionary<Hash256, (bool Succeeded, ulong GasUsed)>> GetReceiptsAsync(
        ulong number, CancellationToken cancellation) =>
        rpc.CallAsync(
            "eth_getBlockReceipts",
            writer => writer.WriteStringValue(Hex.Quantity(number)),
            result => RpcJson.Array(result, "result", static (receipt, _) => KeyValuePair.Create(
                RpcJson.Hash(RpcJson.Member(receipt, "transactionHash"), "transactionHash"),
                (RpcJson.Quantity64(RpcJson.Member(receipt, "status"), "status") == 1,
                    RpcJson.Quantity64(RpcJson.Member(receipt, "gasUsed"), "gasUsed")))).ToImmutableDictionary(),
            cancellation);

    /// <summary>Nonces of accounts after a block.</summary>
    public async Task<ImmutableDictionary<Address, ulong>> GetNoncesAsync(
        IReadOnlyCollection<Address> accounts, ulong block, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await rpc.BatchAsync(
            [
                .. accounts.Select(account => new JsonRpcRequest("eth_getTransactionCount", writer =>
                {
                    writer.WriteStringValue(account.ToString());
                    writer.WriteStringValue(Hex.Quantity(block));
                })),
            ],
            cancellation);
        return Read(
            "eth_getTransactionCount",
            () => accounts.Zip(replies).ToImmutableDictionary(
                pair => pair.First, pair => RpcJson.Quantity64(pair.Second.ResultOrThrow(), "result")));
    }

    /// <summary>Code of a contract.</summary>
    public Task<byte[]> GetCodeAsync(Address account, CancellationToken cancellation) =>
        rpc.CallAsync(
            "eth_getCode",
            writer =>
            {
                writer.WriteStringValue(account.ToString());
                writer.WriteStringValue("latest");
            },
            result => RpcJson.Bytes(result, "result"),
            cancellation);

    /// <summary>Ether of an account at the head, wei.</summary>
    public Task<UInt256> GetBalanceAsync(Address account, CancellationToken cancellation) =>
        rpc.CallAsync(
            "eth_getBalance",
            writer =>
            {
                writer.WriteStringValue(account.ToString());
                writer.WriteStringValue("latest");
            },
            result => RpcJson.Quantity(result, "result"),
            cancellation);

    public Task SetBalanceAsync(Address account, UInt256 wei, CancellationToken cancellation) =>
        rpc.CallAsync(
            "anvil_setBalance",
            writer =>
            {
                writer.WriteStringValue(account.ToString());
                writer.WriteStringValue(Hex.Quantity(wei));
            },
            cancellation);

    public Task SetCoinbaseAsync(Address coinbase, CancellationToken cancellation) =>
        rpc.CallAsync("anvil_setCoinbase", writer => writer.WriteStringValue(coinbase.ToString()), cancellation);

    /// <summary>Everything in anvil's pool, executable or not.</summary>
    public Task<ImmutableArray<PoolEntry>> GetPoolAsync(CancellationToken cancellation) =>
        rpc.CallAsync("txpool_content", null, PoolEntry.ReadAll, cancellation);

    /// <summary>Raw bytes of pooled transactions; null for one that has left the pool meanwhile.</summary>
    public async Task<ImmutableArray<byte[]?>> GetRawsAsync(IReadOnlyList<Hash256> hashes, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await rpc.BatchAsync(
            [
                .. hashes.Select(hash => new JsonRpcRequest(
                    "eth_getRawTransactionByHash", writer => writer.WriteStringValue(hash.ToString()))),
            ],
            cancellation);
        return Read<ImmutableArray<byte[]?>>(
            "eth_getRawTransactionByHash",
            () =>
            [
                .. replies.Select(reply => reply.ResultOrThrow() is { ValueKind: not JsonValueKind.Null } raw
                    ? RpcJson.Bytes(raw, "result")
                    : null),
            ]);
    }

    /// <summary>Drops executable transactions from the pool, and with each all later ones of its sender.</summary>
    public Task DropAsync(IEnumerable<Hash256> transactions, CancellationToken cancellation) =>
        rpc.BatchAsync(
            [
                .. transactions.Select(hash => new JsonRpcRequest(
                    "anvil_dropTransaction", writer => writer.WriteStringValue(hash.ToString()))),
            ],
            cancellation);

    /// <exception cref="JsonRpcException">anvil does not take it.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) =>
        rpc.CallAsync("eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Of(raw.Span)), cancellation);

    /// <summary>Sends several; the errors, in order, null for what was taken.</summary>
    public async Task<ImmutableArray<JsonRpcException?>> SendAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> raws, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await rpc.BatchAsync(
            [
                .. raws.Select(raw => new JsonRpcRequest(
                    "eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Of(raw.Span)))),
            ],
            cancellation);
        return [.. replies.Select(reply => reply.Error)];
    }

    /// <summary>Makes one block of what is in the pool.</summary>
    public async Task MineAsync(ulong timestampSeconds, CancellationToken cancellation)
    {
        await rpc.CallAsync(
            "evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(timestampSeconds), cancellation);
        await rpc.CallAsync("evm_mine", null, cancellation);
    }

    /// <summary>Replaces the newest blocks.</summary>
    /// <param name="depth">How many.</param>
    /// <param name="transactions">Raw transactions of the new ones, with the distance of their block from the first of them.</param>
    /// <param name="baseFeePerGasWei">Base fee of the first, wei per gas.</param>
    /// <param name="blockSeconds">Time from each block to the next.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ReorganiseAsync(
        int depth,
        IReadOnlyList<(int Height, byte[] Raw)> transactions,
        UInt256 baseFeePerGasWei,
        ulong blockSeconds,
        CancellationToken cancellation)
    {
        await rpc.CallAsync(
            "anvil_setBlockTimestampInterval", writer => writer.WriteNumberValue(blockSeconds), cancellation);
        await rpc.CallAsync(
            "anvil_setNextBlockBaseFeePerGas", writer => writer.WriteStringValue(Hex.Quantity(baseFeePerGasWei)), cancellation);
        try
        {
            await rpc.CallAsync(
                "anvil_reorg",
                writer =>
                {
                    writer.WriteNumberValue(depth);
                    writer.WriteStartArray();
                    foreach ((int height, byte[] raw) in transactions)
                    {
                        writer.WriteStartArray();
                        writer.WriteStringValue(Hex.Of(raw));
                        writer.WriteNumberValue(height);
                        writer.WriteEndArray();
                    }

                    writer.WriteEndArray();
                },
                cancellation);
        }
        finally
        {
            await rpc.CallAsync("anvil_removeBlockTimestampInterval", null, cancellation);
        }
    }

    /// <summary>Calls any method; for the simulator.</summary>
    public Task<T> CallAsync<T>(
        string method, Action<Utf8JsonWriter> parameters, Func<JsonElement, T> read, CancellationToken cancellation) =>
        rpc.CallAsync(method, parameters, read, cancellation);

    private T Read<T>(string method, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException wrong)
        {
            throw new ChainUnavailableException($"{method} at {Origin} failed: {wrong.Message}.", wrong);
        }
    }

    private static ParentBlock? ReadParent(JsonElement block) =>
        block.ValueKind == JsonValueKind.Null
            ? null
            : new ParentBlock(
                RpcJson.Quantity64(RpcJson.Member(block, "number"), "number"),
                RpcJson.Hash(RpcJson.Member(block, "hash"), "hash"),
                RpcJson.Hash(RpcJson.Member(block, "parentHash"), "parentHash"),
                RpcJson.Quantity64(RpcJson.Member(block, "timestamp"), "timestamp"),
                RpcJson.Quantity(RpcJson.Member(block, "baseFeePerGas"), "baseFeePerGas"),
                RpcJson.Quantity64(RpcJson.Member(block, "gasUsed"), "gasUsed"),
                RpcJson.Quantity64(RpcJson.Member(block, "gasLimit"), "gasLimit"));
}
