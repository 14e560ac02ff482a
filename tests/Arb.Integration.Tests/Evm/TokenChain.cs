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
    private readonly Dictionary<string, PoolInfo> _pools = [];
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
    public IReadOnlyDictionary<string, PoolInfo> Pools => _pools;

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

        // What shows only once trading is under way.
        await SendAsync("HoneypotToken", AbiWriter.Call("setPool(address)").Address(_pools["HoneypotToken"].Address));
        await SendAsync("CooldownToken", AbiWriter.Call("setPool(address)").Address(_pools["CooldownToken"].Address));
        await SendAsync("SenderTaxToken", AbiWriter.Call("setExempt(address)").Address(_pools["SenderTaxToken"].Address));
        await SendAsync("BlacklistToken", AbiWriter.Call("blacklist(address)").Address(Executor));
        await SendAsync("PausableToken", AbiWriter.Call("pause()"));
        await SendAsync(
            "HiddenMintToken",
            AbiWriter.Call("raise(address,uint256)").Address(_pools["HiddenMintToken"].Address).Number(1UL));
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
        _pools[name] = new PoolInfo(pair, "uniswap-v2", token0, token1, new FeePips(3_000));
    }
}
