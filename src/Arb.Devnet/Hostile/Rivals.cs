using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using Arb.Devnet.Deployment;
using Arb.Devnet.Relay;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Hostile;

/// <summary>
/// Other searchers: after every block each looks for the best arbitrage between two pairs and sends a bundle for the next block to the
/// bundle relay, as any searcher does, with a bid of its own drawn from the seed. One bids high and seldom, the other low and often.
/// </summary>
internal sealed class Rivals
{
    // Measured 150,000 to 165,000, the first time of a pair a little more.
    private const ulong GasLimit = 300_000;
    private const ulong GasUsual = 170_000;
    private const ulong PriorityFeePerGasWei = 1_000_000;
    private const ulong StreamOfRivals = 6;

    private static readonly UInt256 AmountInMax = DevnetChain.OneEther * 400UL;

    private readonly JsonRpcClient _node;
    private readonly HttpClient _http;
    private readonly Uri _bundleRelay;
    private readonly DevnetContracts _contracts;
    private readonly ImmutableArray<Rival> _rivals;

    public Rivals(JsonRpcClient node, HttpClient http, Uri bundleRelay, DevnetContracts contracts, ulong seed)
    {
        _node = node;
        _http = http;
        _bundleRelay = bundleRelay;
        _contracts = contracts;
        _rivals =
        [
            new Rival(DevnetAccounts.Rivals[0], contracts.Rivals[0], new SplitMix64(seed, StreamOfRivals), 40, 3_000, 9_500),
            new Rival(DevnetAccounts.Rivals[1], contracts.Rivals[1], new SplitMix64(seed, StreamOfRivals + 1), 80, 500, 6_000),
        ];
    }

    /// <summary>How many of a block's bundles are theirs.</summary>
    public int CountWon(BuiltBlock block) =>
        block.Bundles.Count(bundle => _rivals.Any(rival => rival.Key.Address == bundle.Signer));

    /// <summary>Sends their bundles for the block after this one; a refused one is a bid less.</summary>
    /// <returns>How many were accepted.</returns>
    /// <exception cref="ChainUnavailableException">The node is gone.</exception>
    public async Task<int> BidAsync(BuiltBlock head, CancellationToken cancellation)
    {
        ImmutableArray<ConstantProductPool> pairs = await ReadPairsAsync(cancellation);
        RivalTrade? best = RivalStrategy.Best(pairs, _contracts.WrappedEther, AmountInMax);
        UInt256 baseFee = await ReadBaseFeeAsync(cancellation);
        int accepted = 0;
        foreach (Rival rival in _rivals)
        {
            // Drawn whether there is something to gain or not: what one block holds does not move the bids of the next.
            bool takesPart = rival.Random.Between(1, 100) <= rival.PartPercent;
            int basisPoints = rival.Random.Between(rival.BidMinBasisPoints, rival.BidMaxBasisPoints);
            if (!takesPart || best is null)
            {
                continue;
            }

            UInt256 gas = (baseFee + PriorityFeePerGasWei) * GasUsual;
            UInt256 bid = best.Profit * (ulong)basisPoints / 10_000UL;
            if (best.Profit > bid + gas)
            {
                accepted += await SendAsync(rival, best, bid, gas, baseFee, head.Number + 1, cancellation) ? 1 : 0;
            }
        }

        return accepted;
    }

    private async Task<bool> SendAsync(
        Rival rival,
        RivalTrade trade,
        UInt256 bidWei,
        UInt256 minProfitWei,
        UInt256 baseFee,
        ulong targetBlock,
        CancellationToken cancellation)
    {
        ulong nonce = await _node.CallAsync(
            "eth_getTransactionCount",
            writer =>
            {
                writer.WriteStringValue(rival.Key.Address.ToString());
                writer.WriteStringValue("latest");
            },
            static result => RpcJson.Quantity64(result, "result"),
            cancellation);
        SignedTransaction transaction = Eip1559Transaction.Sign(
            new UnsignedTransaction(
                _contracts.ChainId, rival.Key.Address, nonce, PriorityFeePerGasWei, (baseFee * 2UL) + PriorityFeePerGasWei,
                GasLimit, rival.Contract, UInt256.Zero,
                AbiWriter.Call("take(address,address,uint256,uint256,uint256)")
                    .Address(_contracts.Pools[trade.First].Info.Address).Address(_contracts.Pools[trade.Second].Info.Address)
                    .Number(trade.AmountIn).Number(minProfitWei).Number(bidWei)
                    .ToArray()),
            rival.Key);
        byte[] body = Body(transaction, targetBlock);
        using HttpRequestMessage request = new(HttpMethod.Post, _bundleRelay);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(
            FlashbotsSignature.HeaderName, FlashbotsSignature.Create(rival.Key, body));
        using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        return answer.RootElement.TryGetProperty("result", out _);
    }

    private static byte[] Body(SignedTransaction transaction, ulong targetBlock)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteNumber("id", 1);
            writer.WriteString("method", "eth_sendBundle");
            writer.WriteStartArray("params");
            writer.WriteStartObject();
            writer.WriteStartArray("txs");
            writer.WriteStringValue(Hex.Of(transaction.Raw.Span));
            writer.WriteEndArray();
            writer.WriteString("blockNumber", Hex.Quantity(targetBlock));
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task<ImmutableArray<ConstantProductPool>> ReadPairsAsync(CancellationToken cancellation)
    {
        IReadOnlyList<JsonRpcReply> replies = await _node.BatchAsync(
            [.. _contracts.Pools.Select(pool => DeploymentChain.EthCall(pool.Info.Address, AbiWriter.Call("getReserves()")))],
            cancellation);
        return
        [
            .. _contracts.Pools.Zip(replies, static (pool, reply) =>
            {
                AbiReader reserves = new(RpcJson.Bytes(reply.ResultOrThrow(), "result"));
                return new ConstantProductPool(pool.Info, reserves.ReadNumber(), reserves.ReadNumber());
            }),
        ];
    }

    private Task<UInt256> ReadBaseFeeAsync(CancellationToken cancellation) => _node.CallAsync(
        "eth_getBlockByNumber",
        static writer =>
        {
            writer.WriteStringValue("latest");
            writer.WriteBooleanValue(false);
        },
        static block => RpcJson.Quantity(RpcJson.Member(block, "baseFeePerGas"), "baseFeePerGas"),
        cancellation);

    /// <summary>One of them.</summary>
    /// <param name="Key">Owns the contract and signs for the bundle relay.</param>
    /// <param name="Contract">Its contract.</param>
    /// <param name="Random">Its own numbers.</param>
    /// <param name="PartPercent">How often it bids.</param>
    /// <param name="BidMinBasisPoints">Its lowest bid, of the profit.</param>
    /// <param name="BidMaxBasisPoints">Its highest bid, of the profit.</param>
    private sealed record Rival(
        Secp256k1Key Key, Address Contract, SplitMix64 Random, int PartPercent, int BidMinBasisPoints, int BidMaxBasisPoints);
}
