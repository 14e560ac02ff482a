using System.Numerics;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Integration.Tests.Execution;

/// <summary>What must never be sent is refused before it is signed, in the simulating step and in the submitting one.</summary>
[Collection("Execution")]
public sealed class RefusalTests(ExecutionWorld world)
{
    private static readonly UInt256 Ether = 1_000_000_000_000_000_000UL;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetPool Pool => world.EtherPools[0];

    [Fact]
    public async Task A_gas_price_above_the_maximum_is_refused_for_now()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        (Searcher searcher, OpportunityKey key) = await FindAsync();
        using Searcher stricter = Searcher.On(world, p => p with { MaxGasPriceWei = UInt256.One }, after: searcher);

        await AssertRefusedAsync(stricter, key, nameof(RefusalReason.GasPriceAboveMaximum), SubmitState.RefusedForNow);
        searcher.Dispose();
    }

    [Fact]
    public async Task A_profit_below_the_floor_is_refused_by_the_executor_itself()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        (Searcher searcher, OpportunityKey key) = await FindAsync();
        using Searcher stricter = Searcher.On(world, p => p with { MinProfitWei = Ether * 1000UL }, after: searcher);

        await AssertRefusedAsync(stricter, key, "ProfitBelowFloor", SubmitState.Refused);
        searcher.Dispose();
    }

    [Fact]
    public async Task Profit_short_of_the_quote_by_more_than_allowed_is_refused()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        (Searcher searcher, OpportunityKey key) = await FindAsync();

        // These pools pay the quote to the wei, so only a limit that asks for more than the quote can be missed.
        using Searcher stricter = Searcher.On(world, p => p with { MaxSlippageBasisPoints = -1 }, after: searcher);
        using Searcher exact = Searcher.On(world, p => p with { MaxSlippageBasisPoints = 0 }, after: searcher);

        await AssertRefusedAsync(stricter, key, nameof(RefusalReason.SlippageAboveMaximum), SubmitState.Refused);
        Assert.Equal(SubmitState.Submitted, (await exact.SubmitFirstAsync(key, Cancellation)).State);
        searcher.Dispose();
    }

    [Fact]
    public async Task An_engaged_kill_switch_stops_rounds_simulations_and_submissions_until_it_is_released()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        (Searcher searcher, OpportunityKey key) = await FindAsync();
        using Searcher _ = searcher;

        await searcher.KillSwitch.EngageAsync(searcher.Policy.ChainId, "an operator said so", Cancellation);
        await AssertRefusedAsync(searcher, key, "KillSwitch: an operator said so", SubmitState.Refused);
        await world.MineWithoutBundlesAsync(Cancellation);
        Assert.Equal(RoundEnd.KillSwitch, (await searcher.Round.RunAsync(Cancellation)).End);

        await searcher.KillSwitch.ReleaseAsync(searcher.Policy.ChainId, Cancellation);
        Assert.Equal(SubmitState.Submitted, (await searcher.SubmitFirstAsync(key, Cancellation)).State);
    }

    [Fact]
    public async Task A_dry_run_does_everything_up_to_the_signature()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher dry = Searcher.On(world, p => p with { Mode = ExecutionMode.DryRun });
        await world.DislocateAsync(Pool, Cancellation);
        OpportunityKey key = Assert.Single(await dry.ScanAsync(Cancellation));
        await dry.TakeUpAsync(key, Cancellation);

        await AssertRefusedAsync(dry, key, nameof(RefusalReason.DryRun), SubmitState.Refused);

        Outcome outcome = await dry.Recorder.RunAsync(key, OutcomeKind.Refused, nameof(RefusalReason.DryRun), Cancellation);
        Assert.Equal((OutcomeKind.Refused, 0, BigInteger.Zero), (outcome.Kind, outcome.Attempts, outcome.NetProfitWei));
    }

    [Fact]
    public async Task On_another_chain_than_the_configured_one_nothing_is_published_or_signed()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        (Searcher searcher, OpportunityKey here) = await FindAsync();
        using Searcher mainnet = Searcher.On(world, after: searcher, chainId: 1);
        Opportunity opportunity = (await searcher.Bank.GetOpportunityAsync(here, Cancellation))!;
        OpportunityKey key = here with { ChainId = 1 };
        await mainnet.Bank.AddOpportunitiesAsync(
            [opportunity with { Key = key, Block = opportunity.Block with { ChainId = 1 } }], Cancellation);

        Assert.Equal(RoundEnd.WrongChain, (await mainnet.Round.RunAsync(Cancellation)).End);
        Assert.Equal(IntakeDecision.Poison, (await mainnet.Intake.DecideAsync(here, Cancellation)).Decision);
        ChainUnavailableException simulating =
            await Assert.ThrowsAsync<ChainUnavailableException>(() => mainnet.Simulator.RunAsync(key, Cancellation));
        ChainUnavailableException submitting =
            await Assert.ThrowsAsync<ChainUnavailableException>(() => mainnet.Submitter.RunAsync(key, 1, Cancellation));

        Assert.Equal("The node serves chain 31337; Chain__Id is 1. Nothing was signed.", simulating.Message);
        Assert.Equal(simulating.Message, submitting.Message);
        await AssertNothingLeftAsync(mainnet, key);
        searcher.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_gap_that_was_traded_away_is_refused(bool afterTheSimulation)
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        using Searcher searcher = Searcher.On(world);
        UInt256 sold = await world.DislocateAsync(Pool, Cancellation);
        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(key, Cancellation);
        if (afterTheSimulation)
        {
            Assert.True((await searcher.Simulator.RunAsync(key, Cancellation)).GoOn);
        }

        await world.SendRestoringSwapAsync(Pool, sold, Cancellation);
        await world.MineWithoutBundlesAsync(Cancellation);
        SubmitStep step = await searcher.Submitter.RunAsync(key, 1, Cancellation);

        Assert.Equal(SubmitState.Refused, step.State);
        Assert.StartsWith(nameof(RefusalReason.NoLongerProfitable), step.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(await searcher.Bank.GetAttemptsAsync(key, Cancellation), a => a.Number >= 1);
        if (!afterTheSimulation)
        {
            await AssertRefusedAsync(searcher, key, nameof(RefusalReason.NoLongerProfitable), SubmitState.Refused);
        }
    }

    [Fact]
    public async Task Without_the_bundle_relays_simulation_the_opportunity_ends_however_often_it_is_run()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        await using RelayProxy cut = await RelayProxy.StartAsync(world.Server.Url, "eth_callBundle", Cancellation);
        using Searcher searcher = Searcher.On(world, bundleRelay: cut.Url);
        await world.DislocateAsync(Pool, Cancellation);
        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(key, Cancellation);

        SimulateStep first = await searcher.Simulator.RunAsync(key, Cancellation);
        SimulateStep again = await searcher.Simulator.RunAsync(key, Cancellation);

        Assert.False(first.GoOn);
        Assert.StartsWith(nameof(RefusalReason.SimulationMissing), first.Reason, StringComparison.Ordinal);
        Assert.Equal(first, again);
        Assert.Equal(1, cut.Requests("eth_callBundle"));
    }

    [Fact]
    public async Task A_lane_that_cannot_pay_for_its_gas_is_refused()
    {
        await using IAsyncDisposable relay = await world.BeginAsync(Cancellation);
        (Searcher searcher, OpportunityKey key) = await FindAsync();
        using Searcher _ = searcher;
        foreach (Address lane in world.Contracts.Operators)
        {
            await world.Node.CallAsync(
                "anvil_setBalance",
                writer =>
                {
                    writer.WriteStringValue(lane.ToString());
                    writer.WriteStringValue("0x1");
                },
                Cancellation);
        }

        await AssertRefusedAsync(searcher, key, nameof(RefusalReason.LaneFundsTooLow), SubmitState.Refused);
    }

    private async Task<(Searcher Searcher, OpportunityKey Key)> FindAsync()
    {
        Searcher searcher = Searcher.On(world);
        await world.DislocateAsync(Pool, Cancellation);
        OpportunityKey key = Assert.Single(await searcher.ScanAsync(Cancellation));
        await searcher.TakeUpAsync(key, Cancellation);
        return (searcher, key);
    }

    private static async Task AssertRefusedAsync(Searcher searcher, OpportunityKey key, string reason, SubmitState state)
    {
        SimulateStep simulated = await searcher.Simulator.RunAsync(key, Cancellation);
        SubmitStep submitted = await searcher.Submitter.RunAsync(key, 1, Cancellation);

        Assert.False(simulated.GoOn);
        Assert.Contains(reason, simulated.Reason, StringComparison.Ordinal);
        Assert.Equal(state, submitted.State);
        Assert.Contains(reason, submitted.Reason, StringComparison.Ordinal);
        await AssertNothingLeftAsync(searcher, key);
    }

    /// <summary>Nothing was signed, and nothing is on record.</summary>
    private static async Task AssertNothingLeftAsync(Searcher searcher, OpportunityKey key)
    {
        Assert.Empty(searcher.Signer.Signed);
        Assert.Empty(await searcher.Bank.GetAttemptsAsync(key, Cancellation));
    }
}
