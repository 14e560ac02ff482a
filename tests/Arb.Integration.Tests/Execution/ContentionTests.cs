using System.Collections.Immutable;
using System.Numerics;
using Arb.Engine;

namespace Arb.Integration.Tests.Execution;

/// <summary>Lanes, routes and time are scarce: who waits, who gives way, and who is too late.</summary>
[Collection("Execution")]
public sealed class ContentionTests(ExecutionWorld world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_opportunities_share_one_lane_one_after_the_other()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world, lanes: 1);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        await world.DislocateAsync(world.EtherPools[1], Cancellation);
        ImmutableArray<OpportunityKey> keys = await searcher.ScanAsync(Cancellation);
        Assert.Equal(2, keys.Length);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);
        foreach (OpportunityKey key in keys)
        {
            await searcher.TakeUpAsync(key, Cancellation);
        }

        Assert.Equal(SubmitState.Submitted, (await searcher.SubmitFirstAsync(keys[0], Cancellation)).State);
        SubmitStep waiting = await searcher.SubmitFirstAsync(keys[1], Cancellation);
        Assert.Equal((SubmitState.RefusedForNow, nameof(RefusalReason.NoFreeLane)), (waiting.State, waiting.Reason));
        Assert.DoesNotContain(await searcher.Bank.GetAttemptsAsync(keys[1], Cancellation), a => a.Number >= 1);

        await world.BuildAsync(Cancellation);
        await searcher.Recorder.RunAsync(keys[0], OutcomeKind.Included, "on chain", Cancellation);
        SubmitStep afterwards = await searcher.Submitter.RunAsync(keys[1], 2, Cancellation);
        Assert.True(afterwards.State == SubmitState.Submitted, afterwards.Reason);
        await world.BuildAsync(Cancellation);
        await searcher.Recorder.RunAsync(keys[1], OutcomeKind.Included, "on chain", Cancellation);

        List<Outcome> outcomes = await searcher.OutcomesAsync(Cancellation);
        Assert.Equal(2, outcomes.Count);
        Assert.All(outcomes, o => Assert.Equal(OutcomeKind.Included, o.Kind));
        Assert.Equal(
            await world.WorthAsync(Cancellation) - worthBefore,
            outcomes.Aggregate(BigInteger.Zero, (sum, o) => sum + o.NetProfitWei));
    }

    [Fact]
    public async Task Two_lanes_land_two_opportunities_in_one_block()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        await world.DislocateAsync(world.EtherPools[1], Cancellation);
        ImmutableArray<OpportunityKey> keys = await searcher.ScanAsync(Cancellation);
        BigInteger worthBefore = await world.WorthAsync(Cancellation);

        SubmitStep[] steps = await Task.WhenAll(keys.Select(async key =>
        {
            await searcher.TakeUpAsync(key, Cancellation);
            return await searcher.SubmitFirstAsync(key, Cancellation);
        }));
        Assert.All(steps, step => Assert.Equal(SubmitState.Submitted, step.State));
        Assert.Equal(2, (await world.BuildAsync(Cancellation)).Bundles.Length);

        BigInteger net = BigInteger.Zero;
        foreach (OpportunityKey key in keys)
        {
            net += (await searcher.Recorder.RunAsync(key, OutcomeKind.Included, "on chain", Cancellation)).NetProfitWei;
        }

        Assert.Equal(await world.WorthAsync(Cancellation) - worthBefore, net);
    }

    [Fact]
    public async Task A_route_in_flight_supersedes_its_next_opportunity_and_is_free_after_the_outcome()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        OpportunityKey first = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(first, Cancellation);
        await world.MineWithoutBundlesAsync(Cancellation);
        OpportunityKey second = Assert.Single(await searcher.ScanAsync(Cancellation));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal((IntakeDecision.Done, "superseded"), await searcher.Intake.DecideAsync(second, Cancellation));
        Assert.Equal(OutcomeKind.Superseded, (await searcher.Bank.GetOutcomeAsync(second, Cancellation))!.Kind);
        Assert.Null(await searcher.Bank.GetOutcomeAsync(first, Cancellation));

        await searcher.Recorder.RunAsync(first, OutcomeKind.Missed, "not included", Cancellation);
        await world.MineWithoutBundlesAsync(Cancellation);
        OpportunityKey third = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(third, Cancellation);
    }

    [Fact]
    public async Task An_opportunity_taken_up_too_late_expires()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        await world.DislocateAsync(world.EtherPools[1], Cancellation);
        ImmutableArray<OpportunityKey> keys = await searcher.ScanAsync(Cancellation);

        await MineAsync(searcher.Policy.OpportunityAgeMaxBlocks);
        Assert.Equal(IntakeDecision.Start, (await searcher.Intake.DecideAsync(keys[0], Cancellation)).Decision);
        await MineAsync(1);
        Assert.Equal((IntakeDecision.Done, "expired"), await searcher.Intake.DecideAsync(keys[1], Cancellation));

        Assert.Equal(keys[1], Assert.Single(await searcher.OutcomesAsync(Cancellation)).Key);
        Assert.Equal(OutcomeKind.Expired, (await searcher.Bank.GetOutcomeAsync(keys[1], Cancellation))!.Kind);
        Assert.Empty(searcher.Signer.Signed);
    }

    [Fact]
    public async Task The_sweep_ends_what_nobody_took_up_and_leaves_claims_alone()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        await world.DislocateAsync(world.EtherPools[1], Cancellation);
        ImmutableArray<OpportunityKey> keys = await searcher.ScanAsync(Cancellation);
        Assert.Equal(2, keys.Length);
        Assert.Equal(IntakeDecision.Start, (await searcher.Intake.DecideAsync(keys[0], Cancellation)).Decision);

        await MineAsync(searcher.Policy.OpportunityAgeMaxBlocks + 1);
        Assert.Equal(0, await searcher.Sweep.RunAsync(TimeSpan.FromMinutes(15), Cancellation));
        await MineAsync(1);
        Assert.Equal(1, await searcher.Sweep.RunAsync(TimeSpan.FromMinutes(15), Cancellation));
        Assert.Equal(0, await searcher.Sweep.RunAsync(TimeSpan.FromMinutes(15), Cancellation));

        Outcome outcome = Assert.Single(await searcher.OutcomesAsync(Cancellation));
        Assert.Equal((keys[1], OutcomeKind.Expired), (outcome.Key, outcome.Kind));

        // Its message, should it come after all, finds nothing to do.
        Assert.Equal((IntakeDecision.Done, "started before"), await searcher.Intake.DecideAsync(keys[1], Cancellation));
    }

    [Fact]
    public async Task The_sweep_ends_a_claim_whose_holder_died_before_it_started_anything()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(world.EtherPools[0], Cancellation);
        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        Assert.Equal(IntakeDecision.Start, (await searcher.Intake.DecideAsync(key, Cancellation)).Decision);

        await MineAsync(searcher.Policy.OpportunityAgeMaxBlocks + (int)ClaimSweep.AbandonedAfterBlocks);
        Assert.Equal(0, await searcher.Sweep.RunAsync(TimeSpan.FromMinutes(15), Cancellation));
        await MineAsync(1);
        Assert.Equal(1, await searcher.Sweep.RunAsync(TimeSpan.FromMinutes(15), Cancellation));

        Outcome outcome = Assert.Single(await searcher.OutcomesAsync(Cancellation));
        Assert.Equal((key, OutcomeKind.Expired), (outcome.Key, outcome.Kind));
        Assert.StartsWith("taken up and never started", outcome.Reason, StringComparison.Ordinal);
    }

    private async Task MineAsync(int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            await world.MineWithoutBundlesAsync(Cancellation);
        }
    }
}
