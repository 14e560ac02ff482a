using System.Collections.Immutable;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.State;

public sealed class MarketStateTests
{
    /// <summary>One thing that happens: what, where, how much.</summary>
    private static readonly Gen<(int Kind, int Lower, int Width, ulong Amount)> Event =
        Gen.Select(Gen.Int[0, 6], Gen.Int[-6, 6], Gen.Int[1, 6], Gen.ULong[1, 1_000_000]);

    private static readonly Gen<(int Kind, int Lower, int Width, ulong Amount)[][]> Chain = Event.Array[0, 6].Array[1, 90];

    [Fact]
    public void Logs_make_what_a_rebuild_from_all_positions_makes() => Chain.Sample(blocks =>
    {
        Run run = new();
        foreach ((int, int, int, ulong)[] block in blocks)
        {
            run.Mine(block);
            Assert.Equal(run.Expected(), Sorted(run.State));
        }
    });

    [Fact]
    public void Undo_restores_every_block_of_the_ring_and_no_more() => Chain.Sample(blocks =>
    {
        Run run = new();
        List<(BlockStamp Block, PoolState[] Pools)> past = [(run.State.Block, Sorted(run.State))];
        foreach ((int, int, int, ulong)[] block in blocks)
        {
            run.Mine(block);
            past.Add((run.State.Block, Sorted(run.State)));
        }

        MarketState state = run.State;
        int undone = 0;
        while (state.TryUndo() is { } before)
        {
            undone++;
            Assert.Equal(past[^(undone + 1)].Block, before.Block);
            Assert.Equal(past[^(undone + 1)].Pools, Sorted(before));
            state = before;
        }

        Assert.Equal(Math.Min(blocks.Length, MarketState.UndoDepthMax), undone);
    });

    [Fact]
    public void Another_branch_after_an_undo_is_as_if_the_first_had_never_been() =>
        Gen.Select(Chain, Chain, Gen.Int[1, 64]).Sample((first, second, depth) =>
        {
            int kept = Math.Max(0, first.Length - depth);
            Run abandoned = new();
            Run straight = new();
            foreach ((int, int, int, ulong)[] block in first)
            {
                abandoned.Mine(block);
            }

            foreach ((int, int, int, ulong)[] block in first.Take(kept))
            {
                straight.Mine(block);
            }

            MarketState state = abandoned.State;
            for (int i = kept; i < first.Length; i++)
            {
                state = state.TryUndo()!;
            }

            straight.Branch = 9;
            Assert.Equal(straight.State.Block, state.Block);
            foreach ((int, int, int, ulong)[] block in second.Take(70))
            {
                ImmutableArray<ChainLog> logs = straight.Mine(block);
                state = state.Apply(straight.State.Block, logs, out ImmutableArray<LostPool> lost);
                Assert.Empty(lost);
            }

            Assert.Equal(Sorted(straight.State), Sorted(state));
        });

    [Fact]
    public void Pool_read_at_a_block_is_forgotten_before_it()
    {
        Run run = new();
        run.Mine([]);
        ConstantProductState late = new(new PoolKey(StateLogs.Account(0xee)), 5UL, 6UL);
        MarketState with = run.State.With([late]);
        Assert.Equal(late, with.Pools[late.Key]);
        Assert.False(with.TryUndo()!.Pools.ContainsKey(late.Key));
    }

    [Fact]
    public void Pool_whose_log_contradicts_its_state_is_lost_and_the_others_are_not()
    {
        Run run = new();
        MarketState after = run.State.Apply(
            StateLogs.Block(2), [StateLogs.Sync(8, 9), StateLogs.V3Position(false, -10, 10, 5)], out ImmutableArray<LostPool> lost);
        Assert.Equal([StateLogs.V3Key], lost.Select(static pool => pool.Key));
        Assert.False(after.Pools.ContainsKey(StateLogs.V3Key));
        Assert.Equal(new ConstantProductState(StateLogs.PairKey, 8UL, 9UL), after.Pools[StateLogs.PairKey]);
        Assert.Equal(Sorted(run.State), Sorted(after.TryUndo()!));
    }

