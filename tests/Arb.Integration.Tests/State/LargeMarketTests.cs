using System.Collections.Immutable;
using System.Diagnostics;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Integration.Tests.MemoryBank;
using Arb.MemoryBank;
using Arb.TestKit;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.State;

/// <summary>Thousands of pools: real pairs' code put at as many addresses, each with reserves of its own.</summary>
public sealed class LargeMarketTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private const int Count = 5_000;
    private const int RpcBatch = 50;
    private const ulong Ether = 1_000_000_000_000_000_000;

    // What public nodes allow an eth_call that names no gas: geth's --rpc.gascap.
    private const string GasCap = "\"gas\":\"0x2faf080\",";

    private static readonly Address Weth = Account(0);

    private ExactNode? _node;
    private ImmutableArray<PoolListing> _pools = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ExactChain Exact => _node!.Chain;

    public async ValueTask InitializeAsync()
    {
        _node = await ExactNode.StartAsync(CancellationToken.None);
        Address factory = await Exact.DeployAsync("UniswapV2Factory", new AbiWriter().Address(Exact.Deployer.Address), Cancellation);
        await Exact.SendAsync(factory, AbiWriter.Call("createPair(address,address)").Address(Account(1)).Address(Account(2)), Cancellation);
        Address pair = new AbiReader(await Exact.CallAsync(
            factory, AbiWriter.Call("getPair(address,address)").Address(Account(1)).Address(Account(2)), Cancellation)).ReadAddress();
        string code = (await Exact.Node.CallAsync(
            "eth_getCode",
            writer =>
            {
                writer.WriteStringValue(pair.ToString());
                writer.WriteStringValue("latest");
            },
            Cancellation)).GetString()!;
        _pools = [.. Enumerable.Range(0, Count).Select(Listing).OrderBy(static pool => pool.Key)];
        foreach (PoolListing[] part in _pools.Chunk(RpcBatch))
        {
            await Exact.Node.BatchAsync(
                [
                    .. part.Select(pool => Set("anvil_setCode", pool.Key.Contract.ToString(), code)),
                    .. part.Select(pool => Set(
                        "anvil_setStorageAt", pool.Key.Contract.ToString(), Slot(8), Slot(Packed(pool)))),
                ],
                Cancellation);
        }

        await Exact.Node.CallAsync("evm_mine", null, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Thousands_of_pools_are_loaded_in_few_calls_under_a_public_nodes_gas_cap()
    {
        using RequestCounter counter = new() { Rewrite = static body => body.Replace("\"to\":\"0x", GasCap + "\"to\":\"0x", StringComparison.Ordinal) };
        JsonRpcClient client = new(new HttpClient(counter, disposeHandler: false), new JsonRpcOptions(_node!.RpcUrl));
        BlockStamp head = await new ChainReader(Exact.Node).GetHeadAsync(Cancellation);
        long started = Stopwatch.GetTimestamp();
        PoolReads reads = await new LensStateReader(client).ReadAsync(head, _pools, Cancellation);
        output.WriteLine($"{Count} pairs at once: {counter.Requests} calls, {counter.BytesSent} bytes sent, {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        AssertAll(reads);
        Assert.InRange(counter.Requests, 1, 3);

        int before = counter.Requests;
        using MarketKeeper keeper = new(
            new LensStateReader(client), new BlockLogReader(client), new NoMarketStore(), new MarketKeeperOptions(), TimeProvider.System);
        started = Stopwatch.GetTimestamp();
        MarketUpdate update = await keeper.AdvanceAsync(head, _pools, Cancellation);
        output.WriteLine($"through the keeper: {counter.Requests - before} calls, {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        Assert.True(update.Missing.IsEmpty, string.Join('\n', update.Faults));
        Assert.Equal(Count, update.Read);
        Assert.InRange(counter.Requests - before, 1, (Count / 500) + 3);
    }

    [Fact]
    public async Task Floor_judges_thousands_of_pools_in_one_run()
    {
        TablePoolRegistry registry = new(SharedAzurite.Fresh(azurite));
        long started = Stopwatch.GetTimestamp();
        await registry.AddPoolsAsync(31337, _pools, Cancellation);
        output.WriteLine($"{Count} pools registered: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        BlockStamp head = await new ChainReader(Exact.Node).GetHeadAsync(Cancellation);
        UInt256 floor = (UInt256)Ether * (Count / 2);
        foreach (UInt256 wei in (UInt256[])[floor, UInt256.One])
        {
            started = Stopwatch.GetTimestamp();
            await new PoolFloor(registry, new LensStateReader(Exact.Node), Policy(wei)).ApplyAsync(head, Cancellation);
            output.WriteLine($"floor of {wei} wei: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
            foreach (RegisteredPool pool in await registry.GetPoolsAsync(31337, Cancellation))
            {
                Assert.Equal(Wei(pool.Listing) < wei, pool.Excluded is not null);
            }
        }
    }

    private void AssertAll(PoolReads reads)
    {
        Assert.Empty(reads.Unreadable);
        Assert.Equal(
            _pools.Select(static pool => new ConstantProductState(pool.Key, Reserves(pool).Reserve0, Reserves(pool).Reserve1)),
            reads.States.Cast<ConstantProductState>());
    }

    private static PoolListing Listing(int index) => PoolListing.Of(new PoolInfo(
        Account(1_000_000 + index), "uniswap-v2", Weth, Account(2_000_000 + index), new FeePips(3_000)));

    /// <summary>Another number of ether in every pool, from its address.</summary>
    private static UInt256 Wei(PoolListing pool)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        pool.Key.Contract.CopyTo(bytes);
        return (UInt256)Ether * (ulong)(1 + ((((bytes[18] << 8) | bytes[19]) * 7) % Count));
    }

    private static (UInt256 Reserve0, UInt256 Reserve1) Reserves(PoolListing pool) => (Wei(pool), Wei(pool) * 3UL);

    private static UInt256 Packed(PoolListing pool) => Reserves(pool).Reserve1 << 112 | Reserves(pool).Reserve0;

    private static Address Account(int number)
    {
        byte[] bytes = new byte[Address.Size];
        bytes[0] = 0x5a;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), number);
        return new Address(bytes);
    }

    private static string Slot(UInt256 word)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        word.WriteBigEndian(bytes);
        return Hex.Of(bytes);
    }

    private static JsonRpcRequest Set(string method, params string[] parameters) => new(method, writer =>
    {
        foreach (string parameter in parameters)
        {
            writer.WriteStringValue(parameter);
        }
    });

    private static TradingPolicy Policy(UInt256 floor) => new()
    {
        ChainId = 31337,
        SlotLength = TimeSpan.FromSeconds(12),
        StartTokens = [Weth],
        LiquidityFloorWei = floor,
        MinProfitWei = 1UL,
        MaxGasPriceWei = 1UL,
        MaxSlippageBasisPoints = 1,
        PriorityFeePerGasWei = 1UL,
        BidBasisPoints = 1,
        BidStepBasisPoints = 1,
        BidMaxBasisPoints = 1,
        BidCapWei = 1UL,
    };

    /// <summary>For keepers that start from nothing.</summary>
    private sealed class NoMarketStore : IMarketStore
    {
        public Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation) =>
            Task.FromResult(new StoredMarket(null, null));

        public Task<bool> SaveAsync(MarketState market, CancellationToken cancellation) => Task.FromResult(false);
    }
}
