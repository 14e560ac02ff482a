using Arb.Benchmarks.Search.Markets;

namespace Arb.Benchmarks.Search;

/// <summary>The markets that are measured, by name.</summary>
internal static class SearchMarkets
{
    public const string Pairs = "recorded pairs 2020";
    public const string Topology = "recorded topology";

    private const string GeneratedPrefix = "generated ";

    /// <summary>Sizes of the generated series; the last only in a full run.</summary>
    private static readonly int[] Sizes = [100, 1_000, 10_000, 100_000];

    public static IEnumerable<string> Names(bool isQuick) =>
        [.. Sizes.Take(isQuick ? Sizes.Length - 1 : Sizes.Length).Select(GeneratedName), Pairs, Topology];

    public static bool IsGenerated(string name) => name.StartsWith(GeneratedPrefix, StringComparison.Ordinal);

    /// <exception cref="ArgumentException">There is no such market.</exception>
    public static BenchMarket Load(string name, int seed) => name switch
    {
        Pairs => RecordedMarkets.Pairs() with { Name = name },
        Topology => GeneratedMarkets.Seeded(name, RecordedMarkets.Topology(), seed),
        _ when Array.Find(Sizes, size => GeneratedName(size) == name) is > 0 and int pools =>
            GeneratedMarkets.Mixed(pools, seed) with { Name = name },
        _ => throw new ArgumentException($"No market '{name}'; there are {string.Join(", ", Names(isQuick: false))}.", nameof(name)),
    };

    private static string GeneratedName(int pools) => $"{GeneratedPrefix}{pools.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
