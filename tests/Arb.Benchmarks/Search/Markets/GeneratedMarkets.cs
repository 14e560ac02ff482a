using System.Collections.Immutable;
using System.Globalization;

namespace Arb.Benchmarks.Search.Markets;

/// <summary>Markets drawn by a seed: the same seed gives the same market.</summary>
internal static class GeneratedMarkets
{
    /// <summary>Mixed families on tokens that attach by <see cref="DegreeLaw"/>.</summary>
    public static BenchMarket Mixed(int pools, int seed)
    {
        Random random = new(seed);
        List<(int Token0, int Token1)> pairs = new DegreeLaw().Draw(pools, random);
        int tokens = pairs.Max(p => Math.Max(p.Token0, p.Token1)) + 1;
        PoolDraw draw = new(random, tokens);
        return new BenchMarket
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"generated {pools:N0}"),
            TokenCount = tokens,
            Pools = [.. pairs.Select(p => draw.Any(p.Token0, p.Token1))],
            Starts = [.. Enumerable.Range(0, DegreeLaw.Hubs)],
        };
    }

    /// <summary>Recorded tokens, protocols and fees with drawn states.</summary>
    public static BenchMarket Seeded(string name, TopologyFile topology, int seed)
    {
        PoolDraw draw = new(new Random(seed), topology.TokenCount);
        ImmutableArray<BenchPool>.Builder pools = ImmutableArray.CreateBuilder<BenchPool>(topology.Pools.Length);
        foreach (TopologyPool pool in topology.Pools)
        {
            pools.Add(pool.IsV3
                ? draw.Concentrated(pool.Token0, pool.Token1, pool.FeePips, isV4: false)
                : draw.Pair(pool.Token0, pool.Token1, pool.FeePips));
        }

        return new BenchMarket
        {
            Name = name,
            TokenCount = topology.TokenCount,
            Pools = pools.MoveToImmutable(),
            Starts = [.. Enumerable.Range(0, DegreeLaw.Hubs)],
        };
    }
}
