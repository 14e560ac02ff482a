using System.Globalization;
using System.Numerics;
using Arb.Cli.Markets;
using Arb.Domain;
using Spectre.Console;

namespace Arb.Cli.Search;

/// <summary>A search for people.</summary>
internal static class SearchTable
{
    private const int WholeNameMax = 14;
    private const int FractionDigitsMax = 8;

    public static void Write(IAnsiConsole console, string file, SearchOutcome outcome, int top, GasTerms gas)
    {
        console.MarkupLineInterpolated($"[bold]{file}[/]");
        PhaseTimes times = outcome.Elapsed;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Pools:N0} pools, {outcome.Tokens:N0} tokens; {outcome.Cycles:N0} cycles pay for a small amount. "
            + $"Load {times.Load.TotalMilliseconds:N1} ms, index {times.Index.TotalMilliseconds:N1} ms, "
            + $"search {times.Search.TotalMilliseconds:N1} ms, size {times.Size.TotalMilliseconds:N1} ms."));
        if (outcome.Opportunities.IsEmpty)
        {
            console.WriteLine("Nothing profits.");
        }
        else
        {
            console.Write(Table(outcome, top));
        }

        foreach ((string reason, long count) in outcome.Dropped)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Dropped, {reason}: {count:N0}"));
        }

        if (outcome.Opportunities.Length > top)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{outcome.Opportunities.Length - top:N0} more are not shown: --top shows more, --json has all."));
        }

        console.WriteLine(gas.PriceWei.IsZero
            ? "Own funds, no loan premium; gas left out, so that net is gross (--gas-price-gwei takes it off)."
            : "Own funds, no loan premium; net is gross less gas, valued in the start token.");
    }

    private static Table Table(SearchOutcome outcome, int top)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn("#").RightAligned());
        table.AddColumn("route: token (pool) token …");
        foreach (string column in (ReadOnlySpan<string>)["in", "out", "gross", "net"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        for (int i = 0; i < Math.Min(top, outcome.Opportunities.Length); i++)
        {
            Opportunity opportunity = outcome.Opportunities[i];
            table.AddRow(
                new Text((i + 1).ToString(CultureInfo.InvariantCulture)),
                new Text(Route(opportunity)),
                Amount(opportunity.AmountIn, opportunity.Start),
                Amount(opportunity.AmountOut, opportunity.Start),
                Amount(opportunity.GrossProfit, opportunity.Start),
                Amount(opportunity.NetProfit, opportunity.Start));
        }

        return table;
    }

    private static string Route(Opportunity opportunity)
    {
        RouteHop first = opportunity.Route[0];
        IEnumerable<string> hops = opportunity.Route.Select(h => $" ({Short(h.Pool.Name)}) {Name(h.Pool, h.IndexOut)}");
        return Name(first.Pool, first.IndexIn) + string.Concat(hops);
    }

    private static string Name(MarketPool pool, int token) => pool.Tokens[token].Symbol ?? Short(pool.TokenName(token));

    /// <summary>Both ends of a long name; the JSON has all of it.</summary>
    private static string Short(string name) => name.Length <= WholeNameMax ? name : $"{name[..6]}…{name[^4..]}";

    private static Text Amount(UInt256 raw, MarketToken token)
    {
        if (token.Decimals is not { } decimals)
        {
            return new Text(raw.ToString());
        }

        (BigInteger whole, BigInteger rest) = BigInteger.DivRem(raw, BigInteger.Pow(10, decimals));
        string fraction = rest.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0');
        string cut = fraction[..Math.Min(fraction.Length, FractionDigitsMax)].TrimEnd('0');
        string number = whole.ToString("#,0", CultureInfo.InvariantCulture);
        return new Text(decimals == 0 || cut.Length == 0 ? number : $"{number}.{cut}");
    }
}
