using System.Collections.Immutable;
using System.Text.Json;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit;

namespace Arb.Integration.Tests.Evm;

/// <summary>
/// An anvil with the real contracts that a two-pool arbitrage needs, deployed through the client under test: WETH and
/// a token traded at two factories at different prices, the Balancer Vault as lender, and our executor.
/// </summary>
public sealed class EvmChain : IAsyncLifetime
{
    /// <summary>10^18.</summary>
    public const ulong Ether = 1_000_000_000_000_000_000;

    private static readonly Address Authorizer = Address.Parse("0x000000000000000000000000000000000000a0a0");

    private readonly AnvilFixture _anvil = new();
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private ulong _nonce;

    /// <summary>anvil's first dev account: deploys and trades by hand.</summary>
    public Secp256k1Key Deployer { get; } =
        Secp256k1Key.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

    /// <summary>anvil's second dev account: the executor's operator.</summary>
    public Secp256k1Key Operator { get; } =
        Secp256k1Key.Parse("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");

    /// <summary>Receives profits; nobody's.</summary>
    public Address Recipient { get; } = Address.Parse("0x00000000000000000000000000000000000abcde");

    /// <summary>The node.</summary>
    public Uri RpcUrl => _anvil.RpcUrl;

    /// <summary>Client under test.</summary>
    public JsonRpcClient Client { get; private set; } = null!;

    /// <summary>Reader under test.</summary>
    public ChainReader Chain { get; private set; } = null!;

    /// <summary>Wrapped ether.</summary>
    public Address Weth { get; private set; }

    /// <summary>Token traded against WETH.</summary>
    public Address Token { get; private set; }

    /// <summary>Multicall3.</summary>
    public Address Multicall3 { get; private set; }

    /// <summary>Balancer V2 Vault, with 1,000 WETH.</summary>
    public Address Vault { get; private set; }

    /// <summary>Our executor.</summary>
    public Address Executor { get; private set; }

    /// <summary>Two factories with one pair each.</summary>
    public FactoryOptions[] Factories { get; private set; } = [];

    /// <summary>Pairs: 100 WETH for 300,000 and for 330,000 tokens.</summary>
    public PoolInfo[] Pools { get; private set; } = [];

    /// <summary>How loan terms are read here.</summary>
    public LoanReaderOptions LoanOptions => new(Multicall3, Vault);

    /// <summary>State of the pairs at a block, in their order.</summary>
    public async Task<ImmutableArray<ConstantProductPool>> ReadPairsAsync(BlockStamp block, CancellationToken cancellation)
    {
        PoolReads reads = await new LensStateReader(Client).ReadAsync(block, [.. Pools.Select(PoolListing.Of)], cancellation);
        return [.. reads.States.Zip(Pools, (state, pair) => (ConstantProductPool)state.ToModel(PoolListing.Of(pair))!)];
    }

    /// <summary>Encoder of the deployed executor.</summary>
    public ExecutorEncoder Encoder => new(Executor, Recipient, Weth) { Vault = Vault };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _anvil.InitializeAsync();
        ToolSet tools = await TestTools.AllAsync();
        Client = new JsonRpcClient(_http, new JsonRpcOptions(_anvil.RpcUrl));
        Chain = new ChainReader(Client);

        // Answers true to whatever the Vault asks.
        await RpcAsync("anvil_setCode", Authorizer.ToString(), "0x600160005260206000f3");
        Weth = await DeployAsync(tools.Artifacts.Load("WETH9"));
        Token = await DeployAsync(
            tools.Contracts.Load("DevToken"), new AbiWriter().Text("Token").Text("TKN").Number(18UL));
        Multicall3 = await DeployAsync(tools.Artifacts.Load("Multicall3"));
        Vault = await DeployAsync(
            tools.Artifacts.Load("BalancerV2Vault"),
            new AbiWriter().Address(Authorizer).Address(Weth).Number(0UL).Number(0UL));
        Executor = await DeployAsync(
            tools.Contracts.Load("ArbExecutor"),
            new AbiWriter().Address(Deployer.Address).Address(Recipient).Address(Vault).Address(Address.Zero).Address(Weth)
                .Addresses([Operator.Address]));

        await SendAsync(Weth, AbiWriter.Call("deposit()"), Of(1_300));
        await SendAsync(Weth, AbiWriter.Call("transfer(address,uint256)").Address(Vault).Number(Of(1_000)));
        await SendAsync(Weth, AbiWriter.Call("transfer(address,uint256)").Address(Executor).Number(UInt256.One));
        await SendAsync(Token, AbiWriter.Call("mint(address,uint256)").Address(Deployer.Address).Number(Of(1_000_000)));
        Factories =
        [
            new FactoryOptions(await DeployFactoryAsync(tools, "UniswapV2Factory"), "uniswap-v2", new FeePips(3_000)),
            new FactoryOptions(await DeployFactoryAsync(tools, "SushiFactory"), "sushiswap", new FeePips(3_000)),
        ];
        Pools = [await CreatePairAsync(Factories[0], 300_000), await CreatePairAsync(Factories[1], 330_000)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _anvil.DisposeAsync();
    }

