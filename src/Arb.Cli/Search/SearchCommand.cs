using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Arb.Cli.Markets;
using Arb.Cli.Markets.Formats;
using Arb.Domain;
using Arb.Search;
using Spectre.Console;

namespace Arb.Cli.Search;

/// <summary><c>arb search</c>: profitable cycles among a file's pools, offline, sized exactly.</summary>
internal static class SearchCommand
{
    private const int HopsMaxDefault = 4;
    private const int ShownDefault = 20;
    private const int GweiDecimals = 9;
    private const int RedirectedWidth = 200;

    // Beyond any price ever paid; products with gas stay far from 256 bits.
    private static readonly UInt256 GasPriceWeiMax = UInt256.One << 128;

    public static Command Create()
    {
        Option<FileInfo> market = new("--market") { Description = "Market file: pools as `arb quote` takes them, or a recorded CSV; gzipped or not.", Required = true };
        Option<string[]> start = new("--start")
        {
            Description = "Token that cycles start from, by id or unique symbol; may be repeated. WETH by default.",
            AllowMultipleArgumentsPerToken = false,
        };
        Option<int> hops = new("--max-hops") { Description = "Most hops of a cycle.", DefaultValueFactory = _ => HopsMaxDefault };
        hops.Validators.Add(OptionRules.WholeNumber(SearchTerms.HopsMin, SearchTerms.HopsLimit));
        Option<int?> top = new("--top") { Description = $"Best opportunities to list; {ShownDefault} in the table and all in the JSON by default." };
        top.Validators.Add(OptionRules.WholeNumber(1, int.MaxValue));
        Option<string> gasPrice = new("--gas-price-gwei")
        {
            Description = "Price of gas, base fee and tip, in gwei. By default 0: net profit is gross profit.",
            DefaultValueFactory = _ => "0",
        };
        gasPrice.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !TryGasPrice(result.Tokens[0].Value, out _))
            {
                result.AddError($"--gas-price-gwei must be a number of gwei, 0 or more, with at most {GweiDecimals} digits after the point, not '{result.Tokens[0].Value}'.");
            }
        });
        Option<FileInfo?> json = new("--json")
        {
            Description = "Writes the result as JSON: to a file, or to standard output in the place of the table.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        json.Validators.Add(OptionRules.Path);
        Option<string?> route = new("--route") { Description = "Sizes one cycle only: ids of its pools in order, separated by commas." };
        Command command = new("search", "Finds profitable cycles in a market file and sizes them exactly, offline.")
        {
            market, start, hops, top, gasPrice, json, route,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(market)!.FullName,
            new Request(
                parsed.GetValue(start) ?? [],
                parsed.GetValue(hops),
                parsed.GetValue(top),
                TryGasPrice(parsed.GetValue(gasPrice)!, out UInt256 priceWei) ? new GasTerms(priceWei) : default,
                parsed.GetValue(route)),
            parsed.GetResult(json) is { Implicit: false },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(string path, Request request, bool asJson, FileInfo? json)
    {
        if (json is not null)
        {
            OutputPaths.RequireWritable(json, "--json");
        }

        long started = Stopwatch.GetTimestamp();
        SearchMarket market = new(MarketFile.Read(path));
        SearchOutcome outcome = Search(market, path, request, Stopwatch.GetElapsedTime(started));
        if (asJson)
        {
            JsonOutput.Write(json, writer => SearchJson.Write(writer, outcome));
        }

        if (!asJson || json is not null)
        {
            if (Console.IsOutputRedirected)
            {
                // Nobody's window: routes stay on one line.
                AnsiConsole.Console.Profile.Width = RedirectedWidth;
            }

            SearchTable.Write(AnsiConsole.Console, Path.GetFileName(path), outcome, request.Top ?? ShownDefault, request.Gas);
        }

        return 0;
    }

    private static SearchOutcome Search(SearchMarket market, string path, Request request, TimeSpan load)
    {
        if (request.Route is { } route)
        {
            ImmutableArray<string> pools = [.. route.Split(',', StringSplitOptions.TrimEntries)];
            string? fault = pools.Length is < SearchTerms.HopsMin or > SearchTerms.HopsLimit || pools.Contains(string.Empty)
                ? $"expected {SearchTerms.HopsMin} to {SearchTerms.HopsLimit} ids of pools, separated by commas"
                : pools.Select(MarketToken.Normalise).Distinct().Count() < pools.Length
                    ? "a pool occurs twice; a cycle uses each once"
                    : null;
            return fault is null
                ? new RouteSearch(market, path, request.Gas).Run(pools, request.Start, load)
                : throw new MarketFileException($"--route '{route}': {fault}.");
        }

        ImmutableArray<Address> starts = StartTokens.Resolve(market, path, request.Start);
        return new MarketSearch(market, path, starts, request.Gas).Run(request.HopsMax, request.Top ?? int.MaxValue, load);
    }

    private static bool TryGasPrice(string gwei, out UInt256 wei) =>
        DecimalText.TryScaleExact(gwei, GweiDecimals, out wei) && wei <= GasPriceWeiMax;

    private sealed record Request(IReadOnlyList<string> Start, int HopsMax, int? Top, GasTerms Gas, string? Route);
}
