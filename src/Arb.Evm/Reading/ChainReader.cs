using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Reads the chain through a node's JSON-RPC, and believes no answer of a wrong shape.</summary>
public sealed class ChainReader : IChainReader
{
    private readonly JsonRpcClient _client;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public ChainReader(JsonRpcClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    /// <inheritdoc/>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) =>
        _client.ReadAsync("eth_chainId", null, ReadChainId, cancellation);

    /// <inheritdoc/>
    public async Task<BlockStamp> GetHeadAsync(CancellationToken cancellation) =>
        await GetBlockAsync("latest", cancellation)
            ?? throw _client.WrongShape("eth_getBlockByNumber", "there is no latest block");

    /// <inheritdoc/>
    public async Task<BlockStamp?> GetBlockAsync(ulong number, CancellationToken cancellation)
    {
        BlockStamp? block = await GetBlockAsync(Hex.Quantity(number), cancellation);
        return block is null || block.Number == number
            ? block
            : throw _client.WrongShape("eth_getBlockByNumber", $"block {number} was asked, block {block.Number} came");
    }

    /// <inheritdoc/>
    public Task<ulong> GetNonceAsync(Address account, CancellationToken cancellation) =>
        _client.ReadAsync(
            "eth_getTransactionCount",
            writer => WriteAtHead(writer, account),
            static result => RpcJson.Quantity64(result, "nonce"),
            cancellation);

    /// <inheritdoc/>
    public Task<UInt256> GetBalanceAsync(Address account, CancellationToken cancellation) =>
        _client.ReadAsync(
            "eth_getBalance",
            writer => WriteAtHead(writer, account),
            static result => RpcJson.Quantity(result, "balance"),
            cancellation);

    /// <inheritdoc/>
    public async Task<TransactionReceipt?> GetReceiptAsync(Hash256 transactionHash, CancellationToken cancellation)
    {
        TransactionReceipt? receipt = await _client.ReadAsync(
            "eth_getTransactionReceipt",
            writer => writer.WriteStringValue(transactionHash.ToString()),
            ReceiptJson.Read,
            cancellation);
        return receipt is null || receipt.TransactionHash == transactionHash
            ? receipt
            : throw _client.WrongShape("eth_getTransactionReceipt", "it is another transaction's receipt");
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<Hash256>?> GetBlockTransactionsAsync(Hash256 blockHash, CancellationToken cancellation) =>
        _client.ReadAsync(
            "eth_getBlockByHash",
            writer =>
            {
                writer.WriteStringValue(blockHash.ToString());
                writer.WriteBooleanValue(false);
            },
            block => ReadTransactions(block, blockHash),
            cancellation);

    private async Task<BlockStamp?> GetBlockAsync(string which, CancellationToken cancellation)
    {
        // The chain id rides along: a stamp says for certain which chain it is from, at no extra round trip.
        IReadOnlyList<JsonRpcReply> replies = await _client.BatchAsync(
            [
                new JsonRpcRequest("eth_chainId"),
                new JsonRpcRequest("eth_getBlockByNumber", writer =>
                {
                    writer.WriteStringValue(which);
                    writer.WriteBooleanValue(false);
                }),
            ],
            cancellation);
        ulong chainId = _client.Read("eth_chainId", replies[0], ReadChainId);
        return _client.Read("eth_getBlockByNumber", replies[1], block => BlockJson.Stamp(block, chainId));
    }

    private static ulong ReadChainId(JsonElement result) => RpcJson.Quantity64(result, "chain id");

    private static ImmutableArray<Hash256>? ReadTransactions(JsonElement block, Hash256 asked)
    {
        if (block.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        Hash256 hash = RpcJson.Hash(RpcJson.Member(block, "hash"), "hash");
        return hash == asked
            ? RpcJson.Array(RpcJson.Member(block, "transactions"), "transactions", RpcJson.Hash)
            : throw new FormatException($"block {asked} was asked, block {hash} came");
    }

    private static void WriteAtHead(Utf8JsonWriter writer, Address account)
    {
        writer.WriteStringValue(account.ToString());
        writer.WriteStringValue("latest");
    }
}
