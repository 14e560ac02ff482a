using System.Text.Json;
using System.Threading.Channels;
using Arb.Devnet;
using Arb.Devnet.Relay;
using Arb.Engine;
using Arb.Evm;
using Microsoft.Extensions.Logging.Abstractions;

namespace Arb.Integration.Tests.Relay;

public sealed class SlotClockTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocks_come_at_multiples_of_the_block_time_with_that_timestamp_until_it_is_stopped()
    {
        await using RelayChain chain = new();
        await chain.InitializeAsync();
        SlotClock clock = chain.Server.SlotClock;
        Channel<(BuiltBlock Block, DateTimeOffset At)> blocks = Channel.CreateUnbounded<(BuiltBlock, DateTimeOffset)>();
        clock.BlockBuilt += _ => throw new InvalidOperationException("a listener that fails must not stop the chain");
        clock.BlockBuilt += block => blocks.Writer.TryWrite((block, TimeProvider.System.GetUtcNow()));
        ulong head = await chain.HeadAsync();

        clock.Start();
        List<(BuiltBlock Block, DateTimeOffset At)> seen = [];
        for (int i = 0; i < 3; i++)
        {
            seen.Add(await blocks.Reader.ReadAsync(Cancellation));
        }

        await clock.StopAsync();
        ulong end = await chain.HeadAsync();

        Assert.Equal([head + 1, head + 2, head + 3], seen.Select(one => one.Block.Number));
        Assert.All(seen, one =>
        {
            Assert.Equal(0UL, one.Block.TimestampSeconds % 2);
            Assert.True(DateTimeOffset.FromUnixTimeSeconds((long)one.Block.TimestampSeconds) <= one.At);
        });
        Assert.Equal(seen.OrderBy(one => one.Block.TimestampSeconds), seen);
        Assert.Equal(3, seen.Select(one => one.Block.TimestampSeconds).Distinct().Count());
        Assert.Equal(seen[^1].Block.Hash, await chain.Rpc.CallAsync(
            "eth_getBlockByNumber",
            writer =>
            {
                writer.WriteStringValue(Hex.Quantity(seen[^1].Block.Number));
                writer.WriteBooleanValue(false);
            },
            block => RpcJson.Hash(block.GetProperty("hash"), "hash"),
            Cancellation));
        Assert.True(clock.Completion.IsCompletedSuccessfully);
        Assert.Null(clock.Failure);
        Assert.InRange(end, head + 3, ulong.MaxValue);
        Assert.Throws<InvalidOperationException>(clock.Start);
    }

    [Fact]
    public async Task When_anvil_is_gone_the_clock_ends_by_itself_and_the_bundle_relay_says_so()
    {
        await using RelayChain chain = new();
        await chain.InitializeAsync();
        chain.Server.SlotClock.Start();

        await chain.Node.DisposeAsync();
        await chain.Server.SlotClock.Completion.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        Secp256k1Key key = RelayChain.KeyOf("searcher");
        (int status, JsonElement body) = await chain.CallAsync(
            "eth_sendBundle",
            new { txs = new[] { Hex.Of(RelayChain.Sign(key, 0, key.Address).Raw.Span) }, blockNumber = "0x5" });

        Assert.IsType<ChainUnavailableException>(chain.Server.SlotClock.Failure);
        Assert.Equal(200, status);
        Assert.Equal(-32000, body.GetProperty("error").GetProperty("code").GetInt32());
        Assert.StartsWith("rpc call eth_sendBundle() failed", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_are_explained_before_anything_runs()
    {
        await using RelayChain chain = new();
        await chain.InitializeAsync();
        BuilderOptions good = new()
        {
            Rpc = chain.Node.RpcUrl,
            Multicall3 = RelayChain.KeyOf("nothing here").Address,
            Coinbase = RelayChain.Coinbase,
            BlockTime = TimeSpan.FromSeconds(1),
        };

        Assert.Contains("There is no contract at", await RefusalAsync(good), StringComparison.Ordinal);
        Assert.Contains("0.5 s", await RefusalAsync(good with { BlockTime = TimeSpan.FromSeconds(0.5) }), StringComparison.Ordinal);
        Assert.Contains("70000 is not a port", await RefusalAsync(good with { Port = 70_000 }), StringComparison.Ordinal);
        Assert.Contains("needs an anvil", await RefusalAsync(good with { Rpc = new Uri("http://127.0.0.1:9") }), StringComparison.Ordinal);
        Assert.Contains(
            chain.Server.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            await RefusalAsync(good with { Port = chain.Server.Url.Port }),
            StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(BuilderOptions options) =>
        (await Assert.ThrowsAsync<DevnetException>(
            () => BundleRelayServer.StartAsync(options, TimeProvider.System, NullLogger.Instance, Cancellation))).Message;
}
