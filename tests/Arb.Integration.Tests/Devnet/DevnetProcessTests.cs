using System.Net;
using System.Net.Http.Json;
using Arb.Devnet.Hosting;
using Arb.Domain;
using Arb.Evm;
using Arb.Integration.Tests.Evm;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>The devnet as the process that the CLI starts.</summary>
public sealed class DevnetProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_trades_as_many_blocks_as_told_and_ends_with_its_stdin_leaving_nothing()
    {
        using TempFolder work = new();
        await using RunningDevnet devnet =
            await RunningDevnet.StartAsync(Cancellation, "--block-time", "2", "--seed", "5", "--work", work.Path);
        DevnetReady ready = await devnet.NextAsync<DevnetReady>(Cancellation);
        Assert.Equal(31337UL, ready.ChainId);
        Assert.Equal(2, ready.BlockTimeSeconds);
        Assert.Equal(
            ready.Operators,
            File.ReadLines(ready.OperatorKeyFile).Select(key => Secp256k1Key.Parse(key).Address.ToString()));
        Assert.Single(File.ReadLines(ready.BundleRelayAuthKeyFile));

        using HttpClient http = new() { BaseAddress = new Uri(ready.ControlUrl) };
        DevnetBlock block = await devnet.NextAsync<DevnetBlock>(Cancellation);
        Assert.Equal(0, block.Trades);
        using HttpResponseMessage refused = await http.PostAsync("devnet/trade?blocks=none", null, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("'none'", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using HttpResponseMessage accepted = await http.PostAsync("devnet/trade?blocks=5", null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);

        // A busy machine sends late: two blocks' swaps may come in one block, or one block's in two. What was told is what counts.
        int withTrades = 0;
        int quiet = 0;
        DevnetStatus? status = null;
        while (status is not { Trading: false } || quiet < 2)
        {
            DevnetBlock next = await devnet.NextAsync<DevnetBlock>(Cancellation);
            Assert.Equal(block.Number + 1, next.Number);
            Assert.True(next.Timestamp > block.Timestamp);
            Assert.InRange(next.Transactions, next.Trades, int.MaxValue);
            withTrades += next.Trades > 0 ? 1 : 0;
            quiet = next.Trades > 0 ? 0 : quiet + 1;
            block = next;
            status = await http.GetFromJsonAsync<DevnetStatus>("devnet/status", Cancellation);
        }

        DevnetBlock after = block;
        Assert.InRange(withTrades, 1, 10);
        Assert.Equal(5UL, status.TradedBlocks);
        Assert.InRange(status.Head, after.Number, ulong.MaxValue);
        await CheckChainAsync(ready, after);

        await devnet.DisposeAsync();

        Assert.Equal(0, await devnet.Process.Exited);
        Assert.Empty(devnet.OtherLines);
        Assert.Empty(await ProcessTable.LeftAfterAsync(devnet.Mark, Patience, Cancellation));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await http.GetAsync("devnet/status", Cancellation));
    }

    [Fact]
    public async Task Trading_can_be_stopped()
    {
        using TempFolder work = new();
        await using RunningDevnet devnet =
            await RunningDevnet.StartAsync(Cancellation, "--block-time", "1", "--seed", "6", "--work", work.Path);
        DevnetReady ready = await devnet.NextAsync<DevnetReady>(Cancellation);
        using HttpClient http = new() { BaseAddress = new Uri(ready.ControlUrl) };
        using HttpResponseMessage started = await http.PostAsync("devnet/trade?blocks=1000", null, Cancellation);
        while ((await devnet.NextAsync<DevnetBlock>(Cancellation)).Trades == 0)
        {
        }

        using HttpResponseMessage stopped = await http.PostAsync("devnet/stop-trading", null, Cancellation);

        DevnetStatus? status = await stopped.Content.ReadFromJsonAsync<DevnetStatus>(Cancellation);
        Assert.False(status!.Trading);
        for (int quiet = 0; quiet < 2;)
        {
            quiet = (await devnet.NextAsync<DevnetBlock>(Cancellation)).Trades > 0 ? 0 : quiet + 1;
        }

        DevnetStatus? later = await http.GetFromJsonAsync<DevnetStatus>("devnet/status", Cancellation);
        Assert.Equal(status.TradedBlocks, later!.TradedBlocks);
    }

    [Theory]
    [InlineData("azurite.js", "Azurite")]
    [InlineData("/anvil", "anvil")]
    public async Task The_death_of_a_part_is_told_in_one_line_and_ends_it_all(string program, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process table is read from /proc.");
        using TempFolder work = new();
        await using RunningDevnet devnet =
            await RunningDevnet.StartAsync(Cancellation, "--block-time", "1", "--seed", "6", "--work", work.Path);
        await devnet.NextAsync<DevnetBlock>(Cancellation);

        // The watcher names the program too, behind its own script.
        (int pid, string _) = Assert.Single(ProcessTable.Marked(devnet.Mark), process =>
            process.CommandLine.Contains(program, StringComparison.Ordinal)
            && !process.CommandLine.Contains("watcher.mjs", StringComparison.Ordinal));
        PosixSignals.Kill(pid);

        DevnetError error = await devnet.NextAsync<DevnetError>(Cancellation);
        Assert.StartsWith($"{name} was killed (signal 9). Run again.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await devnet.Process.Exited);
        Assert.Empty(await ProcessTable.LeftAfterAsync(devnet.Mark, Patience, Cancellation));
    }

    [Fact]
    public async Task A_bad_option_is_told_in_one_line()
    {
        await using RunningDevnet devnet =
            await RunningDevnet.StartAsync(Cancellation, "--block-time", "0", "--seed", "1", "--work", "w");

        DevnetError error = await devnet.NextAsync<DevnetError>(Cancellation);

        Assert.Contains("'0' is not a block time", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await devnet.Process.Exited);
        Assert.Empty(devnet.OtherLines);
    }

    /// <summary>The node, the contracts and the storage are where the message says.</summary>
    private static async Task CheckChainAsync(DevnetReady ready, DevnetBlock block)
    {
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        JsonRpcClient node = new(http, new JsonRpcOptions(new Uri(ready.RpcUrl)));
        ChainReader chain = new(node);
        BlockStamp? stamp = await chain.GetBlockAsync(block.Number, Cancellation);
        Assert.Equal(block.Hash, stamp!.Hash.ToString());
        Assert.Equal(block.Timestamp, stamp.TimestampSeconds);

        // Background load keeps the base fee where it belongs; without it six blocks halve it.
        Assert.InRange(stamp.BaseFeePerGasWei, (UInt256)2_000_000_000, (UInt256)4_000_000_000);
        FactoryPoolDiscovery discovery = new(
            node,
            Address.Parse(ready.Multicall3),
            [.. ready.Factories.Select(f => new FactoryOptions(Address.Parse(f.Address), f.Dex, new FeePips(f.FeePips)))]);
        Assert.Equal(10, (await discovery.DiscoverAsync(stamp, Cancellation)).Length);
    }
}