    /// <summary>Whole units of an 18-decimal token, or ether in wei.</summary>
    public static UInt256 Of(ulong whole) => (UInt256)whole * Ether;

    /// <summary>Calls a method without parameters or with a few text ones.</summary>
    public Task<JsonElement> RpcAsync(string method, params string[] parameters) =>
        Client.CallAsync(
            method,
            writer =>
            {
                foreach (string parameter in parameters)
                {
                    writer.WriteStringValue(parameter);
                }
            },
            TestContext.Current.CancellationToken);

    /// <summary>Sends a raw transaction and returns the hash the node gives it.</summary>
    public async Task<Hash256> SendRawAsync(ReadOnlyMemory<byte> raw) =>
        RpcJson.Hash(await RpcAsync("eth_sendRawTransaction", Hex.Of(raw.Span)), "hash");

    /// <summary>Makes a block.</summary>
    public Task MineAsync() => RpcAsync("evm_mine");

    /// <summary>A transaction of the deployer, mined.</summary>
    public async Task<TransactionReceipt> SendAsync(Address to, AbiWriter payload, UInt256 value = default)
    {
        SignedTransaction signed = Eip1559Transaction.Sign(
            Draft(Deployer, _nonce, to, payload.ToArray(), value), Deployer);
        return await MineAsync(signed);
    }

    /// <summary>A transaction with fees that fit the first blocks of the chain.</summary>
    public static UnsignedTransaction Draft(
        Secp256k1Key from, ulong nonce, Address to, ReadOnlyMemory<byte> payload, UInt256 value = default) =>
        new(31337, from.Address, nonce, 1_000_000_000UL, 10_000_000_000UL, 10_000_000, to, value, payload);

    private async Task<Address> DeployFactoryAsync(ToolSet tools, string name) =>
        await DeployAsync(tools.Artifacts.Load(name), new AbiWriter().Address(Deployer.Address));

    private async Task<Address> DeployAsync(ContractArtifact artifact, AbiWriter? arguments = null)
    {
        byte[] code = [.. artifact.CreationBytecode.Span, .. arguments?.ToArray() ?? []];
        Address expected = ContractAddress.OfCreation(Deployer.Address, _nonce);
        TransactionReceipt receipt = await MineAsync(
            Eip1559Transaction.SignCreation(Draft(Deployer, _nonce, Address.Zero, code), Deployer));
        JsonElement created = await RpcAsync("eth_getCode", expected.ToString(), "latest");
        return receipt.Succeeded && created.GetString() != "0x"
            ? expected
            : throw new InvalidOperationException($"{artifact.Name} was not deployed at {expected}.");
    }

    private async Task<TransactionReceipt> MineAsync(SignedTransaction signed)
    {
        _nonce++;
        await SendRawAsync(signed.Raw);
        await MineAsync();
        TransactionReceipt? receipt = await Chain.GetReceiptAsync(signed.Hash, TestContext.Current.CancellationToken);
        return receipt is { Succeeded: true }
            ? receipt
            : throw new InvalidOperationException($"Transaction {signed.Hash} to {signed.Transaction.To} failed.");
    }

    private async Task<PoolInfo> CreatePairAsync(FactoryOptions factory, ulong tokens)
    {
        (Address token0, Address token1) = Weth < Token ? (Weth, Token) : (Token, Weth);
        await SendAsync(factory.Factory, AbiWriter.Call("createPair(address,address)").Address(Weth).Address(Token));
        byte[] answer = await Client.CallAsync(
            "eth_call",
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("to", factory.Factory.ToString());
                writer.WriteString("data", Hex.Of(
                    AbiWriter.Call("getPair(address,address)").Address(Weth).Address(Token).ToArray()));
                writer.WriteEndObject();
                writer.WriteStringValue("latest");
            },
            static result => RpcJson.Bytes(result, "pair"),
            TestContext.Current.CancellationToken);
        Address pair = new AbiReader(answer).ReadAddress();
        await SendAsync(Weth, AbiWriter.Call("transfer(address,uint256)").Address(pair).Number(Of(100)));
        await SendAsync(Token, AbiWriter.Call("transfer(address,uint256)").Address(pair).Number(Of(tokens)));
        await SendAsync(pair, AbiWriter.Call("mint(address)").Address(Deployer.Address));
        return new PoolInfo(pair, factory.Dex, token0, token1, factory.Fee);
    }
}
