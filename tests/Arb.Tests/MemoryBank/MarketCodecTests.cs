using System.Collections.Immutable;
using Arb.Domain;
using Arb.MemoryBank.Snapshots;
using Arb.Tests.State;
using CsCheck;

namespace Arb.Tests.MemoryBank;

public sealed class MarketCodecTests
{
    [Fact]
    public void Market_reads_back_as_it_was_written()
    {
        MarketState market = Sample();
        Assert.True(MarketCodec.TryDecode(MarketCodec.Encode(market), out MarketState? read, out string reason), reason);
        Assert.Equal(market.Block, read.Block);
        Assert.Equal(market.Pools.OrderBy(static p => p.Key), read.Pools.OrderBy(static p => p.Key));
        Assert.Equal(market.Quarantined, read.Quarantined);
        Assert.Equal(market.Undo.Length, read.Undo.Length);
        for (int i = 0; i < market.Undo.Length; i++)
        {
            Assert.Equal(market.Undo[i].Parent, read.Undo[i].Parent);
            Assert.Equal(market.Undo[i].Pools, read.Undo[i].Pools);
        }
    }

    [Fact]
    public void Any_damage_is_refused_with_a_reason()
    {
        byte[] good = MarketCodec.Encode(Sample());
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample((at, flip) =>
        {
            byte[] bad = [.. good];
            bad[at] ^= flip;
            Assert.False(MarketCodec.TryDecode(bad, out _, out string reason));
            Assert.NotEmpty(reason);
        });
        Gen.Int[0, good.Length - 1].Sample(length =>
            Assert.False(MarketCodec.TryDecode(good.AsSpan(0, length), out _, out _)));
    }

    [Fact]
    public void Another_version_is_named()
    {
        byte[] newer = MarketCodec.Encode(Sample());
        newer[5]++;
        Assert.False(MarketCodec.TryDecode(newer, out _, out string reason));
        Assert.Equal("it has version 3, and this program reads version 2", reason);
    }

    private static MarketState Sample()
    {
        PoolState[] pools =
        [
            new ConstantProductState(StateLogs.PairKey, 5UL, ConstantProductPool.ReserveMax),
            new CurveStableSwapState(
                new PoolKey(StateLogs.Account(0xd1)), [1UL, UInt256.MaxValue], [2UL, 3UL], 4UL, 5UL, 6UL, 7UL, true, false),
            new SolidlyState(new PoolKey(StateLogs.Account(0xd2)), 8UL, UInt256.MaxValue, 500, true),
            new UniswapV3State(
                StateLogs.V3Key, UInt256.One << 159, -7, 33, 0x44, TickList.Of(
                [
                    new InitializedTick(-10, 33, 33), new InitializedTick(20, -33, 33),
                ])),
            new UniswapV4State(StateLogs.V4Key, UInt256.One << 96, 0, 0, 0xfff, 3_000, TickList.Empty),
            new BalancerState(
                new PoolKey(StateLogs.Account(9)),
                StateLogs.Account(8),
                [StateLogs.Account(1), StateLogs.Account(2)],
                [1UL, UInt256.One << 111],
                3_000_000_000UL,
                200_000UL,
                true),
        ];
        MarketState market = MarketState.At(StateLogs.Block(1)).With(pools);
        market = market.Apply(StateLogs.Block(2), [StateLogs.Sync(7, 8)], out ImmutableArray<LostPool> lost);
        Assert.Empty(lost);
        return market
            .With([new ConstantProductState(new PoolKey(StateLogs.Account(0x55)), 1UL, 2UL)])
            .WithQuarantine(new PoolKey(StateLogs.Account(0x56)), new Quarantine("because", 99));
    }
}
