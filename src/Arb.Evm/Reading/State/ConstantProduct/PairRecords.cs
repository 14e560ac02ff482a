using Arb.Domain;

namespace Arb.Evm;

/// <summary>Uniswap V2 pairs: both reserves in one word.</summary>
internal static class PairRecords
{
    private static readonly UInt256 Mask112 = (UInt256.One << 112) - UInt256.One;

    public static UInt256 Request(PoolListing pool) =>
        (UInt256)(ulong)PoolFamily.UniswapV2 << 184 | LensStateReader.AsWord(pool.Key.Contract);

    public static ConstantProductState Read(PoolListing pool, PoolRecord record) =>
        new(pool.Key, record.Head & Mask112, record.Head >> 112 & Mask112);
}
