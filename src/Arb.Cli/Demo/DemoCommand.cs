using System.CommandLine;
using System.Runtime.InteropServices;
using Arb.Cli.Views;
using Arb.Devnet.Hosting;
using Arb.Devnet.Processes;
using Spectre.Console;

namespace Arb.Cli.Demo;

/// <summary><c>arb demo</c>: a real local chain, and the Functions app trading on it.</summary>
internal static class DemoCommand
{
    public static Command Create(TimeProvider time)
    {
        Option<int> blocks = new("--blocks") { Description = "Blocks to trade.", DefaultValueFactory = _ => 30 };
        blocks.Validators.Add(OptionRules.WholeNumber(1, 100_000));
        Option<int> blockTime = new("--block-time") { Description = "Seconds between blocks.", DefaultValueFactory = _ => 2 };
        blockTime.Validators.Add(OptionRules.WholeNumber(1, 60));
        Option<ulong> seed = new("--seed") { Description = "Seed of the devnet's traders.", DefaultValueFactory = _ => 1 };
        seed.Validators.Add(OptionRules.WholeNumber(0, ulong.MaxValue));
        Option<int?> appPort = new("--app-port") { Description = "Port of the Functions app; a free one by default." };
        appPort.Validators.Add(OptionRules.WholeNumber(1, 65_535));
        Option<FileInfo?> json = new("--json") { Description = "Writes the result to this file." };
        json.Validators.Add(OptionRules.Path);
        Option<DirectoryInfo?> logs = new("--logs") { Description = "Writes the output of the app and of the devnet into this folder." };
        logs.Validators.Add(OptionRules.Path);
        Option<bool> noUi = new("--no-ui") { Description = "Prints plain lines instead of the live view." };
        Option<string?> hostile = new("--hostile")
        {
            Description = $"Makes the devnet hostile: {DevnetHostilities.Names}, with commas between them.",
        };
        hostile.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } names && DevnetHostilities.FindUnknown(names) is { } unknown)
            {
                result.AddError($"--hostile: '{unknown}' is none of {DevnetHostilities.Names}.");
            }
        });
        Command command = new("demo", "Sets everything up, trades on a real local chain and proves the books.")
        {
            blocks, blockTime, seed, appPort, json, logs, noUi, hostile,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            DemoOptions options = new(
                parsed.GetValue(blocks),
                TimeSpan.FromSeconds(parsed.GetValue(blockTime)),
                parsed.GetValue(seed),
                parsed.GetValue(appPort),
                parsed.GetValue(json),
                parsed.GetValue(logs),
                Live: !parsed.GetValue(noUi) && AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected,
                parsed.GetValue(hostile));
            return await RunAsync(options, time);
        });
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, TimeProvider time)
    {
        if (options.AppPort is { } port)
        {
            FreePort.RequireFree(port, "the Functions app");
        }

        if (options.Json is { } wanted)
        {
            OutputPaths.RequireWritable(wanted, "--json");
        }

        if (options.Logs is { } folder)
        {
            OutputPaths.Create(folder, "--logs");
        }

        await using ParentWatch parent = ParentWatch.Start(time);
        using CancellationTokenSource drain = new();
        using CancellationTokenSource abort = CancellationTokenSource.CreateLinkedTokenSource(parent.ParentGone);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => End(c, drain, abort));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => End(c, drain, abort));
        DemoReport report;
        await using (IDemoView view = options.Live ? new LiveView(AnsiConsole.Console, time) : new PlainView(Console.Out))
        {
            report = await new DemoRun(options, view, time).RunAsync(drain.Token, abort.Token);
        }

        ReportTable.Write(AnsiConsole.Console, report);
        if (options.Json is { } file)
        {
            OutputPaths.Write(file, "--json", report.ToJson());
        }

        return report.Succeeded ? 0 : 1;
    }

    /// <summary>The first signal drains and reconciles, the second ends at once.</summary>
    private static void End(PosixSignalContext context, CancellationTokenSource drain, CancellationTokenSource abort)
    {
        context.Cancel = true;
        (drain.IsCancellationRequested ? abort : drain).Cancel();
    }
}
