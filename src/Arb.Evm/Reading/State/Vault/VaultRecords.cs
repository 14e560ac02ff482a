using Arb.Domain;

namespace Arb.Evm;

/// <summary>Balancer V2 pools: balances, swap fee and, for stable ones, amplification with a flag for a running ramp.</summary>
internal static class VaultRecords
{
    public static UInt256 Request(PoolListing pool) =>
        (UInt256)(ulong)pool.Family << 184 | LensStateReader.AsWord(pool.Vault);

    public static BalancerState Read(PoolListing pool, PoolRecord record)
    {
        int count = (int)((ulong)record.Head & 0xff);
        UInt256 amplification = pool.Family == PoolFamily.BalancerStable ? record.Words[count + 1] : UInt256.Zero;
        return new BalancerState(
            pool.Key,
            pool.Vault,
            pool.Tokens,
            [.. record.Words.Take(count)],
            record.Words[count],
            amplification >> 1,
            ((ulong)amplification & 1) != 0);
    }
}
