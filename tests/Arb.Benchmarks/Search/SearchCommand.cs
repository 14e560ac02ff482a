using System.Collections.Immutable;
using System.CommandLine;
using Arb.Benchmarks.Search.Baselines;
using Arb.Benchmarks.Search.Markets;

namespace Arb.Benchmarks.Search;

/// <summary><c>search</c>: cycles found and sized beside the usual ways, on the same markets in one run.</summary>
internal static class SearchCommand
{
    public const string Name = "search";

    /// <summary>Asked for by <see cref="MemoryChild"/> only.</summary>
    public const string MemoryOption = "--memory-of";

    private const int HopsMax = 4;
    private const int SeedDefault = 1;

    public static Command Create()
    {
        Option<int> seed = new("--seed") { Description = "Of the generated markets and changes.", DefaultValueFactory = _ => SeedDefault };
        Option<bool> quick = new("--quick") { Description = "Without the largest market, and the slow methods on small markets only." };
        Option<FileInfo?> json = new("--json") { Description = "Writes the measurements to a file." };
        Option<DirectoryInfo?> plot = new("--plot") { Description = "Draws the charts into a folder." };
        Option<FileInfo?> from = new("--from") { Description = "Measures nothing: prints and draws what --json wrote." };
        Option<string?> memory = new(MemoryOption) { Hidden = true };
        Command command = new(Name, "Cycles found and sized beside Bellman-Ford, a grid, golden section and exhaustive sizing.")
        {
            seed, quick, json, plot, from, memory,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(memory) is { } market)
            {
                return MemoryChild.Run(market, parsed.GetValue(seed), HopsMax);
            }

            SearchResults results = parsed.GetValue(from) is { } file
                ? Reprint(SearchResults.Read(file.FullName))
                : Measure(parsed.GetValue(seed), parsed.GetValue(quick));
            bool holds = SearchReport.PrintAims(results);
            if (parsed.GetValue(json) is { } path)
            {
                results.Write(path.FullName);
            }

            if (parsed.GetValue(plot) is { } folder)
            {
                Console.WriteLine($"Drawn: {string.Join(", ", Charts.Write(results, folder.FullName))}");
            }

            return holds ? 0 : 1;
        });
        return command;
    }

    private static SearchResults Reprint(SearchResults results)
    {
        Array.ForEach([.. results.Markets], SearchReport.Print);
        return results;
    }

    private static SearchResults Measure(int seed, bool isQuick)
    {
        Console.WriteLine(
            $".NET {Environment.Version}, {Environment.ProcessorCount} cores, seed {seed}. Find and size: the fastest of several runs; "
            + $"index: once for a set of pools. Alone: the sum of what each cycle would earn by itself; captured: all traded on one market, "
            + "best first, sized anew where pools were traded before; the router searches anew after each of its trades, the others do not.");
        ImmutableArray<MarketResult>.Builder markets = ImmutableArray.CreateBuilder<MarketResult>();
        foreach (string name in SearchMarkets.Names(isQuick))
        {
            MarketResult result = Measure(name, seed, isQuick);
            SearchReport.Print(result);
            markets.Add(result);
        }

        return new SearchResults(seed, isQuick, Environment.Version.ToString(), Environment.ProcessorCount, markets.ToImmutable());
    }

    private static MarketResult Measure(string name, int seed, bool isQuick)
    {
        BenchMarket market = SearchMarkets.Load(name, seed);
        double[] weiPerUnit = EthPrices.Of(market);
        OurRun ours = new(market, weiPerUnit, HopsMax);
        BaselineRun baselines = new(market, weiPerUnit, HopsMax);
        MethodResult first = ours.Measure();
        return new MarketResult
        {
            Name = name,
            IsGenerated = SearchMarkets.IsGenerated(name),
            Pools = market.Pools.Length,
            Tokens = market.TokenCount,
            HopsMax = HopsMax,
            Degrees = DegreeFacts.Of(market),
            Methods =
            [
                first,
                baselines.Route(),
                .. baselines.Enumerate([
                    (new GridSizing(), int.MaxValue),
                    (new GoldenSection(), isQuick ? 10_000 : 100_000),
                    (new ExhaustiveSizing(), isQuick ? 3_000 : 20_000),
                ]),
            ],
            Update = market.Pools.Length < BlockDraw.Changed ? null : ours.Update(isQuick ? 100 : 500, seed),
            Memory = MemoryChild.Measure(name, seed),
        };
    }
}
