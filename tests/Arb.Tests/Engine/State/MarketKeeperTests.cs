using Arb.Domain;
using Arb.Engine;
using Arb.Tests.State;
using Microsoft.Extensions.Time.Testing;

namespace Arb.Tests.Engine.State;

public sealed class MarketKeeperTests
{
    private static readonly PoolListing Pair = Listing(StateLogs.PairKey, "one");
    private static readonly PoolListing Other = Listing(new PoolKey(StateLogs.Account(0xb2)), "two");

    private readonly StubChain _chain = new();
    private readonly FakeTimeProvider _time = new();
    private BlockStamp _head = StateLogs.Block(100);

    public MarketKeeperTests()
    {
        _chain.Pools[Pair.Key] = new ConstantProductState(Pair.Key, 1UL, 2UL);
        _chain.Pools[Other.Key] = new ConstantProductState(Other.Key, 3UL, 4UL);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_head_is_read_and_later_ones_are_followed()
    {
        using MarketKeeper keeper = Keeper();
        MarketUpdate first = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Fresh, 2, 0), (first.Origin, first.Read, first.Followed));
        _head = _chain.Mine(_head, 1, StateLogs.Sync(10, 20));
        _head = _chain.Mine(_head, 1);
        MarketUpdate second = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Warm, 0, 2), (second.Origin, second.Read, second.Followed));
        Assert.Equal(new ConstantProductState(Pair.Key, 10UL, 20UL), second.State!.Pools[Pair.Key]);
    }

    [Fact]
    public async Task Parent_the_node_does_not_know_is_a_gap()
    {
        using MarketKeeper keeper = Keeper();
        await AdvanceAsync(keeper);
        BlockStamp lost = _chain.Mine(_head, 1);
        _head = _chain.Mine(lost, 1);
        _chain.Blocks.Remove(lost.Hash);
        await StopsAsync(keeper, RoundEnd.ChainGap);
    }

    [Fact]
    public async Task Head_the_node_denies_or_retells_is_a_contradiction()
    {
        using MarketKeeper keeper = Keeper();
        await AdvanceAsync(keeper);
        BlockStamp next = _chain.Mine(_head, 1);
        BlockLogs told = _chain.Blocks[next.Hash];
        _chain.Blocks.Remove(next.Hash);
        _head = next;
        await StopsAsync(keeper, RoundEnd.NodeContradictsItself);
        _chain.Blocks[next.Hash] = told with { Block = next with { GasUsed = 77 } };
        await StopsAsync(keeper, RoundEnd.NodeContradictsItself);
        _chain.Blocks[next.Hash] = told;
        Assert.NotNull((await AdvanceAsync(keeper)).State);
    }

    [Fact]
    public async Task Older_head_of_the_same_branch_is_lag()
    {
        using MarketKeeper keeper = Keeper();
        await AdvanceAsync(keeper);
        BlockStamp old = _head;
        _head = _chain.Mine(_head, 1);
        await AdvanceAsync(keeper);
        _head = old;
        await StopsAsync(keeper, RoundEnd.NodeLags);
    }

    [Theory]
    [InlineData(ChainFault.WrongBlock, RoundEnd.WrongBlock)]
    [InlineData(ChainFault.Contradiction, RoundEnd.NodeContradictsItself)]
    [InlineData(ChainFault.Unreachable, RoundEnd.NodeUnreachable)]
    public async Task Failing_logs_stop_the_round_by_name_and_the_next_round_goes_on(ChainFault fault, RoundEnd end)
    {
        using MarketKeeper keeper = Keeper();
        await AdvanceAsync(keeper);
        _head = _chain.Mine(_head, 1, StateLogs.Sync(5, 6));
        _chain.Fail = what => what == "logs" ? new ChainUnavailableException("no") { Fault = fault } : null;
        await StopsAsync(keeper, end);
        _chain.Fail = static _ => null;
        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Warm, 1), (update.Origin, update.Followed));
    }

    [Fact]
    public async Task Second_endpoint_with_another_block_or_far_ahead_stops_the_round()
    {
        using MarketKeeper agrees = Keeper(new StubChain.Witness(_head, _head));
        Assert.NotNull((await AdvanceAsync(agrees)).State);
        using MarketKeeper behind = Keeper(new StubChain.Witness(StateLogs.Block(99), null));
        Assert.NotNull((await AdvanceAsync(behind)).State);
        using MarketKeeper disagrees = Keeper(new StubChain.Witness(StateLogs.Block(100, 9), StateLogs.Block(100, 9)));
        await StopsAsync(disagrees, RoundEnd.NodesDisagree);
        using MarketKeeper ahead = Keeper(new StubChain.Witness(StateLogs.Block(103), _head));
        await StopsAsync(ahead, RoundEnd.NodeLags);
    }

    [Fact]
    public async Task Second_endpoint_with_other_logs_in_the_same_block_stops_the_round()
    {
        StubChain second = new();
        using MarketKeeper keeper = new(
            _chain, _chain, _chain, new MarketKeeperOptions { SamplePools = 0, WitnessLogs = second }, _time);
        await AdvanceAsync(keeper);
        _head = _chain.Mine(_head, 1, StateLogs.Sync(10, 20));
        BlockLogs told = _chain.Blocks[_head.Hash];

        // One that withholds a log, tells another, or tells it of another contract.
        foreach (ChainLog[] logs in (ChainLog[][])[[], [StateLogs.Sync(10, 21)], [StateLogs.Sync(10, 20) with { Address = StateLogs.Account(5) }]])
        {
            second.Blocks[_head.Hash] = told with { Logs = [.. logs] };
            await StopsAsync(keeper, RoundEnd.NodesDisagree);
        }

        second.Blocks[_head.Hash] = told with { Block = told.Block with { GasUsed = 9 } };
        await StopsAsync(keeper, RoundEnd.NodesDisagree);

        // The same logs, each from its own answer; and one that does not have the block yet says nothing.
        second.Blocks[_head.Hash] = told with { Logs = [StateLogs.Sync(10, 20)] };
        Assert.Equal(1, (await AdvanceAsync(keeper)).Followed);
        _head = _chain.Mine(_head, 1, StateLogs.Sync(11, 20));
        Assert.Equal(1, (await AdvanceAsync(keeper)).Followed);
        second.Fail = static _ => new ChainUnavailableException("no");
        _head = _chain.Mine(_head, 1, StateLogs.Sync(12, 20));
        await StopsAsync(keeper, RoundEnd.NodeUnreachable);
    }

    [Fact]
    public async Task Slow_exchange_delays_nobody_and_is_reported()
    {
        _chain.Silent.Add("two");
        using MarketKeeper keeper = Keeper();
        Task<MarketUpdate> update = AdvanceAsync(keeper);
        Assert.False(update.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(4));
        MarketUpdate done = await update;
        Assert.Equal([Pair.Key], done.State!.Pools.Keys);
        Assert.Equal("slow: 0 of 1 pools within 3 s", done.Faults["two"]);
        Assert.Equal(Other.Key, Assert.Single(done.Missing).Key);
        _chain.Silent.Clear();
        Assert.Equal(2, (await AdvanceAsync(keeper)).State!.Pools.Count);
    }

    [Fact]
    public async Task Failing_exchange_is_reported_and_the_others_are_read()
    {
        _chain.Fail = static what => what == "two" ? new ChainUnavailableException("it is down") : null;
        using MarketKeeper keeper = Keeper();
        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal([Pair.Key], update.State!.Pools.Keys);
        Assert.Contains("it is down", update.Faults["two"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pool_that_a_sample_finds_wrong_is_quarantined_and_read_anew_afterwards()
    {
        using MarketKeeper keeper = Keeper(samples: 8, quarantine: 3);
        await AdvanceAsync(keeper);
        _chain.Pools[Pair.Key] = new ConstantProductState(Pair.Key, 999UL, 2UL);
        _head = _chain.Mine(_head, 1);
        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal([Other.Key], update.State!.Pools.Keys);
        Assert.Contains("quarantined", Assert.Single(update.Missing).Reason, StringComparison.Ordinal);
        Assert.Contains(update.Faults, static fault => fault.Key.StartsWith("quarantine", StringComparison.Ordinal));
        for (int i = 0; i < 4; i++)
        {
            _head = _chain.Mine(_head, 1);
            update = await AdvanceAsync(keeper);
            Assert.Equal(i == 3, update.State!.Pools.ContainsKey(Pair.Key));
        }

        Assert.Equal(_chain.Pools[Pair.Key], update.State!.Pools[Pair.Key]);
    }

    [Fact]
    public async Task Cold_instance_takes_the_stored_market_and_catches_up_by_logs()
    {
        using (MarketKeeper first = Keeper())
        {
            await AdvanceAsync(first);
        }

        _head = _chain.Mine(_head, 1, StateLogs.Sync(7, 8));
        using MarketKeeper second = Keeper();
        MarketUpdate update = await AdvanceAsync(second);
        Assert.Equal((MarketOrigin.Stored, 1, 0), (update.Origin, update.Followed, update.Read));
        Assert.Equal(new ConstantProductState(Pair.Key, 7UL, 8UL), update.State!.Pools[Pair.Key]);
    }

    [Fact]
    public async Task Unusable_stored_market_is_a_reason_to_read_everything()
    {
        _chain.StoredReason = "its content does not match its hash";
        using MarketKeeper keeper = Keeper();
        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Fresh, 2, _chain.StoredReason), (update.Origin, update.Read, update.Detail));
    }

    [Fact]
    public async Task Market_too_far_behind_is_read_anew()
    {
        using MarketKeeper keeper = Keeper();
        await AdvanceAsync(keeper);
        for (int i = 0; i < 257; i++)
        {
            _head = _chain.Mine(_head, 1);
        }

        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((MarketOrigin.Fresh, 2), (update.Origin, update.Read));
        Assert.Contains("more than 256 blocks behind", update.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pool_that_changes_without_logs_is_read_at_every_block()
    {
        PoolListing ramping = Listing(new PoolKey(StateLogs.Account(0xc1)), "stable");
        BalancerState At(ulong amplification) => new(
            ramping.Key, StateLogs.Account(1), [StateLogs.Account(2)], [5UL], 1UL, amplification, true);
        _chain.Pools[ramping.Key] = At(100);
        using MarketKeeper keeper = Keeper();
        await keeper.AdvanceAsync(_head, [ramping], Cancellation);
        _head = _chain.Mine(_head, 1);
        _chain.Pools[ramping.Key] = At(101);
        Assert.Equal(At(101), (await keeper.AdvanceAsync(_head, [ramping], Cancellation)).State!.Pools[ramping.Key]);

        // Not read, not known: better none than an old one.
        _head = _chain.Mine(_head, 1);
        _chain.Fail = static what => what == "stable" ? new ChainUnavailableException("it is down") : null;
        Assert.Empty((await keeper.AdvanceAsync(_head, [ramping], Cancellation)).State!.Pools);
    }

    private static PoolListing Listing(PoolKey key, string dex) =>
        new(key, PoolFamily.UniswapV2, dex, [StateLogs.Account(1), StateLogs.Account(2)], new FeePips(3_000));

    private MarketKeeper Keeper(IChainReader? witness = null, int samples = 0, ulong quarantine = 64) => new(
        _chain, _chain, _chain,
        new MarketKeeperOptions { SamplePools = samples, QuarantineBlocks = quarantine, Witness = witness },
        _time);

    private Task<MarketUpdate> AdvanceAsync(MarketKeeper keeper) => keeper.AdvanceAsync(_head, [Pair, Other], Cancellation);

    private async Task StopsAsync(MarketKeeper keeper, RoundEnd end)
    {
        MarketUpdate update = await AdvanceAsync(keeper);
        Assert.Equal((null, end), (update.State, update.End));
        Assert.NotEmpty(update.Detail!);
    }
}