    [Fact]
    public void Swap_whose_mint_was_lost_is_seen_by_the_sum_of_the_ticks()
    {
        Run run = new();
        run.State.Apply(StateLogs.Block(2), [StateLogs.V3Swap(2_000, 77, 3)], out ImmutableArray<LostPool> lost);
        Assert.Contains("liquidity is 77, its ticks up to 3 sum to 0", Assert.Single(lost).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Block_that_does_not_follow_is_refused()
    {
        Run run = new();
        Assert.Throws<ArgumentException>(() => run.State.Apply(StateLogs.Block(3), [], out _));
        Assert.Throws<ArgumentException>(() => run.State.Apply(StateLogs.Block(2, 4, 5), [], out _));
    }

    [Fact]
    public void Quarantined_pool_is_nowhere_until_its_time_is_over()
    {
        Run run = new();
        run.Mine([(0, 0, 1, 5)]);
        MarketState state = run.State.WithQuarantine(StateLogs.PairKey, new Quarantine("it was wrong", 3));
        Assert.False(state.Pools.ContainsKey(StateLogs.PairKey));
        Assert.False(state.TryUndo()!.Pools.ContainsKey(StateLogs.PairKey));
        state = state.Apply(StateLogs.Block(3), [StateLogs.Sync(1, 2)], out _);
        Assert.True(state.Quarantined.ContainsKey(StateLogs.PairKey));
        Assert.False(state.Pools.ContainsKey(StateLogs.PairKey));
        Assert.Empty(state.Apply(StateLogs.Block(4), [], out _).Quarantined);
    }

    private static PoolState[] Sorted(MarketState state) => [.. state.Pools.Values.OrderBy(static pool => pool.Key)];

    /// <summary>A chain of blocks with its market, and the same told by its positions.</summary>
    private sealed class Run
    {
        private readonly PositionBook _v3 = new();
        private readonly PositionBook _v4 = new();
        private ConstantProductState _pair = new(StateLogs.PairKey, 1UL, 1UL);

        public Run()
        {
            State = MarketState.At(StateLogs.Block(1)).With(Expected());
        }

        public byte Branch { get; set; } = 1;

        public MarketState State { get; private set; }

        public PoolState[] Expected() =>
        [
            _pair,
            new UniswapV3State(StateLogs.V3Key, _v3.Price, _v3.Tick, _v3.Liquidity, 0, _v3.Ticks),
            new UniswapV4State(StateLogs.V4Key, _v4.Price, _v4.Tick, _v4.Liquidity, 0, 0, _v4.Ticks),
        ];

        public ImmutableArray<ChainLog> Mine(IReadOnlyList<(int Kind, int Lower, int Width, ulong Amount)> events)
        {
            ImmutableArray<ChainLog> logs = [.. events.Select(Happen)];
            BlockStamp parent = State.Block;
            BlockStamp block = StateLogs.Block(parent.Number + 1, Branch) with { ParentHash = parent.Hash };
            State = State.Apply(block, logs, out ImmutableArray<LostPool> lost);
            Assert.Empty(lost);
            return logs;
        }

        private ChainLog Happen((int Kind, int Lower, int Width, ulong Amount) what)
        {
            int lower = what.Lower * 10;
            int upper = lower + (what.Width * 10);
            switch (what.Kind)
            {
                case 0:
                    _pair = _pair with { Reserve0 = what.Amount, Reserve1 = what.Amount + 1 };
                    return StateLogs.Sync(what.Amount, what.Amount + 1);
                case 1:
                    _v3.Move(what.Lower * 7);
                    return StateLogs.V3Swap((ulong)_v3.Price, _v3.Liquidity, _v3.Tick);
                case 2:
                    _v3.Add(lower, upper, what.Amount);
                    return StateLogs.V3Position(true, lower, upper, what.Amount);
                case 3:
                    return StateLogs.V3Position(false, lower, upper, _v3.Remove(lower, upper, what.Amount));
                case 4:
                    _v4.Move(what.Lower * 7);
                    return StateLogs.V4Swap((ulong)_v4.Price, _v4.Liquidity, _v4.Tick);
                case 5:
                    _v4.Add(lower, upper, what.Amount);
                    return StateLogs.V4Position(lower, upper, what.Amount);
                default:
                    return StateLogs.V4Position(lower, upper, UInt256.Zero - _v4.Remove(lower, upper, what.Amount));
            }
        }
    }
}
