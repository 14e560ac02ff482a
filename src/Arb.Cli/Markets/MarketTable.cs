using System.Globalization;
using System.Numerics;
using Spectre.Console;

namespace Arb.Cli.Markets;

/// <summary>A market summary for people.</summary>
internal static class MarketTable
{
    public static void Write(IAnsiConsole console, string file, MarketSummary summary)
    {
        console.MarkupLineInterpolated($"[bold]{file}[/]: {summary.Format}");
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Pools:N0} pools, {summary.Modelled:N0} with an exact model; {summary.Tokens:N0} tokens in {summary.Pairs:N0} pairs, "
            + $"{summary.SharedPairs:N0} of them on more than one pool (at most {summary.PoolsOnOnePairMax:N0})."));
        if (summary.Quotes > 0)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Quotes:N0} quotes asked for."));
        }

        if (summary.Blocks is { } blocks)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Blocks {blocks.First} to {blocks.Last}."));
        }

        WriteProtocols(console, summary);
        WriteTokens(console, summary);
        WriteLiquidity(console, summary.Liquidity);
    }

    private static void WriteProtocols(IAnsiConsole console, MarketSummary summary)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("protocol", "pools", "exact models", "missing");
        foreach (ProtocolCount protocol in summary.Protocols)
        {
            table.AddRow(
                new Text(protocol.Protocol), Count(protocol.Pools), Count(protocol.Modelled), new Text(string.Join("; ", protocol.Missing)));
        }

        console.Write(table);
        if (summary.Fees.Length > 0)
        {
            IEnumerable<string> fees = summary.Fees.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.FeePips} × {f.Pools:N0}"));
            console.WriteLine($"Fees, pips × pools: {string.Join(", ", fees)}.");
        }
    }

    private static void WriteTokens(IAnsiConsole console, MarketSummary summary)
    {
        if (summary.BusiestTokens.IsEmpty)
        {
            return;
        }

        Table table = new Table().Border(TableBorder.Rounded).AddColumns("busiest tokens", "symbol", "pools", "held");
        foreach (TokenCount token in summary.BusiestTokens)
        {
            table.AddRow(
                new Text(token.Token.Id),
                new Text(token.Token.Symbol ?? string.Empty),
                Count(token.Pools),
                new Text(token.Held is { } held ? Amount(held, token.Token.Decimals) : "–"));
        }

        console.Write(table);
    }

    private static void WriteLiquidity(IAnsiConsole console, LiquidityFacts liquidity)
    {
        if (liquidity.Known > 0)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Balances are known of {liquidity.Known:N0} pools; {liquidity.Dry:N0} of them hold nothing of some token."));
        }

        if (liquidity.Concentrated > 0)
        {
            string ticks = liquidity.Ticks is { } all
                ? string.Create(CultureInfo.InvariantCulture, $"{all:N0} initialised ticks, at most {liquidity.TicksOfOneMax:N0} in one pool")
                : "no ticks in the file";
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{liquidity.Concentrated:N0} concentrated pools, {liquidity.OutOfRange:N0} without liquidity at their price; {ticks}."));
        }

        if (liquidity.Deepest.IsEmpty)
        {
            return;
        }

        Table table = new Table().Border(TableBorder.Rounded).AddColumns("deepest in the busiest token", "protocol", "holds");
        foreach (DeepPool deep in liquidity.Deepest)
        {
            table.AddRow(new Text(deep.Pool.Id), new Text(deep.Pool.Protocol), new Text(Amount(deep.Balance, deep.Token.Decimals)));
        }

        console.Write(table);
    }

    private static Text Count(int number) => new(number.ToString("N0", CultureInfo.InvariantCulture));

    /// <summary>Whole tokens, cut; raw units where the decimals are not known.</summary>
    private static string Amount(BigInteger raw, int? decimals) => decimals is { } digits
        ? (raw / BigInteger.Pow(10, digits)).ToString("N0", CultureInfo.InvariantCulture)
        : $"{raw.ToString(CultureInfo.InvariantCulture)} raw";
}
