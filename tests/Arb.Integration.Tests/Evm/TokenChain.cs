using Arb.Domain;
using Arb.Evm;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.Evm;

/// <summary>An anvil with WETH, a Uniswap V2 factory and tokens of every odd kind (<c>contracts/test/weird</c>), each paired with WETH.</summary>
public sealed class TokenChain : IAsyncLifetime
{
    private static readonly string[] Contracts =
    [
        "FeeOnTransferToken", "SenderTaxToken", "HoneypotToken", "BlacklistToken", "PausableToken", "TimeRebaseToken",
        "IssuerRebaseToken", "HiddenMintToken", "ReturnsFalseToken", "NoReturnToken", "HookToken", "CooldownToken", "FarSlotToken",
    ];

    private readonly Dictionary<string, Address> _tokens = [];
    private static readonly UInt256 PriceOne = UInt256.One << 96;

    private readonly Dictionary<string, PoolListing> _pools = [];
    private ExactNode _node = null!;
    private Address _factory;
    private Address _multicall3;

    /// <summary>Where our executor would be; nothing need be there.</summary>
    public static Address Executor { get; } = Address.Parse("0x00000000000000000000000000000000000e8ec0");

    /// <summary>Wrapped ether.</summary>
    public Address Weth { get; private set; }

    /// <summary>Reads blocks.</summary>
    public ChainReader Reader => new(_node.Chain.Node);

    /// <summary>Reads pools.</summary>
    public LensStateReader States => new(_node.Chain.Node);

    /// <summary>Probe under test.</summary>
    public NodeTokenProbe Probe => new(_node.Chain.Node, _multicall3, Executor);

    /// <summary>Every pool, by the contract's name of its odd token.</summary>
    public IReadOnlyDictionary<string, PoolListing> Pools => _pools;

    /// <summary>A token by the name of its contract.</summary>
    public Address this[string contract] => _tokens[contract];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _node = await ExactNode.StartAsync(Cancellation);
        ExactChain chain = _node.Chain;
        Weth = await chain.DeployAsync("WETH9", null, Cancellation);
        _multicall3 = await chain.DeployAsync("Multicall3", null, Cancellation);
        _factory = await chain.DeployAsync("UniswapV2Factory", new AbiWriter().Address(chain.Deployer.Address), Cancellation);
        await chain.SendAsync(Weth, AbiWriter.Call("deposit()"), EvmChain.Of(10_000), Cancellation);
        foreach (string contract in Contracts)
        {
            await AddAsync(contract, contract, Weth);
        }

        await AddAsync("Plain", "PlainToken", Weth, 18);
        await AddAsync("HugeDecimals", "PlainToken", Weth, 77);
        await AddAsync("BehindPlain", "PlainToken", _tokens["Plain"], 6);
        await AddAsync("BehindHoneypot", "PlainToken", _tokens["HoneypotToken"], 6);

        Address concentrated = await chain.DeployAsync("UniswapV3Factory", null, Cancellation);
        Address driver = await chain.DeployAsync(
            "PoolDriver", new AbiWriter().Address(Address.Zero).Address(Address.Zero), Cancellation);
        await AddConcentratedAsync("PlainInV3", "PlainToken", concentrated, driver, 18);
        await AddConcentratedAsync("HoneypotInV3", "HoneypotToken", concentrated, driver);
        await AddConcentratedAsync("SenderTaxInV3", "SenderTaxToken", concentrated, driver);
        await SendAsync("HoneypotInV3", AbiWriter.Call("setPool(address)").Address(_pools["HoneypotInV3"].Key.Contract));
        await SendAsync("SenderTaxInV3", AbiWriter.Call("setExempt(address)").Address(_pools["SenderTaxInV3"].Key.Contract));

