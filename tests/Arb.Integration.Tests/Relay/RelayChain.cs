using System.Collections.Immutable;
using System.Text.Json;
using Arb.BundleRelay;
using Arb.Devnet.Processes;
using Arb.Devnet.Relay;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Arb.Integration.Tests.Relay;

/// <summary>A real anvil with Multicall3, the builder and the bundle relay on it; each test brings its own accounts
/// and contracts.</summary>
public sealed class RelayChain : IAsyncLifetime
{
    public const ulong ChainId = 31337;
    public static readonly UInt256 Gwei = 1_000_000_000;
    public static readonly UInt256 Ether = 1_000_000_000_000_000_000;
    public static readonly Address Coinbase = Address.Parse("0x00000000000000000000000000000000c0ffee01");

    private readonly HttpClient _http = new();
    private AnvilNode? _node;
    private BundleRelayServer? _server;
    private JsonRpcClient? _rpc;
    private Address _multicall3;
    private int _lastAccount;

    public BundleRelayServer Server => _server!;

    public AnvilNode Node => _node!;

    public HttpClient Http => _http;

    public JsonRpcClient Rpc => _rpc!;

    public async ValueTask InitializeAsync()
    {
        ToolSet tools = await TestTools.AllAsync();
        _node = await AnvilNode.StartAsync(tools.Npm, new AnvilOptions(), CancellationToken.None);
        _rpc = new JsonRpcClient(_http, new JsonRpcOptions(_node.RpcUrl));
        _multicall3 = await DeployAsync(tools.Artifacts.Load("Multicall3").CreationBytecode);
        _server = await StartServerAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _http.Dispose();
    }

    public Task<BundleRelayServer> StartServerAsync(TimeSpan blockTime, CancellationToken cancellation) =>
        StartServerAsync(blockTime, null, cancellation);

    internal Task<BundleRelayServer> StartServerAsync(
        TimeSpan blockTime, ISlotSchedule? schedule, CancellationToken cancellation) =>
        BundleRelayServer.StartAsync(
            new BuilderOptions
            {
                Rpc = Node.RpcUrl,
                Multicall3 = _multicall3,
                Coinbase = Coinbase,
                BlockTime = blockTime,
                Schedule = schedule,
            },
            TimeProvider.System,
            NullLogger.Instance,
            cancellation);

    /// <summary>A searcher with a name of its own.</summary>
    public FlashbotsBundleRelay Searcher(string name) =>
        new(_http, new BundleRelayOptions(Server.Url), KeyOf(name));

    public static Secp256k1Key KeyOf(string name)
    {
        Span<byte> secret = stackalloc byte[Hash256.Size];
        Keccak.Hash256(name).CopyTo(secret);
        return new Secp256k1Key(secret);
    }

    /// <summary>A fresh account with 10 ETH.</summary>
    public async Task<Secp256k1Key> AccountAsync()
    {
        Secp256k1Key key = KeyOf($"account {Interlocked.Increment(ref _lastAccount)}");
        await SetBalanceAsync(key.Address, Ether * 10);
        return key;
    }

    public Task SetBalanceAsync(Address account, UInt256 wei) =>
        Rpc.CallAsync("anvil_setBalance", w => Write(w, account.ToString(), Hex.Quantity(wei)), CancellationToken.None);

    /// <summary>Puts code at a fresh address.</summary>
    public async Task<Address> ContractAsync(string runtime)
    {
        Address place = KeyOf($"contract {Interlocked.Increment(ref _lastAccount)}").Address;
        await Rpc.CallAsync("anvil_setCode", w => Write(w, place.ToString(), runtime), CancellationToken.None);
        return place;
    }

    public async Task<ulong> HeadAsync() => (await BlockAsync("latest")).Number;

    public Task<(ulong Number, ulong Timestamp, UInt256 BaseFee, ImmutableArray<Hash256> Transactions)> BlockAsync(string tag) =>
        Rpc.CallAsync(
            "eth_getBlockByNumber",
            writer =>
            {
                writer.WriteStringValue(tag);
                writer.WriteBooleanValue(false);
            },
            block => (
                RpcJson.Quantity64(block.GetProperty("number"), "number"),
                RpcJson.Quantity64(block.GetProperty("timestamp"), "timestamp"),
                RpcJson.Quantity(block.GetProperty("baseFeePerGas"), "baseFeePerGas"),
                RpcJson.Array(block.GetProperty("transactions"), "transactions", RpcJson.Hash)),
            CancellationToken.None);

