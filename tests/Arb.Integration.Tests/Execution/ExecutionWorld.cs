using System.Collections.Immutable;
using System.Numerics;
using Arb.Devnet.Deployment;
using Arb.Devnet.Processes;
using Arb.Devnet.Relay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Arb.Integration.Tests.Execution;

/// <summary>One anvil with the real contracts and one Azurite for all tests of the execution path.</summary>
[CollectionDefinition("Execution")]
public sealed class SharedExecutionWorld : ICollectionFixture<ExecutionWorld>;

/// <summary>
/// The chain as its deployment leaves it, put back to that for each test; the bundle relay and the builder are the test's own, and
/// blocks come only by hand.
/// </summary>
public sealed class ExecutionWorld : IAsyncLifetime
{
    /// <summary>Seconds between blocks.</summary>
    public const ulong SlotSeconds = 1;

    private const ulong TraderGasLimit = 250_000;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private AnvilNode? _anvil;
    private AzuriteService? _azurite;
    private string _snapshot = string.Empty;

    internal JsonRpcClient Node { get; private set; } = null!;

    internal ChainReader Chain { get; private set; } = null!;

    internal DevnetContracts Contracts { get; private set; } = null!;

    internal string StorageConnection => _azurite!.ConnectionString;

    internal Uri RpcUrl => _anvil!.RpcUrl;

