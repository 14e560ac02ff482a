using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Arb.Benchmarks.Numbers;

/// <summary><c>numbers</c>: UInt256 beside BigInteger in one run.</summary>
internal static class NumbersCommand
{
    private const double RatioAim = 10;

    public static Command Create()
    {
        Command command = new("numbers", "UInt256 beside BigInteger: add, multiply, mul-div, divide and their mix.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        // In process: the clone's own build settings (obj and bin per mode) need not be repeated for a generated project.
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithOptions(ConfigOptions.DisableLogFile);
        Summary summary = BenchmarkRunner.Run<NumberBenchmarks>(config);
        return Print(summary);
    }

    private static int Print(Summary summary)
    {
        Console.WriteLine();
        Console.WriteLine($"{NumberBenchmarks.Count} triples: {NumberBenchmarks.Operands}.");
        Console.WriteLine($"{NumberBenchmarks.Mix} is one of each per triple; per operation, the loop and the use of the result included.\n");
        Console.WriteLine("| operation | UInt256 ns | BigInteger ns | ratio | UInt256 bytes |");
        Console.WriteLine("|---|---|---|---|---|");
        bool holds = true;
        foreach (string operation in NumberBenchmarks.Operations)
        {
            (double ours, long allocated) = Of(summary, $"UInt256_{operation}");
            (double theirs, _) = Of(summary, $"BigInteger_{operation}");
            double ratio = theirs / ours;
            bool isMix = operation == NumberBenchmarks.Mix;
            holds &= allocated == 0 && (!isMix || ratio >= RatioAim);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {operation} | {ours:F2} | {theirs:F1} | {ratio:F1}x | {allocated} |"));
        }

        Console.WriteLine(holds
            ? $"numbers: the mix is at least {RatioAim}x BigInteger, and nothing is allocated."
            : $"numbers: MISSED: the mix must be at least {RatioAim}x BigInteger, and nothing allocated.");
        return holds ? 0 : 1;
    }

    private static (double Nanoseconds, long AllocatedBytes) Of(Summary summary, string method)
    {
        BenchmarkReport report = summary.Reports.Single(r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name == method);
        return (
            report.ResultStatistics?.Mean ?? throw new InvalidOperationException($"{method} gave no result."),
            report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
    }
}
