using System.Collections.Immutable;
using System.Globalization;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC;
using Nethereum.RPC.Eth.DTOs;
using NodeReceipt = Nethereum.RPC.Eth.DTOs.TransactionReceipt;
using TransactionReceipt = Arb.Engine.TransactionReceipt;

namespace ArbFunctions.Platform;

/// <summary>Reads the chain through Nethereum, with the same answers and the same error as <see cref="ChainReader"/>.</summary>
internal sealed class NethereumChainReader : IChainReader, IDisposable
{
    private static readonly string TransferTopic = new Keccak().Hash("Transfer(address,address,uint256)"u8).ToString();
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly TimeProvider _time;
    private readonly EthApiService _node;
    private readonly string _origin;

    /// <param name="endpoint">JSON-RPC endpoint. A secret: errors show its origin only.</param>
    /// <param name="time">Bounds the wait for an answer.</param>
    public NethereumChainReader(Uri endpoint, TimeProvider time)
    {
        _time = time;
        _origin = new JsonRpcOptions(endpoint).Origin;

        // A client of its own: Nethereum writes the endpoint into the client it is given.
        _node = new EthApiService(new RpcClient(endpoint, _http));
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) =>
        AskAsync("eth_chainId", () => _node.ChainId.SendRequestAsync(), static id => Quantity(id, "chain id"), cancellation);

    public async Task<BlockStamp> GetHeadAsync(CancellationToken cancellation) =>
        await GetBlockAsync(BlockParameter.CreateLatest(), cancellation) ?? throw Unavailable("eth_getBlockByNumber", "there is no latest block");

    public async Task<BlockStamp?> GetBlockAsync(ulong number, CancellationToken cancellation)
    {
        BlockStamp? block = await GetBlockAsync(new BlockParameter(number), cancellation);
        return block is null || block.Number == number
            ? block
            : throw Unavailable("eth_getBlockByNumber", $"block {number} was asked, block {block.Number} came");
    }

    public Task<ulong> GetNonceAsync(Address account, CancellationToken cancellation) =>
        AskAsync(
            "eth_getTransactionCount",
            () => _node.Transactions.GetTransactionCount.SendRequestAsync(account.ToString(), BlockParameter.CreateLatest()),
            static nonce => Quantity(nonce, "nonce"),
            cancellation);

    public Task<UInt256> GetBalanceAsync(Address account, CancellationToken cancellation) =>
        AskAsync(
            "eth_getBalance",
            () => _node.GetBalance.SendRequestAsync(account.ToString(), BlockParameter.CreateLatest()),
            static balance => Amount(balance, "balance"),
            cancellation);

    public async Task<TransactionReceipt?> GetReceiptAsync(Hash256 transactionHash, CancellationToken cancellation)
    {
        TransactionReceipt? receipt = await AskAsync(
            "eth_getTransactionReceipt",
            () => _node.Transactions.GetTransactionReceipt.SendRequestAsync(transactionHash.ToString()),
            Receipt,
            cancellation);
        return receipt is null || receipt.TransactionHash == transactionHash
            ? receipt
            : throw Unavailable("eth_getTransactionReceipt", "it is another transaction's receipt");
    }

