using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.State;

/// <summary>The market against the real contracts: what logs make of it is what the chain holds, block by block and across reorganisations.</summary>
public sealed class StateSyncTests(StateWorld world, ITestOutputHelper output) : IClassFixture<StateWorld>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_every_block_of_a_long_run_the_logs_have_made_what_a_fresh_read_finds()
    {
        const int Blocks = 250;
        using MarketKeeper keeper = Keeper();
        Random random = new(20_261_124);
        int done = world.Done;
        await AdvanceAsync(keeper);
        for (int i = 0; i < Blocks; i++)
        {
            await world.MineAsync(random, 16);
            MarketUpdate update = await AdvanceAsync(keeper);
            Assert.Equal((MarketOrigin.Warm, 0, 1, 0), (update.Origin, update.Undone, update.Followed, update.Read));
            await AssertFreshAsync(update);
        }

        output.WriteLine($"{Blocks} blocks, {world.Done - done} actions done, {world.Refused} refused, seed 20261124");
        Assert.True(world.Done - done > Blocks * 8, $"Only {world.Done - done} actions were taken: the run proves little.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(41)]
    [InlineData(63)]
    [InlineData(64)]
    public async Task Reorganisation_is_undone_and_followed_exactly(int depth)
    {
        using MarketKeeper keeper = Keeper();
        Random random = new(depth);
        await AdvanceAsync(keeper);
        string snapshot = (await world.RpcAsync("evm_snapshot")).GetString()!;
        for (int i = 0; i < depth; i++)
        {
            await world.MineAsync(random, 4);
            await AdvanceAsync(keeper);
        }

        await world.RpcAsync("evm_revert", snapshot);
        for (int i = 0; i <= depth; i++)
        {
            await world.MineAsync(random, 4);
        }

        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Warm, depth, depth + 1), (update.Origin, update.Undone, update.Followed));
        await AssertFreshAsync(update);
    }

    [Fact]
    public async Task Reorganisation_deeper_than_the_ring_reads_everything_anew()
    {
        using MarketKeeper keeper = Keeper();
        Random random = new(65);
        await AdvanceAsync(keeper);
        string snapshot = (await world.RpcAsync("evm_snapshot")).GetString()!;
        for (int i = 0; i < 65; i++)
        {
            await world.MineAsync(random, 2);
            await AdvanceAsync(keeper);
        }

        await world.RpcAsync("evm_revert", snapshot);
        for (int i = 0; i < 66; i++)
        {
            await world.MineAsync(random, 2);
        }

        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Fresh, world.Pools.Length), (update.Origin, update.Read));
        Assert.Contains("reorganisation", update.Detail, StringComparison.Ordinal);
        await AssertFreshAsync(update);
    }

    [Fact]
    public async Task Reorganisation_by_the_node_itself_is_followed()
    {
        using MarketKeeper keeper = Keeper();
        Random random = new(5);
        await AdvanceAsync(keeper);
        for (int i = 0; i < 9; i++)
        {
            await world.MineAsync(random, 4);
            await AdvanceAsync(keeper);
        }

        await world.Node.CallAsync(
            "anvil_reorg",
            writer =>
            {
                writer.WriteNumberValue(5);
                writer.WriteStartArray();
                writer.WriteEndArray();
            },
            Cancellation);
        await world.MineAsync(random, 4);
        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Warm, 5, 6), (update.Origin, update.Undone, update.Followed));
        await AssertFreshAsync(update);
    }

    [Fact]
    public async Task Head_that_the_market_is_already_past_is_lag()
    {
        using MarketKeeper keeper = Keeper();
        BlockStamp before = await world.Chain.GetHeadAsync(Cancellation);
        await AdvanceAsync(keeper);
        await world.MineAsync(new Random(1), 2);
        await AdvanceAsync(keeper);
        MarketUpdate update = await keeper.AdvanceAsync(before, world.Pools, Cancellation);
        Assert.Equal((null, RoundEnd.NodeLags), (update.State, update.End));
    }

    [Fact]
    public async Task Donation_moves_no_reserve_until_the_pair_is_synced()
    {
        using MarketKeeper keeper = Keeper();
        PoolListing pair = world.Pools[0];
        MarketState before = (await AdvanceAsync(keeper)).State!;
        await world.MineAsync([new PoolAction(3, pair.Key.Contract, 1, UInt256.Zero, UInt256.Zero)]);
        MarketState synced = (await AdvanceAsync(keeper)).State!;
        await world.MineAsync([new PoolAction(1, pair.Key.Contract, 1, UInt256.Zero, 1_000UL)]);
        MarketState donated = (await AdvanceAsync(keeper)).State!;
        Assert.Equal(synced.Pools[pair.Key], donated.Pools[pair.Key]);
        await world.MineAsync([new PoolAction(3, pair.Key.Contract, 1, UInt256.Zero, UInt256.Zero)]);
        MarketUpdate after = await AdvanceAsync(keeper);
        ConstantProductState had = (ConstantProductState)synced.Pools[pair.Key];
        Assert.Equal(had with { Reserve0 = had.Reserve0 + 1_000UL }, after.State!.Pools[pair.Key]);
        Assert.NotSame(before, after.State);
    }

    private MarketKeeper Keeper() => new(
        new LensStateReader(world.Node),
        new BlockLogReader(world.Node),
        new NoMarketStore(),
        new MarketKeeperOptions { SamplePools = 0, Patience = TimeSpan.FromMinutes(1) },
        TimeProvider.System);

    private async Task<MarketUpdate> AdvanceAsync(MarketKeeper keeper)
    {
        MarketUpdate update = await keeper.AdvanceAsync(await world.Chain.GetHeadAsync(Cancellation), world.Pools, Cancellation);
        Assert.True(update.State is not null, $"{update.End}: {update.Detail}");
        Assert.Empty(update.Missing);
        return update;
    }

    /// <summary>Every pool, field by field, against one fresh read at the same block hash.</summary>
    private async Task AssertFreshAsync(MarketUpdate update)
    {
        MarketState state = update.State!;
        PoolReads fresh = await new LensStateReader(world.Node).ReadAsync(state.Block, world.Pools, Cancellation);
        Assert.Empty(fresh.Unreadable);
        Assert.Equal(world.Pools.Length, state.Pools.Count);
        foreach (PoolState pool in fresh.States)
        {
            Assert.True(
                pool.Equals(state.Pools[pool.Key]),
                $"Block {state.Block.Number}, {pool.Key}: read {pool}, kept {state.Pools[pool.Key]}");
        }
    }

    /// <summary>For keepers that start from nothing.</summary>
    private sealed class NoMarketStore : IMarketStore
    {
        public Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation) =>
            Task.FromResult(new StoredMarket(null, null));

        public Task<bool> SaveAsync(MarketState market, CancellationToken cancellation) => Task.FromResult(false);
    }
}
