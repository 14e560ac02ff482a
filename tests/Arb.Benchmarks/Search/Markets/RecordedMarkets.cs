using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Markets;

/// <summary>One recorded pool without its state.</summary>
internal readonly record struct TopologyPool(bool IsV3, int Token0, int Token1, int FeePips);

/// <summary>Recorded pools without their states; token 0 is WETH, 1 to 3 are USDT, USDC and DAI.</summary>
internal sealed record TopologyFile(int TokenCount, ImmutableArray<TopologyPool> Pools);

/// <summary>Reads the recorded markets (their origin: <c>data/SOURCES.md</c>).</summary>
internal static class RecordedMarkets
{
    private const int PairFeePips = 3000;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>10,704 Uniswap V2 pairs with the reserves they had in October 2020.</summary>
    public static BenchMarket Pairs()
    {
        int tokens = 0;
        ImmutableArray<BenchPool>.Builder pools = ImmutableArray.CreateBuilder<BenchPool>();
        foreach (string[] row in Rows("pairs-2020.csv.gz"))
        {
            int token0 = Number(row[0]);
            int token1 = Number(row[1]);
            ImmutableArray<UInt256> reserves = [UInt256.Parse(row[2]), UInt256.Parse(row[3])];
            PoolInfo info = new(Address.Zero, "uniswap-v2", Address.Zero, Address.Zero, new FeePips(PairFeePips));
            pools.Add(new BenchPool(
                "uniswap-v2", [token0, token1], new ConstantProductPool(info, reserves[0], reserves[1]), reserves));
            tokens = Math.Max(tokens, Math.Max(token0, token1) + 1);
        }

        return new BenchMarket
        {
            Name = "recorded pairs 2020",
            TokenCount = tokens,
            Pools = pools.ToImmutable(),
            Starts = [.. Enumerable.Range(0, DegreeLaw.Hubs)],
        };
    }

    /// <summary>70,904 Uniswap V2 and V3 pools: tokens and fees only.</summary>
    public static TopologyFile Topology()
    {
        int tokens = 0;
        ImmutableArray<TopologyPool>.Builder pools = ImmutableArray.CreateBuilder<TopologyPool>();
        foreach (string[] row in Rows("factory-topology.csv.gz"))
        {
            TopologyPool pool = new(row[0] == "uniswap_v3", Number(row[1]), Number(row[2]), Number(row[3]));
            pools.Add(pool);
            tokens = Math.Max(tokens, Math.Max(pool.Token0, pool.Token1) + 1);
        }

        return new TopologyFile(tokens, pools.ToImmutable());
    }

    private static IEnumerable<string[]> Rows(string file)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Path.Combine(Folder, file)), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            yield return line.Split(',');
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
