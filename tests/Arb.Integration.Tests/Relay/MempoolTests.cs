using System.Text.Json;
using Arb.Devnet.Relay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Relay;

public sealed class MempoolTests(RelayChain chain) : IClassFixture<RelayChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bundles_come_first_and_the_mempool_follows_by_tip_in_order_of_nonce()
    {
        Secp256k1Key a = await chain.AccountAsync();
        Secp256k1Key b = await chain.AccountAsync();
        SignedTransaction lowThenHigh0 = RelayChain.Sign(a, 0, a.Address, tip: RelayChain.Gwei);
        SignedTransaction lowThenHigh1 = RelayChain.Sign(a, 1, a.Address, tip: RelayChain.Gwei * 9);
        SignedTransaction middle = RelayChain.Sign(b, 0, b.Address, tip: RelayChain.Gwei * 3);
        SignedTransaction bundled = RelayChain.Sign(await chain.AccountAsync(), 0, a.Address, tip: 1);
        foreach (SignedTransaction transaction in (SignedTransaction[])[lowThenHigh0, lowThenHigh1, middle])
        {
            await chain.SendAsync(transaction);
        }

        await chain.Searcher("searcher").SubmitAsync(await chain.BundleAsync(bundled), Cancellation);
        BuiltBlock block = await chain.BuildAsync();

        Hash256[] ours = [bundled.Hash, middle.Hash, lowThenHigh0.Hash, lowThenHigh1.Hash];
        Assert.Equal(ours, block.Transactions.Where(ours.Contains));
    }

    [Fact]
    public async Task No_transaction_is_lost_of_senders_who_use_the_builders_door()
    {
        List<SignedTransaction[]> all = await SignAsync(senders: 4, each: 10);

        HashSet<Hash256> mined = await BuildWhileAsync(all, chain.Server.BlockBuilder.SendToMempoolAsync);

        Assert.Equal([], all.SelectMany(own => own).Select(t => t.Hash).Except(mined));
    }

    [Fact]
    public async Task Nobody_who_sends_to_the_node_meanwhile_is_lost_or_gets_between_a_bundles_transactions()
    {
        List<SignedTransaction[]> all = await SignAsync(senders: 300, each: 1);

        HashSet<Hash256> mined = await BuildWhileAsync(
            all.SelectMany(own => own).Chunk(150),
            (raw, stop) => chain.Rpc.CallAsync(
                "eth_sendRawTransaction", w => w.WriteStringValue(Hex.Of(raw.Span)), stop));

        Assert.Equal([], all.SelectMany(own => own).Select(t => t.Hash).Except(mined));
    }

    [Fact]
    public async Task A_transaction_below_the_base_fee_waits_and_lands_when_the_fee_has_fallen()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        UInt256 fee = (await chain.BlockAsync("latest")).BaseFee;
        SignedTransaction cheap = RelayChain.Sign(sender, 0, sender.Address, maxFee: fee, tip: 0);
        await chain.SendAsync(cheap);

        // A base fee above its limit, as after full blocks.
        await chain.Rpc.CallAsync(
            "anvil_setNextBlockBaseFeePerGas", w => w.WriteStringValue(Hex.Quantity(fee * 2)), Cancellation);
        List<BuiltBlock> blocks = [];
        while (blocks.Count < 12 && !blocks.Any(block => block.Transactions.Contains(cheap.Hash)))
        {
            blocks.Add(await chain.BuildAsync());
        }

        Assert.DoesNotContain(cheap.Hash, blocks[0].Transactions);
        Assert.Contains(cheap.Hash, blocks[^1].Transactions);
    }

    [Fact]
    public async Task A_gap_in_the_nonces_is_waited_for()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        SignedTransaction second = RelayChain.Sign(sender, 1, sender.Address);
        SignedTransaction first = RelayChain.Sign(sender, 0, sender.Address);

        await chain.SendAsync(second);
        BuiltBlock without = await chain.BuildAsync();
        await chain.SendAsync(first);
        BuiltBlock with = await chain.BuildAsync();

        // Other tests of this chain may have left something in the mempool.
        Hash256[] ours = [first.Hash, second.Hash];
        Assert.DoesNotContain(without.Transactions, ours.Contains);
        Assert.Equal(ours, with.Transactions.Where(ours.Contains));
    }

    [Fact]
    public async Task The_better_paying_of_two_with_one_nonce_is_mined_as_the_pool_has_it()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        SignedTransaction old = RelayChain.Sign(sender, 1, sender.Address, tip: RelayChain.Gwei);
        SignedTransaction better = RelayChain.Sign(
            sender, 1, sender.Address, tip: RelayChain.Gwei * 10, maxFee: RelayChain.Gwei * 90);

        await chain.SendAsync(old);
        await chain.BuildAsync();
        await chain.SendAsync(better);
        await chain.SendAsync(RelayChain.Sign(sender, 0, sender.Address));
        BuiltBlock block = await chain.BuildAsync();

        Assert.Contains(better.Hash, block.Transactions);
        Assert.DoesNotContain(old.Hash, block.Transactions);
    }

    [Fact]
    public async Task Raw_bytes_are_rebuilt_from_what_the_pool_shows()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        byte[] plain = [.. RelayChain.Sign(sender, 0, sender.Address, 5, payload: [1, 2, 3]).Raw.Span];
        byte[] listed = AccessListTransaction.Sign(sender, 1, RelayChain.Coinbase, 7, [RelayChain.Coinbase, sender.Address], 2);
        foreach (byte[] raw in (byte[][])[plain, listed])
        {
            await chain.Rpc.CallAsync("eth_sendRawTransaction", w => w.WriteStringValue(Hex.Of(raw)), Cancellation);
        }

        JsonElement content = await chain.Rpc.CallAsync("txpool_content", null, Cancellation);
        byte[][] rebuilt =
        [
            .. PoolEntry.ReadAll(content)
                .Where(entry => entry.From == sender.Address)
                .OrderBy(entry => entry.Nonce)
                .Select(entry => PooledTransactionEncoding.TryEncode(entry.Shown)!),
        ];

        Assert.Equal([plain, listed], rebuilt);
    }

    private async Task<List<SignedTransaction[]>> SignAsync(int senders, int each)
    {
        List<SignedTransaction[]> all = [];
        for (int s = 0; s < senders; s++)
        {
            Secp256k1Key sender = await chain.AccountAsync();
            all.Add([.. Enumerable.Range(0, each).Select(n => RelayChain.Sign(
                sender, (ulong)n, sender.Address, tip: RelayChain.Gwei + (ulong)((n * 31) + s)))]);
        }

        return all;
    }

    /// <summary>Builds blocks with a bundle of eight; as long as one is being built, every sender sends.</summary>
    private async Task<HashSet<Hash256>> BuildWhileAsync(
        IEnumerable<SignedTransaction[]> all, Func<ReadOnlyMemory<byte>, CancellationToken, Task> sendAsync)
    {
        Queue<SignedTransaction>[] senders = [.. all.Select(own => new Queue<SignedTransaction>(own))];
        HashSet<Hash256> mined = [];
        while (senders.Any(own => own.Count > 0))
        {
            Secp256k1Key searcher = await chain.AccountAsync();
            SignedTransaction[] bundle =
                [.. Enumerable.Range(0, 8).Select(n => RelayChain.Sign(searcher, (ulong)n, searcher.Address))];
            await chain.Searcher("searcher").SubmitAsync(await chain.BundleAsync(bundle), Cancellation);

            Task<BuiltBlock> building = chain.BuildAsync();
            await Task.WhenAll(senders.Select(async own =>
            {
                while (!building.IsCompleted && own.TryDequeue(out SignedTransaction? next))
                {
                    await sendAsync(next.Raw, Cancellation);
                }
            }));
            BuiltBlock block = await building;

            Assert.Single(block.Bundles);
            Assert.Equal(bundle.Select(t => t.Hash), block.Transactions.Take(bundle.Length));
            mined.UnionWith(block.Transactions);
        }

        mined.UnionWith((await chain.BuildAsync()).Transactions);
        return mined;
    }
}
