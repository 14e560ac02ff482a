using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Uniswap V3 and V4 pools: price, tick and protocol fee in one word, liquidity (and V4's fee) in the next, then the ticks.</summary>
internal static class ConcentratedRecords
{
    private static readonly UInt256 Mask160 = (UInt256.One << 160) - UInt256.One;

    public static UInt256 Request(PoolListing pool) =>
        (UInt256)(ulong)pool.Family << 184
        | (UInt256)(ulong)pool.TickSpacing << 160
        | LensStateReader.AsWord(pool.Key.Contract);

    public static PoolState Read(PoolListing pool, PoolRecord record)
    {
        UInt256 price = record.Head & Mask160;
        int tick = SignExtend24((uint)(ulong)(record.Head >> 160) & 0xffffff);
        uint protocolFee = (uint)(ulong)(record.Head >> 184);
        UInt128 liquidity = (UInt128)record.Words[0];
        ImmutableArray<InitializedTick>.Builder ticks = ImmutableArray.CreateBuilder<InitializedTick>(record.Ticks.Count);
        foreach ((int index, UInt256 stored) in record.Ticks)
        {
            ticks.Add(new InitializedTick(index, (UInt128)stored, unchecked((Int128)(UInt128)(stored >> 128))));
        }

        TickList list = TickList.Of(ticks.ToImmutable());
        return pool.Family == PoolFamily.UniswapV3
            ? new UniswapV3State(pool.Key, price, tick, liquidity, protocolFee, list)
            : new UniswapV4State(
                pool.Key, price, tick, liquidity, protocolFee & 0xffffff, (int)(ulong)(record.Words[0] >> 128), list);
    }

    public static int SignExtend24(uint bits) => unchecked((int)(bits << 8)) >> 8;
}
