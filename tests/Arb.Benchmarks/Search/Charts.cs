using System.Collections.Immutable;
using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Arb.Benchmarks.Search;

/// <summary>Draws a run: time over the size of the market, and what each method earns of what there is.</summary>
internal static class Charts
{
    private const int Width = 900;
    private const int Height = 520;

    private static readonly ScottPlot.Palettes.Category10 Palette = new();

    /// <summary>Writes <c>search-scaling.png</c> and <c>search-captured.png</c>.</summary>
    public static ImmutableArray<string> Write(SearchResults results, string folder)
    {
        Directory.CreateDirectory(folder);
        string scaling = Path.Combine(folder, "search-scaling.png");
        string captured = Path.Combine(folder, "search-captured.png");
        using (Plot plot = Scaling(results))
        {
            plot.SavePng(scaling, Width, Height);
        }

        using (Plot plot = Captured(results))
        {
            plot.SavePng(captured, Width, Height);
        }

        return [scaling, captured];
    }

    private static Plot Scaling(SearchResults results)
    {
        Plot plot = new();
        MarketResult[] markets = [.. results.Markets.Where(m => m.IsGenerated).OrderBy(m => m.Pools)];
        foreach (string method in Methods(results))
        {
            MarketResult[] measured = [.. markets.Where(m => m.Of(method) is not null)];
            if (measured.Length == 0)
            {
                continue;
            }

            Scatter line = plot.Add.Scatter(
                measured.Select(m => Math.Log10(m.Pools)).ToArray(),
                measured.Select(m => Math.Log10(m.Of(method)!.TotalMs)).ToArray());
            line.LegendText = method;
            line.LineWidth = method == SearchMethods.Ours ? 3 : 2;
            line.MarkerSize = 8;
            line.Color = ColorOf(method);
        }

        plot.Title($"Find and size every cycle of up to {markets.Select(m => m.HopsMax).FirstOrDefault()} hops");
        plot.XLabel("pools");
        plot.YLabel("milliseconds");
        plot.Axes.Bottom.TickGenerator = Powers(0, 7);
        plot.Axes.Left.TickGenerator = Powers(-3, 6);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static Plot Captured(SearchResults results)
    {
        Plot plot = new();
        MarketResult[] markets = [.. results.Markets.Where(m => m.CapturedBest > 0)];
        string[] methods = [.. Methods(results)];
        double width = 0.8 / methods.Length;
        for (int i = 0; i < methods.Length; i++)
        {
            List<Bar> bars = [];
            for (int at = 0; at < markets.Length; at++)
            {
                if (markets[at].Of(methods[i]) is { } result)
                {
                    bars.Add(new Bar
                    {
                        Position = at + ((i - ((methods.Length - 1) / 2.0)) * width),
                        Value = 100 * result.CapturedEth / markets[at].CapturedBest,
                        Size = width * 0.9,
                        FillColor = ColorOf(methods[i]),
                        LineWidth = 0,
                    });
                }
            }

            plot.Add.Bars(bars).LegendText = methods[i];
        }

        plot.Title("Profit when everything found is traded, best first");
        plot.YLabel("% of the most any method earned");
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. Enumerable.Range(0, markets.Length).Select(i => (double)i)], [.. markets.Select(m => Label(m))]);
        plot.Axes.SetLimits(-0.6, markets.Length - 0.4, 0, 160);
        plot.Axes.Left.TickGenerator = new NumericManual([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"]);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static IEnumerable<string> Methods(SearchResults results) =>
        SearchMethods.All.Where(name => results.Markets.Any(m => m.Of(name) is not null));

    private static Color ColorOf(string method) =>
        Palette.GetColor(Math.Max(SearchMethods.All.IndexOf(method), 0));

    private static string Label(MarketResult market) =>
        string.Create(CultureInfo.InvariantCulture, $"{(market.IsGenerated ? "generated" : market.Name)}\n{market.Pools:N0} pools");

    private static NumericManual Powers(int from, int to)
    {
        NumericManual ticks = new();
        for (int power = from; power <= to; power++)
        {
            ticks.AddMajor(power, Math.Pow(10, power).ToString("#,0.###", CultureInfo.InvariantCulture));
            for (int step = 2; step < 10; step++)
            {
                ticks.AddMinor(power + Math.Log10(step));
            }
        }

        return ticks;
    }
}
