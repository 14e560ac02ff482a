using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.State;

/// <summary>Balancer pools followed through the real vault: swaps, joins, exits, fee changes and a ramp of the amplification.</summary>
public sealed partial class BalancerStateTests : IAsyncLifetime
{
    private const ulong Ether = 1_000_000_000_000_000_000;
    private const ulong DaySeconds = 86_400;

    private readonly Dictionary<string, Address> _factories = [];
    private ExactNode? _node;
    private Address _vault;
    private ImmutableArray<Address> _tokens = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ExactChain Exact => _node!.Chain;

    private Address Own => Exact.Deployer.Address;

    public async ValueTask InitializeAsync()
    {
        _node = await ExactNode.StartAsync(CancellationToken.None);
        _vault = await Exact.DeployAsync(
            "BalancerV2Vault",
            new AbiWriter().Address(Own).Address(Own).Number(90 * DaySeconds).Number(30 * DaySeconds),
            CancellationToken.None);
        List<Address> tokens = [];
        for (int i = 0; i < 3; i++)
        {
            Address token = await Exact.DeployAsync(
                "DevToken", new AbiWriter().Text("T").Text("T").Number(18UL), CancellationToken.None);
            await Exact.SendAsync(
                token, AbiWriter.Call("mint(address,uint256)").Address(Own).Number(UInt256.One << 100), CancellationToken.None);
            await Exact.SendAsync(
                token, AbiWriter.Call("approve(address,uint256)").Address(_vault).Number(UInt256.MaxValue), CancellationToken.None);
            tokens.Add(token);
        }

        tokens.Sort();
        _tokens = [.. tokens];
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Logs_make_of_balancer_pools_what_a_fresh_read_finds()
    {
        UInt256 fee = Ether / 1_000;
        PoolListing weighted = await CreateAsync("BalancerWeightedFactory20210418", PoolFamily.BalancerWeighted, Named(
            "create(string,string,address[],uint256[],uint256,address)")
            .Numbers([Ether / 2, Ether / 4, Ether / 4]).Number(fee).Address(Own));
        PoolListing stable = await CreateAsync("BalancerStableFactory20210624", PoolFamily.BalancerStable, Named(
            "create(string,string,address[],uint256,uint256,address)")
            .Number(200UL).Number(fee).Address(Own));
        ImmutableArray<PoolListing> pools = [weighted, stable];
        using MarketKeeper keeper = new(
            new LensStateReader(Exact.Node), new BlockLogReader(Exact.Node), new NoStore(),
            new MarketKeeperOptions { SamplePools = 0, Patience = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        await CheckAsync(keeper, pools, reads: 2);
        Random random = new(11);
        for (int i = 0; i < 60; i++)
        {
            await DoAsync(random, pools[random.Next(2)]);
            await CheckAsync(keeper, pools, reads: 0);
        }

        // From here on time alone moves the amplification: the pool is read at every block.
        ulong now = (await new ChainReader(Exact.Node).GetHeadAsync(Cancellation)).TimestampSeconds;
        await Exact.SendAsync(
            stable.Key.Contract,
            AbiWriter.Call("startAmplificationParameterUpdate(uint256,uint256)").Number(300UL).Number(now + (3 * DaySeconds)),
            Cancellation);
        BalancerState started = (BalancerState)(await CheckAsync(keeper, pools, reads: 1)).Pools[stable.Key];
        Assert.True(started.ChangesWithoutLogs);
        await Exact.Node.CallAsync("evm_increaseTime", static writer => writer.WriteNumberValue(40_000), Cancellation);
        await DoAsync(random, weighted);
        BalancerState later = (BalancerState)(await CheckAsync(keeper, pools, reads: 1)).Pools[stable.Key];
        Assert.True(later.Amplification > started.Amplification);
        await Exact.SendAsync(stable.Key.Contract, AbiWriter.Call("stopAmplificationParameterUpdate()"), Cancellation);
        await CheckAsync(keeper, pools, reads: 0);
    }

    private static async Task<MarketState> CheckAsync(
        MarketKeeper keeper, BlockStamp head, ImmutableArray<PoolListing> pools, LensStateReader reader, int reads)
    {
        MarketUpdate update = await keeper.AdvanceAsync(head, pools, Cancellation);
        Assert.True(update.State is not null, update.Detail);
        Assert.Empty(update.Missing);
        Assert.Equal(reads, update.Read);
        PoolReads fresh = await reader.ReadAsync(head, pools, Cancellation);
        Assert.Equal(fresh.States, pools.Select(pool => update.State.Pools[pool.Key]));
        return update.State;
    }

    private async Task<MarketState> CheckAsync(MarketKeeper keeper, ImmutableArray<PoolListing> pools, int reads) =>
        await CheckAsync(
            keeper, await new ChainReader(Exact.Node).GetHeadAsync(Cancellation), pools, new LensStateReader(Exact.Node), reads);

    private AbiWriter Named(string signature) => AbiWriter.Call(signature).Text("pool").Text("BPT").Addresses(_tokens);

    private async Task<PoolListing> CreateAsync(string factoryName, PoolFamily family, AbiWriter create)
    {
        Address factory = await Exact.DeployAsync(factoryName, new AbiWriter().Address(_vault), Cancellation);
        _factories[factoryName] = factory;
        JsonElement receipt = await Exact.SendAsync(factory, create, Cancellation);
        string created = Keccak.Hash256("PoolCreated(address)").ToString();
        JsonElement log = RpcJson.Member(receipt, "logs").EnumerateArray()
            .Single(entry => entry.GetProperty("topics")[0].GetString() == created);
        Address pool = Address.Parse("0x" + log.GetProperty("topics")[1].GetString()![26..]);
        Hash256 id = new AbiReader(await Exact.CallAsync(pool, AbiWriter.Call("getPoolId()"), Cancellation)).ReadBytes32();
        UInt256[] amounts = [(UInt256)Ether * 5_000UL, (UInt256)Ether * 4_000UL, (UInt256)Ether * 6_000UL];
        await JoinAsync(id, new AbiWriter().Number(0UL).Numbers(amounts).ToArray());
        return new PoolListing(new PoolKey(pool), family, "balancer-v2", _tokens, new FeePips(1_000)) { Vault = _vault, VaultId = id };
    }

    private async Task DoAsync(Random random, PoolListing pool)
    {
        UInt256 amount = (UInt256)(ulong)random.NextInt64(1_000, (long)Ether) * (ulong)random.Next(1, 30);
        switch (random.Next(8))
        {
            case 0:
                await JoinAsync(pool.VaultId, new AbiWriter().Number(1UL).Numbers([amount, amount / 2UL, UInt256.Zero]).Number(0UL).ToArray());
                break;
            case 1:
                // All tokens for shares: kind 1 in both generations.
                await PoolRequestAsync("exitPool", pool.VaultId, UInt256.Zero, new AbiWriter().Number(1UL).Number(amount).ToArray());
                break;
            case 2:
                await Exact.SendAsync(
                    pool.Key.Contract,
                    AbiWriter.Call("setSwapFeePercentage(uint256)").Number((ulong)random.NextInt64(1_000_000_000_000, 10_000_000_000_000_000)),
                    Cancellation);
                break;
            default:
                int tokenIn = random.Next(3);
                await SwapAsync(pool.VaultId, _tokens[tokenIn], _tokens[(tokenIn + random.Next(1, 3)) % 3], random.Next(2), amount);
                break;
        }
    }

    private Task JoinAsync(Hash256 id, byte[] userData) => PoolRequestAsync("joinPool", id, UInt256.MaxValue, userData);

    private async Task PoolRequestAsync(string function, Hash256 id, UInt256 limit, byte[] userData) => await Exact.SendAsync(
        _vault,
        AbiWriter.Call($"{function}(bytes32,address,address,(address[],uint256[],bytes,bool))")
            .Bytes32(id).Address(Own).Address(Own)
            .Tuple(request => request.Addresses(_tokens).Numbers([limit, limit, limit]).Bytes(userData).Bool(false)),
        Cancellation);

    private async Task SwapAsync(Hash256 id, Address tokenIn, Address tokenOut, int kind, UInt256 amount) => await Exact.SendAsync(
        _vault,
        AbiWriter.Call("swap((bytes32,uint8,address,address,uint256,bytes),(address,bool,address,bool),uint256,uint256)")
            .Tuple(swap => swap.Bytes32(id).Number((ulong)kind).Address(tokenIn).Address(tokenOut).Number(amount).Bytes([]))
            .Address(Own).Bool(false).Address(Own).Bool(false)
            .Number(kind == 0 ? UInt256.Zero : UInt256.MaxValue).Number(UInt256.MaxValue),
        Cancellation);

    private sealed class NoStore : IMarketStore
    {
        public Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation) =>
            Task.FromResult(new StoredMarket(null, null));

        public Task<bool> SaveAsync(MarketState market, CancellationToken cancellation) => Task.FromResult(false);
    }
}
