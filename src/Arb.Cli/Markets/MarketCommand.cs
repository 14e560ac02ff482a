using System.CommandLine;
using Spectre.Console;

namespace Arb.Cli.Markets;

/// <summary><c>arb market</c>: what a market file holds.</summary>
internal static class MarketCommand
{
    private const int TopDefault = 10;
    private const int RedirectedWidth = 160;

    public static Command Create()
    {
        Argument<FileInfo> file = new("file") { Description = "Market file: pools and quotes (JSON), or one of the CSV formats; gzipped or not." };
        Option<FileInfo?> json = new("--json")
        {
            Description = "Writes the summary as JSON: to a file, or to standard output in the place of the table.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<int> top = new("--top") { Description = "Tokens and pools to name.", DefaultValueFactory = _ => TopDefault };
        top.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--top is 0 or more.");
            }
        });
        Command command = new("market", "Summarises a market file: pools by protocol, tokens, liquidity.") { file, json, top };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!, parsed.GetResult(json) is { Implicit: false }, parsed.GetValue(json), parsed.GetValue(top)));
        return command;
    }

    private static int Run(FileInfo file, bool asJson, FileInfo? json, int top)
    {
        MarketSummary summary = MarketSummary.Of(MarketFile.Read(file.FullName), top);
        if (asJson)
        {
            JsonOutput.Write(json, writer => MarketJson.Write(writer, summary));
        }

        if (!asJson || json is not null)
        {
            if (Console.IsOutputRedirected)
            {
                // Nobody's window: addresses stay on one line.
                AnsiConsole.Console.Profile.Width = RedirectedWidth;
            }

            MarketTable.Write(AnsiConsole.Console, file.Name, summary);
        }

        return 0;
    }
}
