using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Arb.Cli.Markets;

namespace Arb.Cli.Quotes;

/// <summary><c>arb quote</c>: exact amounts out of a file's pools, offline.</summary>
internal static class QuoteCommand
{
    public static Command Create()
    {
        Option<FileInfo> input = new("--input") { Description = "File with pools and quotes (JSON, gzipped or not).", Required = true };
        Option<FileInfo?> json = new("--json") { Description = "File for the answers; standard output by default." };
        Command command = new("quote", "Quotes swaps exactly, offline: what the pools of a file pay, or why they refuse.") { input, json };
        command.SetAction(parsed => Run(parsed.GetValue(input)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(FileInfo input, FileInfo? json)
    {
        MarketFile file = MarketFile.Read(input.FullName);
        if (file.Quotes is null)
        {
            throw new MarketFileException(
                $"{input.FullName}: {file.Format} asks for no quotes; expected {{\"pools\":[…],\"quotes\":[…]}}. `arb market` summarises it.");
        }

        ImmutableArray<QuoteAnswer> answers = QuoteAnswer.All(file);
        JsonOutput.Write(json, writer => Write(writer, answers));
        return 0;
    }

    /// <summary>Both names always, so that a reader need not ask whether one is there.</summary>
    private static void Write(Utf8JsonWriter writer, ImmutableArray<QuoteAnswer> answers)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("quotes");
        foreach (QuoteAnswer answer in answers)
        {
            writer.WriteStartObject();
            if (answer.Error is null)
            {
                writer.WriteString("amountOut", answer.AmountOut.ToString());
                writer.WriteNull("error");
            }
            else
            {
                writer.WriteNull("amountOut");
                writer.WriteString("error", answer.Error);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
