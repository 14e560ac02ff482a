using Arb.BundleRelay;
using Arb.Devnet.Relay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Relay;

public sealed class BundleInclusionTests(RelayChain chain) : IClassFixture<RelayChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Simulated_and_mined_coinbase_gain_are_equal_to_the_wei()
    {
        FlashbotsBundleRelay relay = chain.Searcher("searcher");
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        Secp256k1Key first = await chain.AccountAsync();
        Secp256k1Key second = await chain.AccountAsync();
        Bundle bundle = await chain.BundleAsync(
            RelayChain.Sign(first, 0, payer, 1_000_000_000_000_007),
            RelayChain.Sign(second, 0, payer, 0, tip: 3),
            RelayChain.Sign(first, 1, second.Address, 1, tip: RelayChain.Gwei * 2));
        ulong head = bundle.TargetBlock - 1;

        BundleSimulation simulation = await relay.SimulateAsync(bundle, head, Cancellation);
        BundleSubmissionReply reply = await relay.SubmitAsync(bundle, Cancellation);
        BuiltBlock block = await chain.BuildAsync();

        Assert.True(simulation.Succeeded, simulation.Error);
        Assert.True(reply.Accepted, reply.Error);
        IncludedBundle included = Assert.Single(block.Bundles);
        Assert.Equal(reply.BundleHash, included.BundleHash.ToString());
        Assert.Equal(bundle.Transactions.Select(t => t.Hash), block.Transactions);
        UInt256 gain = await chain.BalanceAsync(RelayChain.Coinbase, block.Number)
            - await chain.BalanceAsync(RelayChain.Coinbase, head);
        Assert.Equal(gain, simulation.CoinbaseDifferenceWei);
        Assert.Equal(gain, (UInt256)included.CoinbaseDifferenceWei);
        Assert.Equal((UInt256)1_000_000_000_000_007, simulation.CoinbasePaymentWei);
        Assert.Equal(block.GasUsed, simulation.GasUsed);
    }

    [Fact]
    public async Task A_bundle_for_another_block_is_not_included()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        Bundle bundle = await chain.BundleAsync(RelayChain.Sign(sender, 0, sender.Address));
        FlashbotsBundleRelay relay = chain.Searcher("searcher");

        Assert.True((await relay.SubmitAsync(bundle with { TargetBlock = bundle.TargetBlock + 1 }, Cancellation)).Accepted);
        Assert.True((await relay.SubmitAsync(
            bundle with { TargetBlock = bundle.TargetBlock - 1, ReplacementUuid = Guid.Empty }, Cancellation)).Accepted);
        BuiltBlock early = await chain.BuildAsync();
        BuiltBlock target = await chain.BuildAsync();

        Assert.Empty(early.Transactions);
        Assert.Single(target.Bundles);
    }

    [Fact]
    public async Task A_late_bundle_lands_in_no_block()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        Bundle bundle = await chain.BundleAsync(RelayChain.Sign(sender, 0, sender.Address));

        await chain.BuildAsync();
        Assert.True((await chain.Searcher("searcher").SubmitAsync(bundle, Cancellation)).Accepted);

        Assert.Empty((await chain.BuildAsync()).Transactions);
    }

    [Theory]
    [InlineData(0, -1, false)]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(1, 5, false)]
    [InlineData(-1, 5, true)]
    public async Task Timestamps_bound_the_block(int minOffset, int maxOffset, bool lands)
    {
        Secp256k1Key sender = await chain.AccountAsync();
        (ulong number, ulong timestamp, _, _) = await chain.BlockAsync("latest");
        long slot = (long)timestamp + 2;

        (_, var body) = await chain.CallAsync("eth_sendBundle", new
        {
            txs = new[] { Hex.Of(RelayChain.Sign(sender, 0, sender.Address).Raw.Span) },
            blockNumber = Hex.Quantity(number + 1),
            minTimestamp = slot + minOffset,
            maxTimestamp = slot + maxOffset,
        });
        BuiltBlock block = await chain.BuildAsync();

        Assert.True(body.TryGetProperty("result", out _));
        Assert.Equal(lands ? 1 : 0, block.Bundles.Length);
        Assert.Equal(lands ? 0 : 1, block.Rejected.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reverting_transaction_drops_the_bundle_unless_it_may_revert(bool mayRevert)
    {
        Secp256k1Key sender = await chain.AccountAsync();
        Address reverter = await chain.ContractAsync(SmallContracts.Reverter);
        SignedTransaction good = RelayChain.Sign(sender, 0, sender.Address);
        SignedTransaction bad = RelayChain.Sign(sender, 1, reverter);

        await chain.CallAsync("eth_sendBundle", new
        {
            txs = new[] { Hex.Of(good.Raw.Span), Hex.Of(bad.Raw.Span) },
            blockNumber = Hex.Quantity(await chain.HeadAsync() + 1),
            revertingTxHashes = mayRevert ? new[] { bad.Hash.ToString() } : [],
        });
        BuiltBlock block = await chain.BuildAsync();

        if (mayRevert)
        {
            Assert.Equal([good.Hash, bad.Hash], block.Transactions);
            Assert.Single(block.Bundles);
            Assert.False(await chain.SucceededAsync(bad.Hash));
        }
        else
        {
            Assert.Empty(block.Transactions);
            Assert.Contains("reverts", Assert.Single(block.Rejected).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_bundles_with_one_nonce_the_higher_bid_wins()
    {
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        Secp256k1Key sender = await chain.AccountAsync();
        SignedTransaction low = RelayChain.Sign(sender, 0, payer, 1000);
        SignedTransaction high = RelayChain.Sign(sender, 0, payer, 2000);

        await chain.Searcher("low").SubmitAsync(await chain.BundleAsync(low), Cancellation);
        await chain.Searcher("high").SubmitAsync(await chain.BundleAsync(high), Cancellation);
        BuiltBlock block = await chain.BuildAsync();

        Assert.Equal([high.Hash], block.Transactions);
        Assert.Contains("nonce too low", Assert.Single(block.Rejected).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disjoint_bundles_are_ordered_by_what_they_pay_and_ties_by_arrival()
    {
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        List<SignedTransaction> sent = [];
        foreach (ulong bid in (ulong[])[2000, 5000, 2000, 9000])
        {
            SignedTransaction transaction = RelayChain.Sign(await chain.AccountAsync(), 0, payer, bid);
            await chain.Searcher("searcher").SubmitAsync(await chain.BundleAsync(transaction), Cancellation);
            sent.Add(transaction);
        }

        BuiltBlock block = await chain.BuildAsync();

        Assert.Equal([sent[3].Hash, sent[1].Hash, sent[0].Hash, sent[2].Hash], block.Transactions);
        Assert.Equal(4, block.Bundles.Length);
    }

    [Fact]
    public async Task Of_bundles_for_one_opportunity_the_best_lands_and_the_others_leave_nothing_behind()
    {
        Address opportunity = await chain.ContractAsync(SmallContracts.TakenOnce);
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        List<Bundle> rivals = [];
        for (ulong bid = 1000; bid <= 6000; bid += 1000)
        {
            Secp256k1Key rival = await chain.AccountAsync();
            Bundle bundle = await chain.BundleAsync(
                RelayChain.Sign(rival, 0, rival.Address), RelayChain.Sign(rival, 1, opportunity, bid));
            Assert.True((await chain.Searcher($"rival {bid}").SubmitAsync(bundle, Cancellation)).Accepted);
            rivals.Add(bundle);
        }

        SignedTransaction bystander = RelayChain.Sign(await chain.AccountAsync(), 0, payer, 1);
        await chain.Searcher("bystander").SubmitAsync(await chain.BundleAsync(bystander), Cancellation);
        BuiltBlock block = await chain.BuildAsync();

        Assert.Equal([.. rivals[^1].Transactions.Select(t => t.Hash), bystander.Hash], block.Transactions);
        Assert.Equal(2, block.Bundles.Length);
        Assert.Equal(5, block.Rejected.Length);
    }

    [Fact]
    public async Task A_backrun_lands_behind_the_pending_transaction_it_brings_along()
    {
        Address pool = await chain.ContractAsync(SmallContracts.Dislocation);
        SignedTransaction victim = RelayChain.Sign(await chain.AccountAsync(), 0, pool);
        SignedTransaction backrun = RelayChain.Sign(await chain.AccountAsync(), 0, pool, 12345, payload: [1]);
        FlashbotsBundleRelay relay = chain.Searcher("searcher");
        await chain.SendAsync(victim);
        Bundle alone = await chain.BundleAsync(backrun);
        Bundle both = await chain.BundleAsync(victim, backrun);

        BundleSimulation withoutVictim = await relay.SimulateAsync(alone, alone.TargetBlock - 1, Cancellation);
        BundleSimulation withVictim = await relay.SimulateAsync(both, both.TargetBlock - 1, Cancellation);
        await relay.SubmitAsync(both, Cancellation);
        BuiltBlock block = await chain.BuildAsync();

        Assert.False(withoutVictim.Succeeded);
        Assert.True(withVictim.Succeeded, withVictim.Error);
        Assert.Equal((UInt256)12345, withVictim.CoinbasePaymentWei);
        Assert.Equal([victim.Hash, backrun.Hash], block.Transactions);
        Assert.True(await chain.SucceededAsync(backrun.Hash));
    }

    [Fact]
    public async Task A_replacement_takes_the_place_of_what_its_signer_sent_under_the_uuid()
    {
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        FlashbotsBundleRelay relay = chain.Searcher("searcher");
        Bundle first = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, payer, 9000));
        Bundle second = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, payer, 10));
        Bundle foreign = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, payer, 5));

        await relay.SubmitAsync(first, Cancellation);
        await relay.SubmitAsync(second with { ReplacementUuid = first.ReplacementUuid }, Cancellation);
        await chain.Searcher("other").SubmitAsync(foreign with { ReplacementUuid = first.ReplacementUuid }, Cancellation);
        BuiltBlock block = await chain.BuildAsync();

        Assert.Equal([second.Transactions[0].Hash, foreign.Transactions[0].Hash], block.Transactions);
    }

    [Fact]
    public async Task Only_the_signer_cancels_a_bundle()
    {
        FlashbotsBundleRelay relay = chain.Searcher("searcher");
        Bundle bundle = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, RelayChain.Coinbase));
        Bundle cancelled = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, RelayChain.Coinbase));
        await relay.SubmitAsync(bundle, Cancellation);
        await relay.SubmitAsync(cancelled, Cancellation);

        Assert.True((await chain.Searcher("other").CancelAsync(bundle.ReplacementUuid, Cancellation)).Accepted);
        Assert.True((await relay.CancelAsync(cancelled.ReplacementUuid, Cancellation)).Accepted);
        BuiltBlock block = await chain.BuildAsync();

        Assert.Equal([bundle.Transactions[0].Hash], block.Transactions);
    }

    [Fact]
    public async Task What_anvil_would_not_refuse_in_a_simulation_is_refused_here()
    {
        FlashbotsBundleRelay relay = chain.Searcher("searcher");
        Secp256k1Key sender = await chain.AccountAsync();
        Secp256k1Key poor = RelayChain.KeyOf("poor");
        UInt256 baseFee = (await chain.BlockAsync("latest")).BaseFee;
        (SignedTransaction Transaction, string Reason)[] wrong =
        [
            (RelayChain.Sign(sender, 9, sender.Address), "nonce too high"),
            (RelayChain.Sign(sender, 0, sender.Address, maxFee: baseFee / 2, tip: 1), "max fee per gas less than block base fee"),
            (RelayChain.Sign(sender, 0, sender.Address, gasLimit: 16_777_217), "transaction gas limit too high"),
            (RelayChain.Sign(sender, 0, sender.Address, gasLimit: 20_000), "gas"),
            (RelayChain.Sign(poor, 0, sender.Address), "nsufficient funds"),
        ];

        foreach ((SignedTransaction transaction, string reason) in wrong)
        {
            Bundle bundle = await chain.BundleAsync(transaction);
            BundleSimulation simulation = await relay.SimulateAsync(bundle, bundle.TargetBlock - 1, Cancellation);
            Assert.True((await relay.SubmitAsync(bundle, Cancellation)).Accepted);
            BuiltBlock block = await chain.BuildAsync();

            Assert.False(simulation.Succeeded);
            Assert.Contains(reason, simulation.Error, StringComparison.Ordinal);
            Assert.Empty(block.Transactions);
            Assert.Contains(reason, Assert.Single(block.Rejected).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_revert_reason_survives_the_text_it_is_forced_into()
    {
        Address reverter = await chain.ContractAsync(SmallContracts.Reverter);
        Bundle bundle = await chain.BundleAsync(RelayChain.Sign(await chain.AccountAsync(), 0, reverter));

        BundleSimulation simulation =
            await chain.Searcher("searcher").SimulateAsync(bundle, bundle.TargetBlock - 1, Cancellation);

        Assert.False(simulation.Succeeded);
        Assert.EndsWith("execution reverted: no profit", simulation.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_list_counts_in_the_simulation_as_it_does_in_the_block()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        byte[] raw = AccessListTransaction.Sign(sender, 0, payer, 4321, [payer], 2);

        (_, var simulated) = await chain.CallAsync("eth_callBundle", new
        {
            txs = new[] { Hex.Of(raw) },
            blockNumber = Hex.Quantity(await chain.HeadAsync() + 1),
            stateBlockNumber = "latest",
        });
        await chain.CallAsync("eth_sendBundle", new
        {
            txs = new[] { Hex.Of(raw) },
            blockNumber = Hex.Quantity(await chain.HeadAsync() + 1),
        });
        BuiltBlock block = await chain.BuildAsync();

        Assert.Single(block.Bundles);
        Assert.Equal(block.GasUsed, simulated.GetProperty("result").GetProperty("totalGasUsed").GetUInt64());
        Assert.Equal("4321", simulated.GetProperty("result").GetProperty("ethSentToCoinbase").GetString());
    }
}
