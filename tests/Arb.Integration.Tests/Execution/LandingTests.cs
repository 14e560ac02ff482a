using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Arb.Devnet.Deployment;
using Arb.Devnet.Relay;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Integration.Tests.Execution;

/// <summary>From a round to the outcome: what is recorded is what the chain did, to the wei.</summary>
[Collection("Execution")]
public sealed class LandingTests(ExecutionWorld world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetPool Pool => world.EtherPools[0];

    [Fact]
    public async Task A_gap_is_found_taken_and_accounted_for_to_the_wei()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(Pool, Cancellation);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);

        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(key, Cancellation);
        SubmitStep submitted = await searcher.SubmitFirstAsync(key, Cancellation);
        BuiltBlock block = await world.BuildAsync(Cancellation);
        InclusionStep seen = await searcher.Inclusion.RunAsync(key, submitted.TargetBlock, Cancellation);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation);

        ImmutableArray<Attempt> attempts = await searcher.Bank.GetAttemptsAsync(key, Cancellation);
        Assert.Equal([0, 1], attempts.Select(a => a.Number));
        Assert.Equal([AttemptStage.Simulated, AttemptStage.Submitted], attempts.Select(a => a.Stage));
        Assert.Equal(SubmitState.Submitted, submitted.State);
        Assert.Equal(key.BlockNumber + 1, submitted.TargetBlock);
        Assert.Equal([attempts[1].TransactionHash!.Value], Assert.Single(block.Bundles).Transactions);
        Assert.Equal(new InclusionStep(InclusionState.Included, block.Number), seen);

        Assert.Equal(OutcomeKind.Included, outcome.Kind);
        Assert.Equal(attempts[1].TransactionHash, outcome.TransactionHash);
        Assert.Equal(block.Hash, outcome.BlockHash);
        Assert.Equal(1, outcome.Attempts);
        Assert.Equal(attempts[1].ExpectedProfit, outcome.ProfitToRecipientWei);
        Assert.True(outcome.NetProfitWei >= (BigInteger)searcher.Policy.MinProfitWei);
        await AssertBooksAsync(searcher, outcome, worthBefore);
    }

    [Fact]
    public async Task A_missed_bundle_is_sent_again_for_the_next_block_with_a_higher_bid()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        OpportunityKey key = await FindAsync(searcher);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);

        SubmitStep first = await searcher.SubmitFirstAsync(key, Cancellation);
        BlockStamp head = await world.MineWithoutBundlesAsync(Cancellation);
        InclusionStep missed = await searcher.Inclusion.RunAsync(key, first.TargetBlock, Cancellation);
        SubmitStep second = await searcher.Submitter.RunAsync(key, 2, Cancellation);
        BuiltBlock block = await world.BuildAsync(Cancellation);
        InclusionStep landed = await searcher.Inclusion.RunAsync(key, second.TargetBlock, Cancellation);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation);

        ImmutableArray<Attempt> attempts = await searcher.Bank.GetAttemptsAsync(key, Cancellation);
        Assert.Equal(new InclusionStep(InclusionState.Missed, head.Number), missed);
        Assert.Equal(head.Number + 1, second.TargetBlock);
        Assert.Equal([0, 1, 2], attempts.Select(a => a.Number));
        Assert.True(attempts[2].BidBasisPoints > attempts[1].BidBasisPoints);
        Assert.NotEqual(attempts[1].TransactionHash, attempts[2].TransactionHash);
        Assert.Equal(attempts[1].Operator, attempts[2].Operator);

        // The first never used its nonce: with the same one in both, only one of the two can ever land.
        Assert.Equal(attempts[1].Nonce, attempts[2].Nonce);
        Assert.Equal([attempts[2].TransactionHash!.Value], block.Transactions);
        Assert.Equal(InclusionState.Included, landed.State);
        Assert.Equal(2, outcome.Attempts);
        await AssertBooksAsync(searcher, outcome, worthBefore);
    }

    [Fact]
    public async Task A_bundle_that_misses_every_target_costs_nothing_and_gives_its_lane_and_route_back()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world, lanes: 1);
        OpportunityKey key = await FindAsync(searcher);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);
        SimulateStep simulated = await searcher.Simulator.RunAsync(key, Cancellation);
        Assert.True(simulated.GoOn, simulated.Reason);

        for (int submission = 1; submission <= searcher.Policy.SubmissionsMax; submission++)
        {
            SubmitStep step = await searcher.Submitter.RunAsync(key, submission, Cancellation);
            Assert.Equal(SubmitState.Submitted, step.State);
            await world.MineWithoutBundlesAsync(Cancellation);
            Assert.Equal(InclusionState.Missed, (await searcher.Inclusion.RunAsync(key, step.TargetBlock, Cancellation)).State);
        }

        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Missed, "not included", Cancellation);

        Assert.Equal(OutcomeKind.Missed, outcome.Kind);
        Assert.Equal(searcher.Policy.SubmissionsMax, outcome.Attempts);
        Assert.Equal(BigInteger.Zero, outcome.NetProfitWei);
        Assert.Null(outcome.TransactionHash);
        await AssertBooksAsync(searcher, outcome, worthBefore);
        OpportunityKey next = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(next, Cancellation);
        Assert.Equal(SubmitState.Submitted, (await searcher.SubmitFirstAsync(next, Cancellation)).State);
    }

    [Fact]
    public async Task A_bundle_whose_acceptance_was_never_heard_of_is_watched_and_accounted_for_when_it_lands()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        await using RelayProxy cut = await RelayProxy.StartAsync(world.Server.Url, "eth_sendBundle", Cancellation);
        using Searcher searcher = Searcher.On(world, bundleRelay: cut.Url);
        OpportunityKey key = await FindAsync(searcher);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);

        SubmitStep submitted = await searcher.SubmitFirstAsync(key, Cancellation);
        Attempt attempt = (await searcher.Bank.GetAttemptsAsync(key, Cancellation))[1];
        BuiltBlock block = await world.BuildAsync(Cancellation);
        InclusionStep seen = await searcher.Inclusion.RunAsync(key, submitted.TargetBlock, Cancellation);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Missed, submitted.Reason, Cancellation);

        Assert.Equal(1, cut.Requests("eth_sendBundle"));
        Assert.Equal(SubmitState.Submitted, submitted.State);
        Assert.Contains("eth_sendBundle", submitted.Reason, StringComparison.Ordinal);
        Assert.Equal(AttemptStage.Persisted, attempt.Stage);
        Assert.Equal([attempt.TransactionHash!.Value], block.Transactions);
        Assert.Equal(InclusionState.Included, seen.State);
        Assert.Equal(OutcomeKind.Included, outcome.Kind);
        await AssertBooksAsync(searcher, outcome, worthBefore);
    }

    [Fact]
    public async Task A_bundle_relay_that_is_gone_costs_a_block_and_not_the_opportunity()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        OpportunityKey key = await FindAsync(searcher);
        Assert.True((await searcher.Simulator.RunAsync(key, Cancellation)).GoOn);
        using Searcher cutOff = Searcher.On(world, after: searcher, bundleRelay: NobodyListensAt());
        BigInteger worthBefore = await world.WorthAsync(Cancellation);

        SubmitStep unheard = await cutOff.Submitter.RunAsync(key, 1, Cancellation);
        Assert.Equal(SubmitState.Submitted, unheard.State);
        Assert.Equal(AttemptStage.Persisted, (await searcher.Bank.GetAttemptsAsync(key, Cancellation))[1].Stage);
        Assert.Empty((await world.BuildAsync(Cancellation)).Transactions);
        Assert.Equal(InclusionState.Missed, (await searcher.Inclusion.RunAsync(key, unheard.TargetBlock, Cancellation)).State);
        Assert.Equal(SubmitState.Submitted, (await searcher.Submitter.RunAsync(key, 2, Cancellation)).State);
        await world.BuildAsync(Cancellation);

        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation);
        Assert.Equal(OutcomeKind.Included, outcome.Kind);
        await AssertBooksAsync(searcher, outcome, worthBefore);
    }

    [Fact]
    public async Task An_included_revert_is_recorded_with_its_gas_as_the_loss()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        UInt256 sold = await world.DislocateAsync(Pool, Cancellation);
        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(key, Cancellation);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);

        SubmitStep submitted = await searcher.SubmitFirstAsync(key, Cancellation);
        Attempt attempt = (await searcher.Bank.GetAttemptsAsync(key, Cancellation))[1];
        await world.SendRestoringSwapAsync(Pool, sold, Cancellation);
        await world.LeakAsync(searcher.Signer.Signed.First(t => t.Hash == attempt.TransactionHash), Cancellation);
        BlockStamp head = await world.MineWithoutBundlesAsync(Cancellation);
        InclusionStep seen = await searcher.Inclusion.RunAsync(key, submitted.TargetBlock, Cancellation);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Reverted, "on chain", Cancellation);

        Assert.Equal(new InclusionStep(InclusionState.Reverted, head.Number), seen);
        Assert.Equal(OutcomeKind.Reverted, outcome.Kind);
        Assert.Equal(UInt256.Zero, outcome.ProfitToRecipientWei);
        Assert.True(outcome.NetProfitWei < 0);
        await AssertBooksAsync(searcher, outcome, worthBefore);
    }

    [Fact]
    public async Task A_simulation_that_leaked_and_landed_beside_the_submission_is_in_the_books()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);

        // A simulation takes its lane by the block's number, a submission the first that is free: at odd blocks they differ.
        if ((await world.Chain.GetHeadAsync(Cancellation)).Number % 2 == 1)
        {
            await world.MineWithoutBundlesAsync(Cancellation);
        }

        OpportunityKey key = await FindAsync(searcher);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);
        await searcher.SubmitFirstAsync(key, Cancellation);
        ImmutableArray<Attempt> attempts = await searcher.Bank.GetAttemptsAsync(key, Cancellation);
        Assert.NotEqual(attempts[0].Operator, attempts[1].Operator);

        foreach (SignedTransaction signed in searcher.Signer.Signed.Reverse())
        {
            await world.LeakAsync(signed, Cancellation);
        }

        BlockStamp head = await world.MineWithoutBundlesAsync(Cancellation);
        InclusionStep seen = await searcher.Inclusion.RunAsync(key, head.Number, Cancellation);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation);

        Assert.Equal(InclusionState.Included, seen.State);
        Assert.Equal(OutcomeKind.Included, outcome.Kind);
        Assert.Equal(attempts[1].TransactionHash, outcome.TransactionHash);
        Assert.Contains(attempts[0].TransactionHash!.Value.ToString(), outcome.Reason, StringComparison.Ordinal);
        await AssertBooksAsync(searcher, outcome, worthBefore);
    }

    private async Task<OpportunityKey> FindAsync(Searcher searcher)
    {
        await world.DislocateAsync(Pool, Cancellation);
        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(key, Cancellation);
        return key;
    }

    /// <summary>The one outcome is stored as it was returned, and the searcher is richer by exactly its net profit.</summary>
    private async Task AssertBooksAsync(Searcher searcher, Outcome outcome, BigInteger worthBefore)
    {
        Assert.Equal(outcome, Assert.Single(await searcher.OutcomesAsync(Cancellation)));
        Assert.Equal((BigInteger)outcome.ProfitToRecipientWei - (BigInteger)outcome.GasCostWei, outcome.NetProfitWei);
        Assert.Equal(await world.WorthAsync(Cancellation) - worthBefore, outcome.NetProfitWei);
    }

    private static Uri NobodyListensAt()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
    }
}
