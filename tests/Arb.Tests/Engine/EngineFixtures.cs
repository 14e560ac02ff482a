using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Tests.Engine;

/// <summary>A small market with one gap, and a policy to trade it under.</summary>
internal static class EngineFixtures
{
    public static readonly Address Weth = Account(1);
    public static readonly Address Usdc = Account(2);
    public static readonly Address Dai = Account(3);

    public static TradingPolicy Policy { get; } = new()
    {
        ChainId = 31337,
        SlotLength = TimeSpan.FromSeconds(2),
        StartTokens = [Weth],
        MinProfitWei = Ether(1) / 10_000UL,
        MaxGasPriceWei = 100_000_000_000UL,
        MaxSlippageBasisPoints = 100,
        PriorityFeePerGasWei = 10_000_000UL,
        BidBasisPoints = 3_000,
        BidStepBasisPoints = 2_000,
        BidMaxBasisPoints = 9_000,
        BidCapWei = Ether(1),
        MaxPriceImpactBasisPoints = 2_000,
    };

    public static BlockStamp Block { get; } = new(
        31337, 100, Hash(100), Hash(99), 1_700_000_000, 1_000_000_000UL, 15_000_000, 30_000_000);

    public static UInt256 Ether(ulong whole) => (UInt256)whole * 1_000_000_000_000_000_000UL;

    public static Address Account(byte last)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        bytes.Clear();
        bytes[^1] = last;
        return new Address(bytes);
    }

    public static Hash256 Hash(byte last)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        bytes.Clear();
        bytes[^1] = last;
        return new Hash256(bytes);
    }

    public static ConstantProductPool Pool(byte id, Address token0, Address token1, UInt256 reserve0, UInt256 reserve1) =>
        new(new PoolInfo(Account(id), "dex", token0, token1, new FeePips(3_000)), reserve0, reserve1);

    /// <summary>A pair as snapshots have it.</summary>
    public static SnapshotPool Of(ConstantProductPool pool) => new(PoolListing.Of(pool.Info), pool);

    /// <summary>Two WETH/USDC pools whose prices differ by the given basis points, and a third, level pair against DAI.</summary>
    public static MarketSnapshot Market(ulong gapBasisPoints)
    {
        UInt256 usdc = 3_000_000_000_000UL;
        ImmutableArray<ConstantProductPool> pools =
        [
            Pool(11, Weth, Usdc, Ether(1_000), usdc),
            Pool(12, Weth, Usdc, Ether(1_000), usdc * (10_000 + gapBasisPoints) / 10_000),
            Pool(13, Weth, Dai, Ether(1_000), Ether(3_000_000)),
            Pool(14, Weth, Dai, Ether(1_000), Ether(3_000_000) * (10_000 + gapBasisPoints) / 10_000),
        ];
        return new MarketSnapshot(Block, [.. pools.Select(Of)], [new FlashLoanTerms(Weth, Ether(100_000), UInt256.Zero)]);
    }
}
