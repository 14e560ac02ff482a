using Arb.Cli.Demo;
using Spectre.Console;

namespace Arb.Cli.Views;

/// <summary>The closing table.</summary>
internal static class ReportTable
{
    public static void Write(IAnsiConsole console, DemoReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title($"Demo with seed {report.Seed}").AddColumns("What", "Value");
        table.AddRow("blocks traded", $"{report.Blocks}");
        table.AddRow("pools", $"{report.Pools}");
        table.AddRow("candidates", $"{report.Candidates}");
        table.AddRow("opportunities", $"{report.Opportunities}");
        table.AddRow("bundles submitted", $"{report.Submitted}");
        table.AddRow("  included", $"{report.Included}");
        table.AddRow("  missed", $"{report.Missed}");
        table.AddRow("  reverted", $"{report.Details.Reverted}");
        table.AddRow("refused before submission", $"{report.Details.Refused}");
        table.AddRow("superseded, expired", $"{report.Details.Superseded}, {report.Details.Expired}");
        table.AddRow("gas used", $"{report.GasUsed}");
        table.AddRow("profit to the recipient", ProfitAndLoss.Ether(report.Details.ProfitWei));
        table.AddRow("gas paid", ProfitAndLoss.Ether(report.Details.GasCostWei));
        table.AddRow("net, recorded", $"{report.RecordedNetWei} wei");
        table.AddRow("net, on chain", $"{report.OnChainNetWei} wei");
        table.AddRow("block → submitted, p50", report.LatencyMs.P50 is { } p50 ? $"{p50} ms" : "–");
        table.AddRow("block → submitted, p95", report.LatencyMs.P95 is { } p95 ? $"{p95} ms" : "–");
        table.AddRow("reconciled", report.Reconciled ? "[green]yes[/]" : "[red]no[/]");
        console.Write(table);
        foreach (string problem in report.Details.Problems)
        {
            console.MarkupLineInterpolated($"[red]does not reconcile:[/] {problem}");
        }

        if (report.Included == 0)
        {
            console.MarkupLine("[red]no arbitrage landed[/]");
        }
    }
}
