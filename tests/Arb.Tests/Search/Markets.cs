using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Tests.Markets;
using CsCheck;

namespace Arb.Tests.Search;

/// <summary>Random markets, small enough to enumerate or as large as real ones.</summary>
internal static class Markets
{
    private static readonly Gen<int> Fee = Gen.OneOf(0, 500, 2500, 3000, 10_000);

    public static readonly Address Start = Token(0);

    /// <summary>Up to 9 pools with few units among 5 tokens; some without liquidity.</summary>
    public static readonly Gen<MarketSnapshot> Small =
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 4], Gen.UInt[0, 300], Gen.UInt[1, 300], Fee).Array[2, 9].Select(rows => Snapshot(
            [.. rows.Select((row, i) => Pool(i, row.Item1, (row.Item1 + row.Item2) % 5, row.Item3, row.Item4, row.Item5))]));

    /// <summary>Premiums: none, 5 basis points, 9 basis points, 1%.</summary>
    public static readonly Gen<UInt256> Premium = Gen.OneOf<UInt256>(
        UInt256.Zero, 500_000_000_000_000, 900_000_000_000_000, 10_000_000_000_000_000);

    /// <summary>
    /// A cycle of two to four pools through tokens of 18, 8 and 6 decimals with reserves of real size, each pool's price up to 3% off.
    /// </summary>
    public static readonly Gen<(Route Route, Dictionary<Address, ConstantProductPool> Pools)> Realistic =
        from hops in Gen.Int[2, 4]
        from seeds in Gen.Select(Gen.Int[0, 2], Gen.Double[0, 3], Gen.Double[-0.03, 0.03], Fee).Array[hops]
        select MakeRealistic(seeds);

    public static Address Token(int number) => Pools.At(100 + number);

    public static ConstantProductPool Pool(int number, int tokenA, int tokenB, UInt256 reserveA, UInt256 reserveB, int feePips)
    {
        bool ordered = Token(tokenA) < Token(tokenB);
        PoolInfo info = new(
            Pools.At(1000 + ((number * 7919) % 1000)),
            "uniswap-v2",
            ordered ? Token(tokenA) : Token(tokenB),
            ordered ? Token(tokenB) : Token(tokenA),
            new FeePips(feePips));
        return ordered ? new ConstantProductPool(info, reserveA, reserveB) : new ConstantProductPool(info, reserveB, reserveA);
    }

    public static MarketSnapshot Snapshot(ImmutableArray<ConstantProductPool> pools) =>
        new(new BlockStamp(31337, 1, default, default, 0, UInt256.Zero, 0, 30_000_000), [.. pools.Select(Of)], []);

    /// <summary>A pair as snapshots have it.</summary>
    public static SnapshotPool Of(ConstantProductPool pool) => new(PoolListing.Of(pool.Info), pool);

    /// <summary>Pairs as the sizer takes them.</summary>
    public static Dictionary<PoolKey, IPoolModel> Models(this Dictionary<Address, ConstantProductPool> pairs) =>
        pairs.Values.ToDictionary(pair => new PoolKey(pair.Info.Address), IPoolModel (pair) => pair);

    public static Dictionary<Address, ConstantProductPool> ByAddress(MarketSnapshot snapshot) =>
        snapshot.Pools.Select(p => (ConstantProductPool)p.Model).ToDictionary(p => p.Info.Address);

    private static (Route Route, Dictionary<Address, ConstantProductPool> Pools) MakeRealistic(
        (int Kind, double Depth, double Shift, int Fee)[] seeds)
    {
        // Raw units that one ether is worth: an 18-decimals token at par, one of 8 decimals at 1/20, one of 6 decimals at 3000.
        double[] unitsPerEther = [1e18, 5e6, 3e9];
        double[] worth = [1e18, .. seeds.SkipLast(1).Select(s => unitsPerEther[s.Kind]), 1e18];
        List<Hop> hops = [];
        Dictionary<Address, ConstantProductPool> pools = [];
        for (int i = 0; i < seeds.Length; i++)
        {
            double ether = Math.Pow(10, 1 + seeds[i].Depth);
            int from = i;
            int to = (i + 1) % seeds.Length;
            ConstantProductPool pool = Pool(
                i,
                from,
                to,
                (UInt256)(BigInteger)(ether * worth[i]),
                (UInt256)(BigInteger)(ether * worth[i + 1] * (1 + seeds[i].Shift)),
                seeds[i].Fee);
            pools.Add(pool.Info.Address, pool);
            hops.Add(new Hop(PoolListing.Of(pool.Info), Token(from), Token(to)));
        }

        return (new Route([.. hops]), pools);
    }
}