        // What shows only once trading is under way.
        await SendAsync("HoneypotToken", AbiWriter.Call("setPool(address)").Address(_pools["HoneypotToken"].Key.Contract));
        await SendAsync("CooldownToken", AbiWriter.Call("setPool(address)").Address(_pools["CooldownToken"].Key.Contract));
        await SendAsync("SenderTaxToken", AbiWriter.Call("setExempt(address)").Address(_pools["SenderTaxToken"].Key.Contract));
        await SendAsync("BlacklistToken", AbiWriter.Call("blacklist(address)").Address(Executor));
        await SendAsync("PausableToken", AbiWriter.Call("pause()"));
        await SendAsync(
            "HiddenMintToken",
            AbiWriter.Call("raise(address,uint256)").Address(_pools["HiddenMintToken"].Key.Contract).Number(1UL));
        await SendAsync("IssuerRebaseToken", AbiWriter.Call("rebase(uint256)").Number(110UL));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _node.DisposeAsync();

    private async Task SendAsync(string contract, AbiWriter call) => await _node.Chain.SendAsync(_tokens[contract], call, Cancellation);

    private async Task AddAsync(string name, string contract, Address pay, ulong? decimals = null)
    {
        ExactChain chain = _node.Chain;
        AbiWriter? arguments = decimals is { } digits ? new AbiWriter().Number(digits) : null;
        Address token = await chain.DeployAsync(contract, arguments, Cancellation);
        _tokens[name] = token;
        await chain.SendAsync(_factory, AbiWriter.Call("createPair(address,address)").Address(token).Address(pay), Cancellation);
        byte[] answer = await chain.CallAsync(
            _factory, AbiWriter.Call("getPair(address,address)").Address(token).Address(pay), Cancellation);
        Address pair = new AbiReader(answer).ReadAddress();
        await chain.SendAsync(token, AbiWriter.Call("transfer(address,uint256)").Address(pair).Number(EvmChain.Of(3_000)), Cancellation);
        await chain.SendAsync(pay, AbiWriter.Call("transfer(address,uint256)").Address(pair).Number(EvmChain.Of(100)), Cancellation);
        await chain.SendAsync(pair, AbiWriter.Call("mint(address)").Address(chain.Deployer.Address), Cancellation);
        (Address token0, Address token1) = token < pay ? (token, pay) : (pay, token);
        _pools[name] = PoolListing.Of(new PoolInfo(pair, "uniswap-v2", token0, token1, new FeePips(3_000)));
    }

    /// <summary>A token that only a Uniswap V3 pool trades, in one range around the price of one.</summary>
    private async Task AddConcentratedAsync(string name, string contract, Address factory, Address driver, ulong? decimals = null)
    {
        ExactChain chain = _node.Chain;
        Address token = await chain.DeployAsync(contract, decimals is { } digits ? new AbiWriter().Number(digits) : null, Cancellation);
        _tokens[name] = token;
        await chain.SendAsync(
            factory, AbiWriter.Call("createPool(address,address,uint24)").Address(token).Address(Weth).Number(3_000UL), Cancellation);
        byte[] answer = await chain.CallAsync(
            factory, AbiWriter.Call("getPool(address,address,uint24)").Address(token).Address(Weth).Number(3_000UL), Cancellation);
        Address pool = new AbiReader(answer).ReadAddress();
        await chain.SendAsync(pool, AbiWriter.Call("initialize(uint160)").Number(PriceOne), Cancellation);
        await chain.SendAsync(token, AbiWriter.Call("transfer(address,uint256)").Address(driver).Number(EvmChain.Of(1_000)), Cancellation);
        await chain.SendAsync(Weth, AbiWriter.Call("transfer(address,uint256)").Address(driver).Number(EvmChain.Of(1_000)), Cancellation);

        // Action 11 mints; -6,000 as a 256-bit word.
        await chain.SendAsync(
            driver,
            AbiWriter.Call("step((uint8,address,int256,int256,uint256))").Number(11UL).Address(pool)
                .Number(UInt256.MaxValue - 5_999UL).Number(6_000UL).Number(EvmChain.Of(1_000)),
            Cancellation);
        _pools[name] = new PoolListing(
            new PoolKey(pool), PoolFamily.UniswapV3, "uniswap-v3", token < Weth ? [token, Weth] : [Weth, token], new FeePips(3_000))
        {
            TickSpacing = 60,
        };
    }
}