    public Task<ImmutableArray<Hash256>?> GetBlockTransactionsAsync(Hash256 blockHash, CancellationToken cancellation) =>
        AskAsync(
            "eth_getBlockByHash",
            () => _node.Blocks.GetBlockWithTransactionsHashesByHash.SendRequestAsync(blockHash.ToString()),
            block => Transactions(block, blockHash),
            cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<BlockStamp?> GetBlockAsync(BlockParameter which, CancellationToken cancellation)
    {
        Task<ulong> chainId = GetChainIdAsync(cancellation);
        Task<BlockWithTransactionHashes?> block = AskAsync(
            "eth_getBlockByNumber",
            () => _node.Blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(which),
            static (BlockWithTransactionHashes? answer) => answer,
            cancellation);
        await Task.WhenAll(chainId, block);
        return Read("eth_getBlockByNumber", await block, answer => Stamp(answer, chainId.Result));
    }

    private static BlockStamp? Stamp(BlockWithTransactionHashes? block, ulong chainId) => block is null ? null : new BlockStamp(
        chainId,
        Quantity(block.Number, "number"),
        Hash(block.BlockHash, "hash"),
        Hash(block.ParentHash, "parentHash"),
        Quantity(block.Timestamp, "timestamp"),
        Amount(block.BaseFeePerGas, "baseFeePerGas"),
        Quantity(block.GasUsed, "gasUsed"),
        Quantity(block.GasLimit, "gasLimit"));

    private static ImmutableArray<Hash256>? Transactions(BlockWithTransactionHashes? block, Hash256 asked)
    {
        if (block is null)
        {
            return null;
        }

        return Hash(block.BlockHash, "hash") == asked
            ? [.. Given(block.TransactionHashes, "transactions").Select(h => Hash(h, "transactions"))]
            : throw new FormatException($"block {asked} was asked, block {block.BlockHash} came");
    }

    private static TransactionReceipt? Receipt(NodeReceipt? receipt) => receipt is null ? null : new TransactionReceipt(
        Hash(receipt.TransactionHash, "transactionHash"),
        Quantity(receipt.BlockNumber, "blockNumber"),
        Hash(receipt.BlockHash, "blockHash"),
        checked((int)Quantity(receipt.TransactionIndex, "transactionIndex")),
        Quantity(receipt.Status, "status") switch
        {
            0 => false,
            1 => true,
            ulong status => throw new FormatException($"'status' is {status}"),
        },
        Quantity(receipt.GasUsed, "gasUsed"),
        Amount(receipt.EffectiveGasPrice, "effectiveGasPrice"),
        [.. Given(receipt.Logs, "logs").Select(Transfer).OfType<TokenTransfer>()]);

    /// <summary>The transfer a log tells of, or null: ERC-721 has the same topic and one more.</summary>
    private static TokenTransfer? Transfer(FilterLog log)
    {
        string[] topics = [.. Given(log.Topics, "topics").Select(t => Convert.ToString(t, CultureInfo.InvariantCulture) ?? string.Empty)];
        byte[] data = Bytes(Given(log.Data, "data"));
        return topics.Length == 3 && data.Length == 32 && topics[0].Equals(TransferTopic, StringComparison.OrdinalIgnoreCase)
            ? new TokenTransfer(Address.Parse(Given(log.Address, "address")), Party(topics[1]), Party(topics[2]), UInt256.FromBigEndian(data))
            : null;
    }

    private static Address Party(string topic) => new(Bytes(topic).AsSpan(12));

    private static byte[] Bytes(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? Convert.FromHexString(text.AsSpan(2))
        : throw new FormatException($"'{text}' does not begin with 0x");

    private static Hash256 Hash(string? text, string name) => Hash256.Parse(Given(text, name));

    private static ulong Quantity(HexBigInteger? quantity, string name) => checked((ulong)Given(quantity, name).Value);

    private static UInt256 Amount(HexBigInteger? quantity, string name) => (UInt256)Given(quantity, name).Value;

    /// <summary>Nethereum leaves what an answer lacks as null.</summary>
    private static T Given<T>(T? value, string name)
        where T : class => value ?? throw new FormatException($"'{name}' is missing");

    private async Task<TResult> AskAsync<TAnswer, TResult>(
        string method, Func<Task<TAnswer>> send, Func<TAnswer, TResult> read, CancellationToken cancellation)
    {
        TAnswer answer;
        try
        {
            // Nethereum takes no token: the wait ends here, the request when its own timeout does.
            answer = await send().WaitAsync(AnswerTimeout, _time, cancellation);
        }
        catch (TimeoutException)
        {
            throw Unavailable(method, $"no answer within {AnswerTimeout.TotalSeconds} s");
        }
        catch (RpcResponseException e)
        {
            throw Unavailable(method, $"error {e.RpcError.Code}");
        }
        catch (Exception e) when (e is RpcClientUnknownException or RpcClientTimeoutException or RpcResponseFormatException)
        {
            throw Unavailable(method, e.InnerException?.GetType().Name ?? e.GetType().Name);
        }

        return Read(method, answer, read);
    }

    private TResult Read<TAnswer, TResult>(string method, TAnswer answer, Func<TAnswer, TResult> read)
    {
        try
        {
            return read(answer);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw Unavailable(method, $"the answer has a wrong shape: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Shows no inner error: Nethereum's may hold the endpoint's path, which is a secret.</summary>
    private ChainUnavailableException Unavailable(string method, string why) => new($"{method} at {_origin} failed: {why}.");
}
