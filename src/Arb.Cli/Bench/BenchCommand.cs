using System.CommandLine;
using Arb.Cli.App;
using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;

namespace Arb.Cli.Bench;

/// <summary>
/// <c>arb bench</c>: the search benchmark, built with optimisation and run as a process of its own, so that nothing else shares its heap.
/// </summary>
internal static class BenchCommand
{
    private const string Project = "Arb.Benchmarks";

    public static Command Create()
    {
        Option<DirectoryInfo?> plot = new("--plot") { Description = "Draws time over market size and profit captured as PNG into a folder." };
        Option<bool> quick = new("--quick") { Description = "Smaller markets and fewer methods: well under a minute on an idle machine." };
        Option<ulong?> seed = new("--seed") { Description = "Seed of the generated markets." };
        seed.Validators.Add(OptionRules.WholeNumber(0, int.MaxValue));
        Option<FileInfo?> json = new("--json") { Description = "Writes the measurements to a file." };
        Option<FileInfo?> from = new("--from") { Description = "Measures nothing: prints and draws what --json wrote." };
        foreach (Option path in (Option[])[plot, json, from])
        {
            path.Validators.Add(OptionRules.Path);
        }

        Command command = new("bench", "Measures the search beside the usual methods; draws charts with --plot.") { plot, quick, seed, json, from };
        command.SetAction((parsed, cancellation) =>
        {
            List<string> arguments = ["search"];
            if (parsed.GetValue(plot) is { } folder)
            {
                OutputPaths.Create(folder, "--plot");
                arguments.AddRange(["--plot", folder.FullName]);
            }

            if (parsed.GetValue(json) is { } file)
            {
                OutputPaths.RequireWritable(file, "--json");
                arguments.AddRange(["--json", file.FullName]);
            }

            if (parsed.GetValue(from) is { } results)
            {
                arguments.AddRange(["--from", Existing(results).FullName]);
            }

            if (parsed.GetValue(seed) is { } number)
            {
                arguments.AddRange(["--seed", number.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            }

            if (parsed.GetValue(quick))
            {
                arguments.Add("--quick");
            }

            return RunAsync(arguments, cancellation);
        });
        return command;
    }

    private static FileInfo Existing(FileInfo file) => file.Exists
        ? file
        : throw new DevnetException($"--from: '{file.FullName}' does not exist. Name a file that --json wrote.");

    private static async Task<int> RunAsync(List<string> arguments, CancellationToken cancellation)
    {
        string project = Path.Combine(RepositoryRoot.Find(), "tests", Project);
        if (!Directory.Exists(project))
        {
            throw new DevnetException($"{project} is missing: the benchmark is part of a whole clone.");
        }

        await using ChildProcess child = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "the benchmark",
                FileName = Executables.DotNet,
                Arguments = ["run", "--configuration", "Release", "--project", project, "--", .. arguments],

                // Build servers that stay would share the cores with what is measured.
                Environment = new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
                OnLine = static line => (line.IsError ? Console.Error : Console.Out).WriteLine(line.Text),
            },
            cancellation);
        return await child.Exited.WaitAsync(cancellation);
    }
}
