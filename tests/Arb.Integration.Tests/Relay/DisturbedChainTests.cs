using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Arb.Devnet.Relay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Relay;

/// <summary>Empty and late blocks, missed slots and reorganisations, on a real anvil.</summary>
public sealed class DisturbedChainTests(RelayChain chain) : IClassFixture<RelayChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_block_loses_its_bundles_and_nothing_of_the_mempool()
    {
        SignedTransaction open = RelayChain.Sign(await chain.AccountAsync(), 0, RelayChain.Coinbase);
        Bundle bundle = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, RelayChain.Coinbase));
        await chain.SendAsync(open);
        await chain.Searcher("searcher").SubmitAsync(bundle, Cancellation);

        ulong next = (await chain.BlockAsync("latest")).Timestamp + 2;
        BuiltBlock empty = await chain.Server.BlockBuilder.BuildAsync(next, empty: true, Cancellation);
        BuiltBlock after = await chain.BuildAsync();

        Assert.Empty(empty.Transactions);
        Assert.Contains("empty", Assert.Single(empty.Rejected).Reason, StringComparison.Ordinal);
        Assert.Equal([open.Hash], after.Transactions);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public async Task A_reorganisation_replaces_blocks_keeps_the_public_and_drops_or_keeps_the_bundles(int depth, bool keeps)
    {
        Secp256k1Key publicSender = await chain.AccountAsync();
        Secp256k1Key bundleSender = await chain.AccountAsync();
        List<Hash256> publicOnes = [];
        List<Hash256> bundled = [];
        List<BuiltBlock> old = [];
        for (int i = 0; i < depth; i++)
        {
            SignedTransaction open = RelayChain.Sign(publicSender, (ulong)i, RelayChain.Coinbase);
            Bundle bundle = await chain.BundleAsync(RelayChain.Sign(bundleSender, (ulong)i, RelayChain.Coinbase));
            await chain.SendAsync(open);
            Assert.True((await chain.Searcher("searcher").SubmitAsync(bundle, Cancellation)).Accepted);
            old.Add(await chain.BuildAsync());
            publicOnes.Add(open.Hash);
            bundled.Add(bundle.Transactions[0].Hash);
            Assert.Equal([bundled[i], publicOnes[i]], old[i].Transactions);
        }

        // Waits in the mempool across the reorganisation.
        SignedTransaction waiting = RelayChain.Sign(publicSender, (ulong)depth, RelayChain.Coinbase);
        await chain.SendAsync(waiting);
        ulong head = await chain.HeadAsync();

        Reorganisation done = await chain.Server.BlockBuilder.ReorganiseAsync(depth, keeps, Cancellation);

        Assert.Equal(head, await chain.HeadAsync());
        Assert.Equal(head - (ulong)depth + 1, done.FirstNumber);
        Assert.Equal(old.Select(block => block.Hash), done.Removed);
        Assert.Empty(done.Removed.Intersect(done.Added));
        Assert.Equal(keeps ? [] : bundled, done.LostTransactions);
        for (int i = 0; i < depth; i++)
        {
            (_, _, _, ImmutableArray<Hash256> transactions) =
                await chain.BlockAsync(Hex.Quantity(done.FirstNumber + (ulong)i));
            Assert.Equal(keeps ? [bundled[i], publicOnes[i]] : [publicOnes[i]], transactions);
            Assert.Equal(keeps, await HasReceiptAsync(bundled[i]));
        }

        BuiltBlock next = await chain.BuildAsync();
        Assert.Equal(head + 1, next.Number);
        Assert.Equal([waiting.Hash], next.Transactions);

        // The lost nonces are free again.
        if (!keeps)
        {
            Bundle again = await chain.BundleAsync(RelayChain.Sign(bundleSender, 0, RelayChain.Coinbase, 3));
            await chain.Searcher("searcher").SubmitAsync(again, Cancellation);
            Assert.Equal([again.Transactions[0].Hash], (await chain.BuildAsync()).Transactions);
        }
    }

    [Fact]
    public async Task The_clock_does_what_the_schedule_says_slot_by_slot()
    {
        // A chain of its own: the other tests' blocks lie ahead of the clock.
        await using RelayChain chain = new();
        await chain.InitializeAsync();
        Script script = new(
            default,
            default,
            new SlotPlan(IsMissed: true, false, 0, 0, false),
            new SlotPlan(false, IsEmpty: true, 0, 0, false),
            new SlotPlan(false, false, LatePermille: 400, 0, false),
            new SlotPlan(false, false, 0, ReorgDepth: 2, false),
            default);
        await using BundleRelayServer server =
            await chain.StartServerAsync(TimeSpan.FromSeconds(1), script, Cancellation);
        Channel<Disturbance> told = Channel.CreateUnbounded<Disturbance>();
        Channel<(BuiltBlock Block, DateTimeOffset At)> blocks = Channel.CreateUnbounded<(BuiltBlock, DateTimeOffset)>();
        server.SlotClock.Disturbed += disturbance => told.Writer.TryWrite(disturbance);
        server.SlotClock.BlockBuilt += block => blocks.Writer.TryWrite((block, TimeProvider.System.GetUtcNow()));
        server.SlotClock.Start();
        List<(BuiltBlock Block, DateTimeOffset At)> seen = [];
        while (seen.Count < 6)
        {
            seen.Add(await blocks.Reader.ReadAsync(Cancellation));
        }

        await server.SlotClock.StopAsync();
        told.Writer.Complete();
        List<Disturbance> disturbances = [];
        await foreach (Disturbance one in told.Reader.ReadAllAsync(Cancellation))
        {
            disturbances.Add(one);
        }

        Assert.Equal(
            [
                DisturbanceKind.MissedSlot, DisturbanceKind.EmptyBlock, DisturbanceKind.LateBlock, DisturbanceKind.Reorganisation,
            ],
            disturbances.Select(one => one.Kind));

        // The slots go on: the missed one has no block, and the late one's block has its slot's time.
        Assert.DoesNotContain(seen, one => one.Block.TimestampSeconds == disturbances[0].SlotSeconds);
        Assert.Equal(seen[2].Block.Number, disturbances[1].Block);
        Assert.Empty(seen[2].Block.Transactions);
        Assert.Equal(seen[3].Block.TimestampSeconds, disturbances[2].SlotSeconds);
        Assert.True(
            seen[3].At - DateTimeOffset.FromUnixTimeSeconds((long)seen[3].Block.TimestampSeconds) >= TimeSpan.FromMilliseconds(400));
        Assert.Equal(seen[4].Block.Number - 2, disturbances[3].Block);
        Assert.NotEqual(
            seen[3].Block.Hash,
            await chain.Rpc.CallAsync(
                "eth_getBlockByNumber",
                writer =>
                {
                    writer.WriteStringValue(Hex.Quantity(seen[3].Block.Number));
                    writer.WriteBooleanValue(false);
                },
                block => RpcJson.Hash(block.GetProperty("hash"), "hash"),
                Cancellation));
        Assert.Equal(seen[4].Block.Number + 1, seen[5].Block.Number);
    }

    private Task<bool> HasReceiptAsync(Hash256 transaction) => chain.Rpc.CallAsync(
        "eth_getTransactionReceipt",
        writer => writer.WriteStringValue(transaction.ToString()),
        receipt => receipt.ValueKind == JsonValueKind.Object,
        Cancellation);

    /// <summary>Plans that were written down beforehand; ordinary blocks after the last.</summary>
    private sealed class Script(params SlotPlan[] plans) : ISlotSchedule
    {
        private int _next;

        public SlotPlan Next() => _next < plans.Length ? plans[_next++] : default;
    }
}
