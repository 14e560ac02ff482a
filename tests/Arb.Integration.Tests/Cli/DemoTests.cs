using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text.Json;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary>The whole system in real processes.</summary>
public sealed class DemoTests
{
    // The promise is 5 s on an idle machine; tests share theirs.
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(15);

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
            ["demo", "--blocks", "8", "--block-time", "2", "--no-ui", "--json", json, "--seed", seed.ToString(CultureInfo.InvariantCulture)]);

        int code = await arb.ExitAsync(Cancellation);

        Assert.True(code == 0, arb.Output);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(json, Cancellation));
        JsonElement root = report.RootElement;
        Assert.Equal(seed, root.GetProperty("seed").GetUInt64());
        Assert.Equal(8, root.GetProperty("blocks").GetInt32());
        Assert.Equal(10, root.GetProperty("pools").GetInt32());
        Assert.True(root.GetProperty("included").GetInt32() > 0);
        Assert.True(root.GetProperty("submitted").GetInt32() >= root.GetProperty("included").GetInt32());
        Assert.True(root.GetProperty("reconciled").GetBoolean());
        BigInteger recorded = BigInteger.Parse(root.GetProperty("recordedNetWei").GetString()!, CultureInfo.InvariantCulture);
        Assert.True(recorded > 0);
        Assert.Equal(recorded.ToString(CultureInfo.InvariantCulture), root.GetProperty("onChainNetWei").GetString());
        Assert.True(root.GetProperty("latencyMs").GetProperty("p50").GetInt64() > 0);
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Fact]
    public async Task Ctrl_C_drains_and_reconciles()
    {
        await TestTools.AllAsync();
        using ArbProcess arb = ArbProcess.Start(["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"]);
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

        PosixSignals.Kill(arb.Pid);

        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
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
        Assert.Contains("The Functions app ended", arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Fact]
    public async Task Death_of_the_chain_ends_the_demo_with_one_message_and_leaves_nothing()
    {
        await TestTools.AllAsync();
        using ArbProcess arb = ArbProcess.Start(["demo", "--blocks", "1000", "--block-time", "2", "--no-ui"]);
        await arb.LineAsync("monitoring", Cancellation);

        PosixSignals.Kill(Pid(arb, "/anvil "));

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Contains("arb: ", arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }

    [Theory]
    [InlineData("--blocks must be a whole number from 1 to 100000, not '0'.", "--blocks", "0")]
    [InlineData("--blocks must be a whole number from 1 to 100000, not 'x'.", "--blocks", "x")]
    [InlineData("--block-time must be a whole number from 1 to 60, not '61'.", "--block-time", "61")]
    [InlineData("--app-port must be a whole number from 1 to 65535, not '70000'.", "--app-port", "70000")]
    [InlineData("--seed", "--seed", "-1")]
    [InlineData("does not exist", "--json", "/no/such/folder/demo.json")]
    [InlineData("--colour", "--colour", "red")]
    public async Task A_bad_option_is_named_and_nothing_starts(string message, string option, string value)
    {
        using ArbProcess arb = ArbProcess.Start(["demo", option, value]);

        Assert.NotEqual(0, await arb.ExitAsync(Cancellation));
        Assert.Contains(message, arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using ArbProcess arb = ArbProcess.Start(["demo", "--app-port", port]);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Contains(port, arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_node_is_named_with_the_remedy()
    {
        using TempFolder empty = new();
        using ArbProcess arb = ArbProcess.Start(["demo"], path: empty.Path);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));
        Assert.Contains("Node.js 20", arb.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
    }

    private static int Pid(ArbProcess arb, string command) =>
        ProcessTable.Marked(arb.Mark)
            .Single(p => p.CommandLine.Contains(command, StringComparison.Ordinal) && !p.CommandLine.Contains("watcher", StringComparison.Ordinal))
            .Pid;
}
