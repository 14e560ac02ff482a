using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.State;

/// <summary>StableSwap pools and Solidly pairs followed by logs where those tell enough, and read where time, rates or a factory move them.</summary>
public sealed class StableStateTests(StableWorld world) : IClassFixture<StableWorld>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private LensStateReader Reader => new(world.Exact.Node, StableWorld.Slot);

    [Fact]
    public async Task After_every_block_of_a_run_the_market_is_what_a_fresh_read_finds()
    {
        using MarketKeeper keeper = Keeper();
        await CheckAsync(keeper);
        Random random = new(20_261_125);
        for (int i = 0; i < 80; i++)
        {
            PoolListing pool = world.Pools[random.Next(4)];
            await world.DoAsync(random, pool);
            MarketUpdate update = await CheckAsync(keeper);

            // The rated pool and both pairs are read at every block, the plain pool when its logs say that it changed.
            Assert.Equal(pool == world.Plain ? 4 : 3, update.Read);
        }
    }

    [Fact]
    public async Task Rates_and_fees_that_no_log_tells_are_read_at_the_next_block()
    {
        using MarketKeeper keeper = Keeper();
        await CheckAsync(keeper);
        UInt256 rate = StableWorld.Whole(1_100, 15);
        await world.SendAsync(world.Rated, AbiWriter.Call("setRate(uint256,uint256)").Number(0UL).Number(rate));
        MarketState rated = (await CheckAsync(keeper)).State!;
        Assert.Equal(rate, ((CurveStableSwapState)rated.Pools[world.Rated.Key]).Rates[0]);
        await world.Exact.SendAsync(world.Fees, AbiWriter.Call("setFee(bool,uint256)").Bool(true).Number(7UL), Cancellation);
        MarketState taxed = (await CheckAsync(keeper)).State!;
        Assert.Equal(700, ((SolidlyState)taxed.Pools[world.Stable.Key]).FeePips);
        Assert.Equal(2_000, ((SolidlyState)taxed.Pools[world.Volatile.Key]).FeePips);
    }

    [Fact]
    public async Task Ramping_pool_is_read_as_it_will_be_in_the_target_block()
    {
        using MarketKeeper keeper = Keeper();
        await CheckAsync(keeper);
        ulong now = (await world.Chain.GetHeadAsync(Cancellation)).TimestampSeconds;
        await world.SendAsync(
            world.Plain, AbiWriter.Call("ramp_A(uint256,uint256)").Number(900UL).Number(now + 500_000));
        MarketUpdate update = await CheckAsync(keeper);
        CurveStableSwapState told = (CurveStableSwapState)update.State!.Pools[world.Plain.Key];
        Assert.True(told.AmpRamps);

        // The very block it is meant for: twelve seconds later the contract itself says the same, and not before.
        CurveStableSwapState atHead = (CurveStableSwapState)(await new LensStateReader(world.Exact.Node).ReadAsync(
            update.State.Block, [world.Plain], Cancellation)).States[0];
        Assert.True(atHead.Amp < told.Amp);
        await world.Exact.Node.CallAsync(
            "evm_setNextBlockTimestamp",
            writer => writer.WriteNumberValue(update.State.Block.TimestampSeconds + (ulong)StableWorld.Slot.TotalSeconds),
            Cancellation);
        await world.Exact.Node.CallAsync("evm_mine", null, Cancellation);
        Assert.Equal(told.Amp, UInt256.FromBigEndian(await world.Exact.CallAsync(
            world.Plain.Key.Contract, AbiWriter.Call("A_precise()"), Cancellation)));

        // Time alone moves it on.
        CurveStableSwapState later = (CurveStableSwapState)(await CheckAsync(keeper)).State!.Pools[world.Plain.Key];
        Assert.True(later.Amp > told.Amp);
        await world.SendAsync(world.Plain, AbiWriter.Call("stop_ramp_A()"));
        Assert.False((await CheckAsync(keeper)).State!.Pools[world.Plain.Key].ChangesWithoutLogs);
    }

    [Fact]
    public async Task Reorganisation_takes_pools_back_that_logs_only_made_outdated()
    {
        using MarketKeeper keeper = Keeper();
        await CheckAsync(keeper);
        Random random = new(3);
        string snapshot = (await world.Exact.Node.CallAsync("evm_snapshot", null, Cancellation)).GetString()!;
        for (int i = 0; i < 5; i++)
        {
            await world.DoAsync(random, world.Pools[i % 4]);
            await CheckAsync(keeper);
        }

        await world.Exact.Node.CallAsync("evm_revert", writer => writer.WriteStringValue(snapshot), Cancellation);
        for (int i = 0; i < 3; i++)
        {
            await world.DoAsync(random, world.Pools[0]);
        }

        MarketUpdate update = await CheckAsync(keeper);
        Assert.Equal(MarketOrigin.Warm, update.Origin);
        Assert.True(update.Undone > 0);
    }

    [Fact]
    public async Task Model_of_what_was_read_quotes_what_the_contract_quotes()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        PoolReads reads = await new LensStateReader(world.Exact.Node).ReadAsync(head, world.Pools, Cancellation);
        Assert.Empty(reads.Unreadable);
        foreach ((PoolListing pool, PoolState state) in world.Pools.Zip(reads.States))
        {
            Assert.True(MarketView.TryMake(pool, state, out SnapshotPool? made, out string? reason), reason);
            IProbedPoolModel model = (IProbedPoolModel)made.Model;
            for (int i = 0; i < 12; i++)
            {
                UInt256 amount = StableWorld.Whole((ulong)(i + 1), pool.Decimals[0]) / 7UL;
                Assert.Equal(SwapRefusal.None, model.QuoteView(0, 1, amount, out UInt256 quoted));
                AbiWriter call = pool.Family == PoolFamily.CurveStableSwap
                    ? AbiWriter.Call("get_dy(int128,int128,uint256)").Number(0UL).Number(1UL).Number(amount)
                    : AbiWriter.Call("getAmountOut(uint256,address)").Number(amount).Address(pool.Tokens[0]);
                Assert.Equal(UInt256.FromBigEndian(await world.Exact.CallAsync(pool.Key.Contract, call, Cancellation)), quoted);
            }
        }
    }

    [Fact]
    public async Task Pool_whose_listing_does_not_name_its_variant_is_left_out_by_name()
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        PoolReads reads = await Reader.ReadAsync(head, [world.Plain with { Traits = null }, world.Stable], Cancellation);
        Assert.Equal(world.Stable.Key, Assert.Single(reads.States).Key);
        Assert.Contains("does not say which CurveStableSwap", Assert.Single(reads.Unreadable).Reason, StringComparison.Ordinal);
    }

    private MarketKeeper Keeper() => new(
        Reader,
        new BlockLogReader(world.Exact.Node),
        new NoMarketStore(),
        new MarketKeeperOptions { SamplePools = 0, Patience = TimeSpan.FromMinutes(1) },
        TimeProvider.System);

    /// <summary>Every pool, field by field, against a fresh read at the same block.</summary>
    private async Task<MarketUpdate> CheckAsync(MarketKeeper keeper)
    {
        BlockStamp head = await world.Chain.GetHeadAsync(Cancellation);
        MarketUpdate update = await keeper.AdvanceAsync(head, world.Pools, Cancellation);
        Assert.True(update.State is not null, $"{update.End}: {update.Detail}");
        Assert.Empty(update.Missing);
        PoolReads fresh = await Reader.ReadAsync(head, world.Pools, Cancellation);
        Assert.Empty(fresh.Unreadable);
        Assert.Equal(fresh.States, world.Pools.Select(pool => update.State.Pools[pool.Key]));
        return update;
    }

    /// <summary>For keepers that start from nothing.</summary>
    private sealed class NoMarketStore : IMarketStore
    {
        public Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation) =>
            Task.FromResult(new StoredMarket(null, null));

        public Task<bool> SaveAsync(MarketState market, CancellationToken cancellation) => Task.FromResult(false);
    }
}