    internal BundleRelayServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _azurite = await AzuriteService.StartAsync(await TestTools.NpmAsync(), folder: null, CancellationToken.None);
        _anvil = await AnvilNode.StartAsync(
            await TestTools.NpmAsync(), DevnetDeployer.NodeOptions(TimeProvider.System), CancellationToken.None);
        Node = new JsonRpcClient(_http, new JsonRpcOptions(_anvil.RpcUrl));
        Chain = new ChainReader(Node);
        Contracts = await DevnetDeployer.DeployAsync(Node, await TestTools.AllAsync(), seed: 7, CancellationToken.None);
        _snapshot = await SnapshotAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_anvil is not null)
        {
            await _anvil.DisposeAsync();
        }

        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        _http.Dispose();
    }

    /// <summary>The untouched market with a bundle relay that has seen nothing; disposing ends the bundle relay.</summary>
    internal async Task<IAsyncDisposable> BeginAsync(CancellationToken cancellation)
    {
        Assert.True(await Node.CallAsync(
            "evm_revert", writer => writer.WriteStringValue(_snapshot), result => result.GetBoolean(), cancellation));
        _snapshot = await SnapshotAsync();
        Server = await BundleRelayServer.StartAsync(
            new BuilderOptions
            {
                Rpc = RpcUrl,
                Multicall3 = Contracts.Multicall3,
                Coinbase = Contracts.Coinbase,
                BlockTime = TimeSpan.FromSeconds(SlotSeconds),
            },
            TimeProvider.System,
            NullLogger.Instance,
            cancellation);
        return Server;
    }

    /// <summary>The next block through the builder: bundles first.</summary>
    internal async Task<BuiltBlock> BuildAsync(CancellationToken cancellation) =>
        await Server.BlockBuilder.BuildAsync(await NextTimestampAsync(cancellation), cancellation);

    /// <summary>The next block behind the builder's back: of the mempool only, so every bundle for it misses.</summary>
    internal async Task<BlockStamp> MineWithoutBundlesAsync(CancellationToken cancellation)
    {
        ulong timestamp = await NextTimestampAsync(cancellation);
        await Node.CallAsync("evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(timestamp), cancellation);
        await Node.CallAsync("evm_mine", null, cancellation);
        return await Chain.GetHeadAsync(cancellation);
    }

    /// <summary>A trader sells a fiftieth of a pool's base token into it: its price moves by about 4 %.</summary>
    /// <returns>The amount sold, raw units.</returns>
    internal async Task<UInt256> DislocateAsync(DevnetPool pool, CancellationToken cancellation)
    {
        UInt256 reserve = await BalanceAsync(pool.BaseToken, pool.Info.Address, "latest", cancellation);
        UInt256 amount = reserve / 50UL;
        await SwapAsync(
            pool,
            AbiWriter.Call("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)")
                .Number(amount).Number(UInt256.Zero).Addresses([pool.BaseToken, pool.QuoteToken]),
            cancellation);
        await MineWithoutBundlesAsync(cancellation);
        return amount;
    }

    /// <summary>A trader buys back what was sold, so that the gap is gone with the next block.</summary>
    internal Task SendRestoringSwapAsync(DevnetPool pool, UInt256 amount, CancellationToken cancellation) => SwapAsync(
        pool,
        AbiWriter.Call("swapTokensForExactTokens(uint256,uint256,address[],address,uint256)")
            .Number(amount).Number(UInt256.MaxValue).Addresses([pool.QuoteToken, pool.BaseToken]),
        cancellation);

    /// <summary>Puts a signed transaction into the public mempool, as a bundle relay that leaks would.</summary>
    internal Task LeakAsync(SignedTransaction transaction, CancellationToken cancellation) => Node.CallAsync(
        "eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Of(transaction.Raw.Span)), cancellation);

    /// <summary>What the searcher owns at the head: the recipient's ether and WETH and all operators' ether, wei.</summary>
    internal async Task<BigInteger> WorthAsync(CancellationToken cancellation)
    {
        BigInteger worth = await Chain.GetBalanceAsync(Contracts.Recipient, cancellation);
        worth += await BalanceAsync(Contracts.WrappedEther, Contracts.Recipient, "latest", cancellation);
        foreach (Address lane in Contracts.Operators)
        {
            worth += await Chain.GetBalanceAsync(lane, cancellation);
        }

        return worth;
    }

    /// <summary>Balance of an ERC-20 at the head.</summary>
    internal Task<UInt256> BalanceAsync(Address token, Address account, string block, CancellationToken cancellation) => Node.CallAsync(
        "eth_call",
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("to", token.ToString());
            writer.WriteString("input", Hex.Of(AbiWriter.Call("balanceOf(address)").Address(account).ToArray()));
            writer.WriteEndObject();
            writer.WriteStringValue(block);
        },
        static result => UInt256.FromBigEndian(RpcJson.Bytes(result, "result")),
        cancellation);

    /// <summary>Pools that start from wrapped ether on the first exchange: no two of their two-hop cycles share a pool.</summary>
    internal ImmutableArray<DevnetPool> EtherPools =>
        [.. Contracts.Pools.Where(p => p.BaseToken == Contracts.WrappedEther && p.Info.Dex == Contracts.Exchanges[0].Dex)];

    private Task<string> SnapshotAsync() => Node.CallAsync(
        "evm_snapshot", null, static result => result.GetString()!, CancellationToken.None);

    // Exactly one slot after the head, as a chain without missed slots goes: simulations assume it.
    private async Task<ulong> NextTimestampAsync(CancellationToken cancellation) =>
        (await Chain.GetHeadAsync(cancellation)).TimestampSeconds + SlotSeconds;

    private async Task SwapAsync(DevnetPool pool, AbiWriter call, CancellationToken cancellation)
    {
        Secp256k1Key trader = DevnetAccounts.Traders[0];
        BlockStamp head = await Chain.GetHeadAsync(cancellation);
        UInt256 tip = 1_000_000_000UL;
        UnsignedTransaction swap = new(
            Contracts.ChainId,
            trader.Address,
            await Chain.GetNonceAsync(trader.Address, cancellation),
            tip,
            (head.BaseFeePerGasWei * 2) + tip,
            TraderGasLimit,
            pool.Router,
            UInt256.Zero,
            call.Address(trader.Address).Number(UInt256.MaxValue).ToArray());
        await LeakAsync(Eip1559Transaction.Sign(swap, trader), cancellation);
    }
}
