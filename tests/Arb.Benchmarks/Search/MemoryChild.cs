using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Arb.Benchmarks.Search.Markets;

namespace Arb.Benchmarks.Search;

/// <summary>Memory is measured in a process that does nothing but read one market, search it and size what it finds.</summary>
internal static class MemoryChild
{
    private const double MiB = 1 << 20;

    /// <summary>In the child: measures itself and prints the result.</summary>
    public static int Run(string market, int seed, int hopsMax)
    {
        BenchMarket read = SearchMarkets.Load(market, seed);
        OurRun run = new(read, [], hopsMax);
        double pools = GC.GetTotalMemory(forceFullCollection: true) / MiB;
        run.RunOnce();
        double search = (GC.GetTotalMemory(forceFullCollection: true) / MiB) - pools;
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new MemoryResult(self.PeakWorkingSet64 / MiB, pools, search)));
        GC.KeepAlive(run);
        GC.KeepAlive(read);
        return 0;
    }

    /// <summary>Starts the child and reads its result.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static MemoryResult Measure(string market, int seed)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown.");
        ProcessStartInfo start = new(self) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Arb.Benchmarks.dll"));
        }

        foreach (string argument in (ReadOnlySpan<string>)[SearchCommand.Name, SearchCommand.MemoryOption, market, "--seed", seed.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 && JsonSerializer.Deserialize<MemoryResult>(output) is { } result
            ? result
            : throw new InvalidOperationException($"The process that measures memory ended with {child.ExitCode}.");
    }
}
