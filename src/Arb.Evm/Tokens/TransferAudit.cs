using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// Holds what pools' balances did over the last blocks against the token's transfer logs. What moved without a log is a rebase, a
/// hidden mint or a hidden burn.
/// </summary>
internal sealed class TransferAudit(JsonRpcClient client, Address multicall3)
{
    /// <summary>Blocks looked back over; nodes without an archive keep the state of 128.</summary>
    internal const ulong BlocksMax = 32;

    private const int TokensPerRequest = 200;

    private static readonly string TransferTopic = new Keccak().Hash("Transfer(address,address,uint256)"u8).ToString();
    private static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");

    private readonly Multicall _multicall = new(client, multicall3);
    private readonly ChainReader _chain = new(client);

    public async Task<ImmutableArray<TokenHolding>> FindAsync(
        BlockStamp head, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation)
    {
        ulong depth = Math.Min(BlocksMax, head.Number);
        while (holdings.Count > 0 && depth > 0)
        {
            try
            {
                return await FindAsync(head, depth, holdings, cancellation);
            }
            catch (ChainUnavailableException) when (depth > 1)
            {
                // That far back the node may have no state, or the chain no Multicall3.
                depth /= 2;
            }
        }

        return [];
    }

    private async Task<ImmutableArray<TokenHolding>> FindAsync(
        BlockStamp head, ulong depth, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation)
    {
        ImmutableArray<BlockStamp> blocks = await ReadBlocksAsync(head, depth, cancellation);
        Dictionary<TokenHolding, BigInteger> told = await ReadFlowsAsync(blocks[1..], holdings, cancellation);
        BigInteger?[] before = await ReadBalancesAsync(blocks[0], holdings, cancellation);
        BigInteger?[] after = await ReadBalancesAsync(head, holdings, cancellation);

        // A token that did not exist at the start has no balance to compare with.
        return [.. holdings.Where((holding, i) => before[i] is { } was && after[i] is { } now && now - was != told[holding])];
    }

    /// <summary>The block before the window, then those in it; each the parent of the next.</summary>
    private async Task<ImmutableArray<BlockStamp>> ReadBlocksAsync(BlockStamp head, ulong depth, CancellationToken cancellation)
    {
        BlockStamp?[] read = await Task.WhenAll(
            Enumerable.Range(0, (int)depth).Select(i => _chain.GetBlockAsync(head.Number - depth + (ulong)i, cancellation)));
        ImmutableArray<BlockStamp> blocks = [.. read.OfType<BlockStamp>(), head];
        for (int i = 1; i < blocks.Length; i++)
        {
            if (blocks[i].ParentHash != blocks[i - 1].Hash)
            {
                throw new ChainUnavailableException($"Block {blocks[i].Number} at {client.Origin} does not follow the one before it.");
            }
        }

        return blocks.Length == (int)depth + 1
            ? blocks
            : throw new ChainUnavailableException($"{client.Origin} lacks blocks before {head.Number}.");
    }

    private async Task<Dictionary<TokenHolding, BigInteger>> ReadFlowsAsync(
        ImmutableArray<BlockStamp> blocks, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation)
    {
        Dictionary<TokenHolding, BigInteger> flows = holdings.Distinct().ToDictionary(h => h, _ => BigInteger.Zero);
        foreach (Address[] tokens in holdings.Select(h => h.Token).Distinct().Chunk(TokensPerRequest))
        {
            JsonRpcRequest[] requests =
                [.. blocks.Select(block => new JsonRpcRequest("eth_getLogs", writer => WriteFilter(writer, block.Hash, tokens)))];
            foreach (JsonRpcReply reply in await client.BatchAsync(requests, cancellation))
            {
                foreach ((Address token, Address from, Address to, UInt256 amount) in client.Read("eth_getLogs", reply, ReadTransfers))
                {
                    Add(flows, new TokenHolding(to, token), (BigInteger)amount);
                    Add(flows, new TokenHolding(from, token), -(BigInteger)amount);
                }
            }
        }

        return flows;
    }

    private static void Add(Dictionary<TokenHolding, BigInteger> flows, TokenHolding holding, BigInteger amount)
    {
        if (flows.TryGetValue(holding, out BigInteger sum))
        {
            flows[holding] = sum + amount;
        }
    }

    private static void WriteFilter(Utf8JsonWriter writer, Hash256 block, Address[] tokens)
    {
        writer.WriteStartObject();
        writer.WriteString("blockHash", block.ToString());
        writer.WriteStartArray("address");
        foreach (Address token in tokens)
        {
            writer.WriteStringValue(token.ToString());
        }

        writer.WriteEndArray();
        writer.WriteStartArray("topics");
        writer.WriteStringValue(TransferTopic);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ImmutableArray<(Address Token, Address From, Address To, UInt256 Amount)> ReadTransfers(JsonElement logs) =>
    [
        .. RpcJson.Array(logs, "logs", static (log, _) => (
                Token: Address.Parse(RpcJson.Text(RpcJson.Member(log, "address"), "address")),
                Topics: RpcJson.Array(RpcJson.Member(log, "topics"), "topics", static (topic, _) => RpcJson.Bytes(topic, "topics")),
                Payload: RpcJson.Bytes(RpcJson.Member(log, "data"), "data")))
            .Where(static log => log.Topics.Length == 3 && log.Topics[1].Length == 32 && log.Topics[2].Length == 32 && log.Payload.Length == 32)
            .Select(static log => (
                log.Token,
                new Address(log.Topics[1].AsSpan(12)),
                new Address(log.Topics[2].AsSpan(12)),
                UInt256.FromBigEndian(log.Payload))),
    ];

    private async Task<BigInteger?[]> ReadBalancesAsync(
        BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation)
    {
        ContractReply[] replies = await _multicall.CallAsync(
            block,
            [.. holdings.Select(h => new ContractCall(h.Token, AbiWriter.Call(BalanceOf).Address(h.Pool).ToArray()))],
            cancellation);
        return [.. replies.Select(r => r is { Succeeded: true, Data.Length: 32 } ? (BigInteger?)UInt256.FromBigEndian(r.Data) : null)];
    }
}
