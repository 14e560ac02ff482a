using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary>The whole system in real processes.</summary>
public sealed class DemoTests
{
    // The promise is 5 s on an idle machine; tests share theirs.
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(15);

    private static readonly string[] Fields =
    [
        "seed", "blocks", "pools", "candidates", "opportunities", "submitted", "included", "missed", "failed",
        "gasUsed", "recordedNetWei", "onChainNetWei", "reconciled", "latencyMs",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7)]
    [InlineData(18_446_744_073_709_551_615)]
    public async Task A_demo_trades_reconciles_and_leaves_nothing_behind(ulong seed)
    {
        await TestTools.AllAsync();
        using TempFolder folder = new();
        string json = Path.Combine(folder.Path, "demo.json");
        using ArbProcess arb = ArbProcess.Start(
            ["demo", "--blocks", "10", "--block-time", "2", "--no-ui", "--json", json, "--seed", seed.ToString(CultureInfo.InvariantCulture)]);

        int code = await arb.ExitAsync(Cancellation);

        Assert.True(code == 0, arb.Output);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(json, Cancellation));
        JsonElement root = report.RootElement;
        Assert.Equal(seed, root.GetProperty("seed").GetUInt64());
        Assert.Equal(10, root.GetProperty("blocks").GetInt32());

        // Ten pairs, seven pools of Uniswap V3, three of V4 and three of Balancer; a slow machine tries the last tokens after the last block.
        Assert.InRange(root.GetProperty("pools").GetInt32(), 10, 23);
        Assert.True(root.GetProperty("included").GetInt32() > 0);
        Assert.True(root.GetProperty("submitted").GetInt32() >= root.GetProperty("included").GetInt32());
        Assert.True(root.GetProperty("reconciled").GetBoolean());
        BigInteger recorded = BigInteger.Parse(root.GetProperty("recordedNetWei").GetString()!, CultureInfo.InvariantCulture);
        Assert.True(recorded > 0);
        Assert.Equal(recorded.ToString(CultureInfo.InvariantCulture), root.GetProperty("onChainNetWei").GetString());
        Assert.True(root.GetProperty("latencyMs").GetProperty("p50").GetInt64() > 0);
        Assert.Equal(Fields, root.EnumerateObject().Select(p => p.Name));

        // The view follows the newest orchestrations, however many there were before.
        int shown = Regex.Matches(arb.Output, @"^bundle (0x\w{8}) done #\d+ \(Included", RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value).Distinct().Count();
        Assert.Equal(root.GetProperty("included").GetInt32(), shown);
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Fact]
    public async Task What_the_last_traded_block_offers_is_traded_too()
    {
        await TestTools.AllAsync();
        using ArbProcess arb = ArbProcess.Start(["demo", "--blocks", "1", "--block-time", "6", "--no-ui", "--seed", "5"]);

        int code = await arb.ExitAsync(Cancellation);

        Assert.True(code == 0, arb.Output);
        Assert.Matches(@"blocks traded\s+│ 1 ", arb.Output);
        Assert.Matches(@"  included\s+│ [1-9]", arb.Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ctrl_C_drains_and_reconciles(bool ignoredByTheStarter)
    {
        await TestTools.AllAsync();
        string[] arguments = ["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"];
        using ArbProcess arb = ignoredByTheStarter ? ArbProcess.StartWithoutInterrupt(arguments) : ArbProcess.Start(arguments);
        await arb.LineAsync("the first arbitrage landed", Cancellation);

        PosixSignals.InterruptGroup(arb.Pid);

        int code = await arb.ExitAsync(Cancellation);
        Assert.True(code == 0, arb.Output);
        Assert.Contains("draining", arb.Output, StringComparison.Ordinal);
        Assert.Matches(@"reconciled\s+│ yes", arb.Output);
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Theory]
    [InlineData("starting anvil")]
    [InlineData("starting the Functions app")]
    [InlineData("monitoring")]
    public async Task SIGKILL_of_the_CLI_at_any_moment_leaves_nothing(string moment)
    {
        await TestTools.AllAsync();
        using ArbProcess arb = ArbProcess.Start(["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"]);
        await arb.LineAsync(moment, Cancellation);
        string work = WorkFolder(arb);
        Assert.True(Directory.Exists(work), work);

        PosixSignals.Kill(arb.Pid);

        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
        Assert.False(Directory.Exists(work), $"{work}, which has keys in it, was left behind");
    }

    [Fact]
    public async Task SIGKILL_of_dotnet_run_leaves_nothing()
    {
        await TestTools.AllAsync();
        using ArbProcess run = ArbProcess.StartProject(["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"]);
        await run.LineAsync("monitoring", Cancellation);
        Assert.Contains(
            ProcessTable.Marked(run.Mark),
            p => p.Pid != run.Pid && p.CommandLine.Contains(" demo ", StringComparison.Ordinal));

        PosixSignals.Kill(run.Pid);

        Assert.Empty(await ProcessTable.LeftAfterAsync(run.Mark, Gone, Cancellation));
    }

    [Fact]
    public async Task SIGKILL_of_the_app_ends_the_demo_with_one_message_and_leaves_nothing()
    {
        await TestTools.AllAsync();
        using ArbProcess arb = ArbProcess.Start(["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"]);
        await arb.LineAsync("monitoring", Cancellation);

        PosixSignals.Kill(Pid(arb, "ArbFunctions.dll"));

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Equal("arb: The Functions app was killed (signal 9). Run again.", OneMessage(arb));
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Theory]
    [InlineData("Arb.Devnet.dll", "arb: The devnet was killed (signal 9). Run again.")]
    [InlineData("/anvil ", "arb: The devnet ended: anvil was killed (signal 9). Run again.")]
    [InlineData("azurite.js", "arb: The devnet ended: Azurite was killed (signal 9). Run again.")]
    public async Task Death_of_a_part_ends_the_demo_with_one_message_and_leaves_nothing(string part, string message)
    {
        await TestTools.AllAsync();
        using ArbProcess arb = ArbProcess.Start(["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"]);
        await arb.LineAsync("monitoring", Cancellation);

        PosixSignals.Kill(Pid(arb, part));

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Equal(message, OneMessage(arb));
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Theory]
    [InlineData("--blocks must be a whole number from 1 to 100000, not '0'.", "--blocks", "0")]
    [InlineData("--blocks must be a whole number from 1 to 100000, not 'x'.", "--blocks", "x")]
    [InlineData("--block-time must be a whole number from 1 to 60, not '61'.", "--block-time", "61")]
    [InlineData("--app-port must be a whole number from 1 to 65535, not '70000'.", "--app-port", "70000")]
    [InlineData("--seed must be a whole number from 0 to 18446744073709551615, not '-1'.", "--seed", "-1")]
    [InlineData("--json: '/no/such/folder/demo.json' cannot be used", "--json", "/no/such/folder/demo.json")]
    [InlineData("--json: '/' cannot be used", "--json", "/")]
    [InlineData("--json must be a path", "--json", "")]
    [InlineData("--logs: '/dev/null' cannot be used", "--logs", "/dev/null")]
    [InlineData("--logs must be a path", "--logs", " ")]
    [InlineData("--hostile: 'rain' is none of rivals, late, empty, missed, reorgs, lagging, lying, all.", "--hostile", "late,rain")]
    [InlineData("--colour", "--colour", "red")]
    public async Task A_bad_option_is_named_and_nothing_starts(string message, string option, string value)
    {
        using ArbProcess arb = ArbProcess.Start(["demo", option, value]);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.StartsWith($"arb: {(message.StartsWith("--colour", StringComparison.Ordinal) ? "Unrecognized" : message)}", OneMessage(arb), StringComparison.Ordinal);
        Assert.Contains(message, arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("starting", arb.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_none_is_named()
    {
        using ArbProcess arb = ArbProcess.Start(["dmeo"]);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Equal("arb: Unrecognized command or argument 'dmeo'. See 'arb --help'.", OneMessage(arb));
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using ArbProcess arb = ArbProcess.Start(["demo", "--app-port", port]);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Contains($"Port {port}", OneMessage(arb), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_node_is_named_with_the_remedy()
    {
        using TempFolder empty = new();
        using ArbProcess arb = ArbProcess.Start(["demo"], path: empty.Path);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Contains("Node.js 20", OneMessage(arb), StringComparison.Ordinal);
    }

    /// <summary>The only complaint in the output, to the end of its line; no stack trace and no page of help comes with it.</summary>
    private static string OneMessage(ArbProcess arb)
    {
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", arb.Output, StringComparison.Ordinal);
        return Assert.Single(arb.Output.Split('\n'), line => line.StartsWith("arb: ", StringComparison.Ordinal));
    }

    private static string WorkFolder(ArbProcess arb)
    {
        string devnet = ProcessTable.Marked(arb.Mark)
            .First(p => p.CommandLine.Contains(" --work ", StringComparison.Ordinal)).CommandLine;
        return devnet[(devnet.IndexOf(" --work ", StringComparison.Ordinal) + 8)..].Trim();
    }

    private static int Pid(ArbProcess arb, string command) =>
        ProcessTable.Marked(arb.Mark)
            .Single(p => p.CommandLine.Contains(command, StringComparison.Ordinal) && !p.CommandLine.Contains("watcher", StringComparison.Ordinal))
            .Pid;
}
