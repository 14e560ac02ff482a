using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Reads a block and its logs by hash in one round trip, and believes the logs only as far as the header vouches for them.</summary>
public sealed class BlockLogReader : IBlockLogReader
{
    private static readonly string[] Topics = [.. LogTopics.All.Select(static topic => topic.ToString())];
    private static readonly ImmutableHashSet<Hash256> TopicSet = [.. LogTopics.All];

    private readonly JsonRpcClient _client;

    /// <summary>Reads through <paramref name="client"/>.</summary>
    public BlockLogReader(JsonRpcClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    /// <inheritdoc/>
    public async Task<BlockLogs?> FindAsync(Hash256 blockHash, CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies;
        try
        {
            replies = await _client.BatchAsync(Requests(blockHash), cancellation);
        }
        catch (JsonRpcException refused)
        {
            throw new ChainUnavailableException($"{refused.Message}.", refused);
        }

        ulong chainId = _client.Read("eth_chainId", replies[0], static result => RpcJson.Quantity64(result, "chain id"));
        (BlockStamp Stamp, LogBloom Bloom)? header =
            _client.Read("eth_getBlockByHash", replies[1], block => ReadHeader(block, chainId));
        if (header is not { } found)
        {
            return null;
        }

        if (found.Stamp.Hash != blockHash)
        {
            throw new ChainUnavailableException(
                $"eth_getBlockByHash at {_client.Origin} failed: block {blockHash} was asked, block {found.Stamp.Hash} came.")
            {
                Fault = ChainFault.WrongBlock,
            };
        }

        return new BlockLogs(
            found.Stamp, _client.Read("eth_getLogs", replies[2], logs => ReadLogs(logs, found.Stamp, found.Bloom)));
    }

    private static JsonRpcRequest[] Requests(Hash256 blockHash) =>
    [
        new("eth_chainId"),
        new("eth_getBlockByHash", writer =>
        {
            writer.WriteStringValue(blockHash.ToString());
            writer.WriteBooleanValue(false);
        }),
        new("eth_getLogs", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("blockHash", blockHash.ToString());
            writer.WriteStartArray("topics");
            writer.WriteStartArray();
            foreach (string topic in Topics)
            {
                writer.WriteStringValue(topic);
            }

            writer.WriteEndArray();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }),
    ];

    private static (BlockStamp Stamp, LogBloom Bloom)? ReadHeader(JsonElement block, ulong chainId) =>
        BlockJson.Stamp(block, chainId) is { } stamp
            ? (stamp, new LogBloom(RpcJson.Bytes(RpcJson.Member(block, "logsBloom"), "logsBloom")))
            : null;

    private static ImmutableArray<ChainLog> ReadLogs(JsonElement logs, BlockStamp block, LogBloom bloom)
    {
        ImmutableArray<ChainLog> all = RpcJson.Array(logs, "logs", (log, _) => LogJson.Read(log, block));
        for (int i = 0; i < all.Length; i++)
        {
            if (i > 0 && all[i].Index <= all[i - 1].Index)
            {
                throw new FormatException($"log {all[i].Index} comes after log {all[i - 1].Index}");
            }

            if (!TopicSet.Contains(all[i].Topic))
            {
                throw new FormatException($"log {all[i].Index} has a topic that was not asked");
            }

            if (!bloom.MayContain(all[i]))
            {
                throw new FormatException($"log {all[i].Index} of {all[i].Address} is not in the bloom of block {block.Number}");
            }
        }

        return all;
    }
}