    public Task<UInt256> BalanceAsync(Address account, ulong block) =>
        Rpc.CallAsync(
            "eth_getBalance", w => Write(w, account.ToString(), Hex.Quantity(block)), r => RpcJson.Quantity(r, "r"),
            CancellationToken.None);

    public Task<bool> SucceededAsync(Hash256 transaction) =>
        Rpc.CallAsync(
            "eth_getTransactionReceipt", w => Write(w, transaction.ToString()),
            receipt => RpcJson.Quantity64(receipt.GetProperty("status"), "status") == 1, CancellationToken.None);

    /// <summary>Sends to the public mempool.</summary>
    public Task SendAsync(SignedTransaction transaction) =>
        Rpc.CallAsync("eth_sendRawTransaction", w => Write(w, Hex.Of(transaction.Raw.Span)), CancellationToken.None);

    /// <summary>Builds the next block by hand, two seconds after the head.</summary>
    public async Task<BuiltBlock> BuildAsync() =>
        await Server.BlockBuilder.BuildAsync((await BlockAsync("latest")).Timestamp + 2, CancellationToken.None);

    /// <summary>A call with 1 gwei of tip.</summary>
    public static SignedTransaction Sign(
        Secp256k1Key from,
        ulong nonce,
        Address to,
        UInt256 value = default,
        byte[]? payload = null,
        UInt256? tip = null,
        UInt256? maxFee = null,
        ulong gasLimit = 200_000) =>
        Eip1559Transaction.Sign(
            new UnsignedTransaction(
                ChainId, from.Address, nonce, tip ?? Gwei, maxFee ?? Gwei * 50, gasLimit, to, value, payload ?? []),
            from);

    /// <summary>A bundle for the block after the head.</summary>
    public async Task<Bundle> BundleAsync(params SignedTransaction[] transactions) =>
        new([.. transactions], await HeadAsync() + 1, 0, UuidOf(transactions[0].Hash));

    public static Guid UuidOf(Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        return new Guid(bytes[..16]);
    }

    /// <summary>Sends one JSON-RPC request as a searcher and returns status and body; signed by nobody when the key
    /// is null.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(
        string body, Secp256k1Key? key, Func<string, string>? changeHeader = null)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(body);
        using HttpRequestMessage request = new(HttpMethod.Post, Server.Url);
        request.Content = new ByteArrayContent(bytes);
        if (key is not null)
        {
            string header = FlashbotsSignature.Create(key, bytes);
            request.Headers.TryAddWithoutValidation(FlashbotsSignature.HeaderName, changeHeader?.Invoke(header) ?? header);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>Sends a request with one parameter object.</summary>
    public Task<(int Status, JsonElement Body)> CallAsync(string method, object parameter, Secp256k1Key? key = null) =>
        PostAsync(
            JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 7, method, @params = new[] { parameter } }),
            key ?? KeyOf("searcher"));

    private async Task<Address> DeployAsync(ReadOnlyMemory<byte> code)
    {
        Secp256k1Key deployer = await AccountAsync();
        SignedTransaction creation = Eip1559Transaction.SignCreation(
            new UnsignedTransaction(
                ChainId, deployer.Address, 0, Gwei, Gwei * 50, 3_000_000, Address.Zero, UInt256.Zero, code),
            deployer);
        await SendAsync(creation);
        await Rpc.CallAsync("evm_mine", null, CancellationToken.None);
        return await Rpc.CallAsync(
            "eth_getTransactionReceipt", w => Write(w, creation.Hash.ToString()),
            receipt => RpcJson.Address(receipt.GetProperty("contractAddress"), "contractAddress"), CancellationToken.None);
    }

    private static void Write(Utf8JsonWriter writer, params ReadOnlySpan<string> values)
    {
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }
    }
}
