using Arb.Devnet.Relay;
using Arb.Engine;

namespace Arb.Integration.Tests.Execution;

/// <summary>Activities and messages come at least once; their work is done once.</summary>
[Collection("Execution")]
public sealed class RepetitionTests(ExecutionWorld world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_starts_until_it_is_marked_started_and_never_after()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        OpportunityKey key = await FindAsync(searcher);

        Assert.Equal(IntakeDecision.Start, (await searcher.Intake.DecideAsync(key, Cancellation)).Decision);
        Assert.Equal(IntakeDecision.Start, (await searcher.Intake.DecideAsync(key, Cancellation)).Decision);
        await searcher.Claims.MarkStartedAsync(key, Cancellation);
        Assert.Equal(IntakeDecision.Done, (await searcher.Intake.DecideAsync(key, Cancellation)).Decision);
        await searcher.Claims.MarkStartedAsync(key, Cancellation);
        Assert.Equal(IntakeDecision.Done, (await searcher.Intake.DecideAsync(key, Cancellation)).Decision);
        Assert.Empty(await searcher.OutcomesAsync(Cancellation));
    }

    [Fact]
    public async Task A_repeated_message_does_not_start_again_after_the_outcome()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        OpportunityKey key = await FindAsync(searcher);
        await searcher.TakeUpAsync(key, Cancellation);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Refused, "a test's reason", Cancellation);

        Assert.Equal((IntakeDecision.Done, "started before"), await searcher.Intake.DecideAsync(key, Cancellation));
        Assert.Equal(outcome, Assert.Single(await searcher.OutcomesAsync(Cancellation)));
    }

    [Fact]
    public async Task The_same_head_scanned_twice_gives_the_same_ids_and_one_row()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);

        // Two rounds that overlap: neither sees that the other has scanned the head.
        RoundResult[] rounds = await Task.WhenAll(searcher.Round.RunAsync(Cancellation), searcher.Round.RunAsync(Cancellation));

        Assert.All(rounds, round => Assert.True(round.End is RoundEnd.Scanned or RoundEnd.NoNewBlock));
        OpportunityKey key = Assert.Single(searcher.Published.Keys.Distinct());
        Assert.NotNull(await searcher.Bank.GetOpportunityAsync(key, Cancellation));
        Assert.Equal(RoundEnd.NoNewBlock, (await searcher.Round.RunAsync(Cancellation)).End);
    }

    [Fact]
    public async Task A_repeated_simulation_asks_the_bundle_relay_once()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        await using RelayProxy proxy = await RelayProxy.StartAsync(world.Server.Url, cutMethod: null, Cancellation);
        using Searcher searcher = Searcher.On(world, bundleRelay: proxy.Url);
        OpportunityKey key = await FindAsync(searcher);

        SimulateStep first = await searcher.Simulator.RunAsync(key, Cancellation);
        Attempt attempt = Assert.Single(await searcher.Bank.GetAttemptsAsync(key, Cancellation));
        SimulateStep again = await searcher.Simulator.RunAsync(key, Cancellation);
        await world.MineWithoutBundlesAsync(Cancellation);
        SimulateStep onALaterHead = await searcher.Simulator.RunAsync(key, Cancellation);

        Assert.True(first.GoOn, first.Reason);
        Assert.True(again.GoOn, again.Reason);
        Assert.True(onALaterHead.GoOn, onALaterHead.Reason);
        Assert.Equal(1, proxy.Requests("eth_callBundle"));
        Assert.Equal(attempt, Assert.Single(await searcher.Bank.GetAttemptsAsync(key, Cancellation)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repeated_submission_sends_once_and_says_the_same(bool atTheSameTime)
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        await using RelayProxy proxy = await RelayProxy.StartAsync(world.Server.Url, cutMethod: null, Cancellation);
        using Searcher searcher = Searcher.On(world, bundleRelay: proxy.Url);
        OpportunityKey key = await FindAsync(searcher);
        Assert.True((await searcher.Simulator.RunAsync(key, Cancellation)).GoOn);

        Task<SubmitStep> running = searcher.Submitter.RunAsync(key, 1, Cancellation);
        if (!atTheSameTime)
        {
            await running;
        }

        SubmitStep[] steps = await Task.WhenAll(running, searcher.Submitter.RunAsync(key, 1, Cancellation));
        Attempt attempt = (await searcher.Bank.GetAttemptsAsync(key, Cancellation)).Single(a => a.Number == 1);
        BuiltBlock block = await world.BuildAsync(Cancellation);
        SubmitStep afterwards = await searcher.Submitter.RunAsync(key, 1, Cancellation);

        Assert.All([.. steps, afterwards], step =>
        {
            Assert.Equal(SubmitState.Submitted, step.State);
            Assert.Equal(attempt.TargetBlock, step.TargetBlock);
            Assert.Equal(steps[0].TargetTimestampSeconds, step.TargetTimestampSeconds);
        });
        Assert.Equal(1, proxy.Requests("eth_sendBundle"));
        Assert.Equal([attempt.TransactionHash!.Value], block.Transactions);
        Assert.Equal(attempt, (await searcher.Bank.GetAttemptsAsync(key, Cancellation)).Single(a => a.Number == 1));
    }

    [Fact]
    public async Task A_resubmission_after_its_predecessor_landed_unseen_sends_nothing()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        OpportunityKey key = await FindAsync(searcher);
        await searcher.TakeUpAsync(key, Cancellation);
        Assert.Equal(SubmitState.Submitted, (await searcher.SubmitFirstAsync(key, Cancellation)).State);
        BuiltBlock landed = await world.BuildAsync(Cancellation);
        Assert.Single(landed.Bundles);

        // The route pays again, so nothing but the nonce that was used up tells that the opportunity is taken.
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        int signed = searcher.Signer.Signed.Count;
        SubmitStep again = await searcher.Submitter.RunAsync(key, 2, Cancellation);

        Assert.Equal((SubmitState.Submitted, landed.Number), (again.State, again.TargetBlock));
        Assert.Equal(signed, searcher.Signer.Signed.Count);
        Assert.DoesNotContain(await searcher.Bank.GetAttemptsAsync(key, Cancellation), a => a.Number == 2);
        Assert.Empty((await world.BuildAsync(Cancellation)).Bundles);
        Assert.Equal(InclusionState.Included, (await searcher.Inclusion.RunAsync(key, again.TargetBlock, Cancellation)).State);
        Outcome outcome = await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation);
        Assert.Equal((OutcomeKind.Included, "landed"), (outcome.Kind, outcome.Reason));
    }

    [Fact]
    public async Task A_repeated_record_is_one_row_and_the_chain_wins_over_what_is_claimed()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        OpportunityKey key = await FindAsync(searcher);
        await searcher.TakeUpAsync(key, Cancellation);
        SubmitStep submitted = await searcher.SubmitFirstAsync(key, Cancellation);

        // Recorded as missed before the block came: what lands after all corrects it in place.
        Outcome tooEarly = await searcher.Recorder.RunAsync(key, OutcomeKind.Missed, "the chain stands still", Cancellation);
        await world.BuildAsync(Cancellation);
        InclusionStep[] seen =
        [
            await searcher.Inclusion.RunAsync(key, submitted.TargetBlock, Cancellation),
            await searcher.Inclusion.RunAsync(key, submitted.TargetBlock, Cancellation),
        ];
        Outcome first = await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation);
        Outcome again = await searcher.Recorder.RunAsync(key, OutcomeKind.Missed, "a late run", Cancellation);

        Assert.Equal(OutcomeKind.Missed, tooEarly.Kind);
        Assert.All(seen, step => Assert.Equal(InclusionState.Included, step.State));
        Assert.Equal(OutcomeKind.Included, first.Kind);
        Assert.Equal(first, again);
        Assert.Equal(first, Assert.Single(await searcher.OutcomesAsync(Cancellation)));
    }

    private async Task<OpportunityKey> FindAsync(Searcher searcher)
    {
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        return Assert.Single(await searcher.ScanAsync(Cancellation));
    }
}
