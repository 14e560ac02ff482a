using Arb.TestKit;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Tests.Durable;

/// <summary>Orchestrators that do not replay the same way are caught and told where they left the path.</summary>
public sealed class DeterminismTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("other name", "#0 activity 'First'", "#0 activity 'Second'")]
    [InlineData("other kind", "#0 activity 'First'", "#0 timer")]
    [InlineData("other version", "#0 activity 'First'", "#0 activity 'First' version '7'")]
    [InlineData("other order", "#0 activity 'First'", "#0 activity 'Second'")]
    [InlineData("nothing", "#0 activity 'First'", "no further action")]
    [InlineData("one more", "#1 activity 'Second'", "which its history does not have")]
    [InlineData("other child", "#0 activity 'First'", "#0 sub-orchestration 'Changed'")]
    public async Task A_replay_that_takes_another_way_fails_and_names_the_divergence(
        string change, string expected, string instead)
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Changed), change);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", end.FailureDetails!.ErrorType);
        Assert.Contains(expected, end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(instead, end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(App.AwaitsDelay))]
    [InlineData(nameof(App.AwaitsDelayBesideAnActivity))]
    [InlineData(nameof(App.RunsOnThePool))]
    [InlineData(nameof(App.LeavesTheTurn))]
    [InlineData(nameof(App.AwaitsNothingEver))]
    public async Task Awaiting_anything_that_is_not_durable_is_refused_with_the_remedy(string orchestrator)
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(orchestrator);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("not a durable task", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("move everything else into an activity", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stray_continuation_that_comes_after_the_turn_fails_the_instance_too()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.StraysLater), TestContext.Current.CancellationToken);
        await app.Client.WaitForInstanceStartAsync(id, Patience.Token);
        app.Probe.Open("stray");
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("not a durable task", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finished_tasks_continuations_and_yields_stay_on_the_turn_and_are_allowed()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.StaysInTheTurn));
        Assert.Equal("first first", end.ReadOutputAs<string>());
    }

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        [Function(nameof(Changed))]
        public async Task Changed([OrchestrationTrigger] TaskOrchestrationContext context, string change)
        {
            string way = _probe.Leave(nameof(Changed)) == 1 ? "first time" : change;
            switch (way)
            {
                case "first time":
                    await context.CallActivityAsync(nameof(First));
                    break;
                case "other name":
                    await context.CallActivityAsync(nameof(Second));
                    break;
                case "other kind":
                    await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                    break;
                case "other version":
                    await context.CallActivityAsync(nameof(First), new TaskOptions { Version = "7" });
                    break;
                case "other order":
                    Task second = context.CallActivityAsync(nameof(Second));
                    await Task.WhenAll(second, context.CallActivityAsync(nameof(First)));
                    break;
                case "one more":
                    Task first = context.CallActivityAsync(nameof(First));
                    await Task.WhenAll(first, context.CallActivityAsync(nameof(Second)));
                    break;
                case "other child":
                    await context.CallSubOrchestratorAsync(nameof(Changed), "x");
                    break;
                default:
                    break;
            }
        }

        [Function(nameof(AwaitsDelay))]
        public static Task AwaitsDelay([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.Delay(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);

        [Function(nameof(AwaitsDelayBesideAnActivity))]
        public static async Task AwaitsDelayBesideAnActivity([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task activity = context.CallActivityAsync(nameof(First));
            await Task.Delay(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
            await activity;
        }

        [Function(nameof(RunsOnThePool))]
        public async Task RunsOnThePool([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await Task.Run(() => _probe.GateAsync("never"), TestContext.Current.CancellationToken);

        [Function(nameof(LeavesTheTurn))]
        public static async Task<string> LeavesTheTurn([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync(nameof(First)).ConfigureAwait(false);
            return await context.CallActivityAsync<string>(nameof(Second));
        }

        [Function(nameof(AwaitsNothingEver))]
        public static Task AwaitsNothingEver([OrchestrationTrigger] TaskOrchestrationContext context) =>
            new TaskCompletionSource().Task;

        [Function(nameof(StraysLater))]
        public async Task StraysLater([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task never = context.WaitForExternalEvent<object>("never");
            await Task.WhenAny(never, _probe.GateAsync("stray"));
        }

        [Function(nameof(StaysInTheTurn))]
        public static async Task<string> StaysInTheTurn([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await Task.CompletedTask;
            await Task.Yield();
            string first = await context.CallActivityAsync<string>(nameof(First));
            Task<string> next = context.CallActivityAsync<string>(nameof(First))
                .ContinueWith(done => $"{first} {done.Result}", TaskScheduler.Current);
            return await next;
        }

        [Function(nameof(First))]
        public static string First([ActivityTrigger] object? input) => "first";

        [Function(nameof(Second))]
        public static string Second([ActivityTrigger] object? input) => "second";
    }
}
