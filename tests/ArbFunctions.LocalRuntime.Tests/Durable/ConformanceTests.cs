using Arb.TestKit;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Tests.Durable;

/// <summary>What Durable documents for sequences, fan-out, timers, retries and failures.</summary>
public sealed class ConformanceTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Activities_run_one_after_another_and_their_results_arrive()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Sequence), 3);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("1 2 3", end.ReadOutputAs<string>());
        Assert.Equal(3, end.ReadInputAs<int>());
        Assert.Equal(["Number 1", "Number 2", "Number 3"], app.Probe.Traces);
    }

    [Fact]
    public async Task Fan_out_runs_every_activity_once_and_keeps_the_order_of_results()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.FanOut), 150);
        Assert.Equal(Enumerable.Range(0, 150), end.ReadOutputAs<int[]>());
        Assert.Equal(150, app.Probe.Traces.Distinct().Count());
        Assert.Equal(150, app.Probe.Traces.Count);
    }

    [Fact]
    public async Task A_timer_that_comes_first_wins_the_race_against_an_activity()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Race), TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal("timer", end.ReadOutputAs<string>());
        app.Probe.Open("slow");
    }

    [Fact]
    public async Task An_activity_that_comes_first_wins_the_race_against_a_timer()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        app.Probe.Open("slow");
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Race), TimeSpan.FromHours(1));
        Assert.Equal("activity", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_timer_never_fires_before_its_time()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Wait), TimeSpan.FromMilliseconds(300));
        DateTime[] times = end.ReadOutputAs<DateTime[]>()!;
        Assert.True(times[1] - times[0] >= TimeSpan.FromMilliseconds(300));
        Assert.All(times, time => Assert.Equal(DateTimeKind.Utc, time.Kind));
    }

    [Fact]
    public async Task A_cancelled_timer_wait_throws_and_does_not_hold_the_orchestration()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.CancelTimer));
        Assert.Equal("cancelled", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_retry_policy_tries_again_until_the_activity_succeeds()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Retry), new App.RetryPlan(4, 3, "policy"));
        Assert.Equal("succeeded at 3", end.ReadOutputAs<string>());
        Assert.Equal(3, app.Probe.Count("Flaky"));
    }

    [Fact]
    public async Task A_retry_policy_gives_up_after_its_last_attempt()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Retry), new App.RetryPlan(3, 9, "policy"));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(3, app.Probe.Count("Flaky"));
        Assert.Equal(typeof(TaskFailedException).FullName, end.FailureDetails!.ErrorType);
        Assert.True(end.FailureDetails.InnerFailure!.IsCausedBy<InvalidOperationException>());
        Assert.Contains("attempt 3", end.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_the_policy_does_not_handle_is_not_retried()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Retry), new App.RetryPlan(3, 9, "unhandled"));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(1, app.Probe.Count("Flaky"));
    }

    [Fact]
    public async Task A_retry_handler_decides_and_may_wait_durably()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Retry), new App.RetryPlan(5, 4, "handler"));
        Assert.Equal("succeeded at 4", end.ReadOutputAs<string>());
        Assert.Equal(4, app.Probe.Count("Flaky"));
    }

    [Fact]
    public async Task A_caught_failure_tells_its_type_message_and_inner_failure()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Catch));
        Assert.Equal(
            "Throw|0|System.InvalidOperationException|outer|System.ArgumentException|inner|True|False",
            end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_exception_of_the_orchestrator_fails_the_instance_with_its_details()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Throws));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(FormatException).FullName, end.FailureDetails!.ErrorType);
        Assert.Equal("no good", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_missing_activity_fails_at_once_even_under_a_retry_policy()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Missing));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("no activity named 'Nowhere'", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payloads_longer_than_a_table_property_survive_every_hop()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string large = new('ä', 200_000);
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Echo), large);
        Assert.Equal(large, end.ReadInputAs<string>());
        Assert.Equal(large + large, end.ReadOutputAs<string>());
        Assert.Equal(large, end.ReadCustomStatusAs<string>());
    }

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) =>
            _probe = (Probe)services.GetService(typeof(Probe))!;

        public sealed record RetryPlan(int Attempts, int SucceedsAt, string How);

        [Function(nameof(Sequence))]
        public static async Task<string> Sequence([OrchestrationTrigger] TaskOrchestrationContext context, int count)
        {
            List<int> numbers = [];
            for (int i = 1; i <= count; i++)
            {
                numbers.Add(await context.CallActivityAsync<int>(nameof(Number), i));
            }

            return string.Join(' ', numbers);
        }

        [Function(nameof(FanOut))]
        public static Task<int[]> FanOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.WhenAll(Enumerable.Range(0, context.GetInput<int>())
                .Select(i => context.CallActivityAsync<int>(nameof(Number), i)));

        [Function(nameof(Race))]
        public static async Task<string> Race([OrchestrationTrigger] TaskOrchestrationContext context, TimeSpan delay)
        {
            Task activity = context.CallActivityAsync(nameof(Slow));
            Task timer = context.CreateTimer(delay, CancellationToken.None);
            return await Task.WhenAny(activity, timer) == timer ? "timer" : "activity";
        }

        [Function(nameof(Wait))]
        public static async Task<DateTime[]> Wait([OrchestrationTrigger] TaskOrchestrationContext context, TimeSpan delay)
        {
            DateTime before = context.CurrentUtcDateTime;
            await context.CreateTimer(delay, CancellationToken.None);
            return [before, context.CurrentUtcDateTime];
        }

        [Function(nameof(CancelTimer))]
        public static async Task<string> CancelTimer([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using CancellationTokenSource cancellation = new();
            Task timer = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
            await context.CallActivityAsync<int>(nameof(Number), 1);
            cancellation.Cancel();
            try
            {
                await timer;
                return "fired";
            }
            catch (TaskCanceledException)
            {
                return "cancelled";
            }
        }

        [Function(nameof(Retry))]
        public static Task<string> Retry([OrchestrationTrigger] TaskOrchestrationContext context, RetryPlan plan)
        {
            RetryPolicy policy = new(plan.Attempts, TimeSpan.FromMilliseconds(10), 2);
            TaskOptions options = plan.How switch
            {
                "policy" => TaskOptions.FromRetryPolicy(policy),
                "unhandled" => TaskOptions.FromRetryPolicy(
                    new RetryPolicy(plan.Attempts, TimeSpan.FromMilliseconds(10))
                    {
                        HandleFailure = failure => failure.IsCausedBy<ArgumentException>(),
                    }),
                _ => TaskOptions.FromRetryHandler(async retry =>
                {
                    await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMilliseconds(10), CancellationToken.None);
                    return retry.LastAttemptNumber < plan.Attempts
                        && retry.LastFailure.IsCausedBy<InvalidOperationException>();
                }),
            };
            return context.CallActivityAsync<string>(nameof(Flaky), plan.SucceedsAt, options);
        }

        [Function(nameof(Catch))]
        public static async Task<string> Catch([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync(nameof(Throw));
                return "nothing";
            }
            catch (TaskFailedException error)
            {
                TaskFailureDetails details = error.FailureDetails;
                return string.Join(
                    '|',
                    error.TaskName,
                    error.TaskId,
                    details.ErrorType,
                    details.ErrorMessage,
                    details.InnerFailure!.ErrorType,
                    details.InnerFailure.ErrorMessage,
                    details.IsCausedBy<SystemException>(),
                    details.IsCausedBy<ArgumentException>());
            }
        }

        [Function(nameof(Throws))]
        public static Task Throws([OrchestrationTrigger] TaskOrchestrationContext context) =>
            throw new FormatException("no good");

        [Function(nameof(Missing))]
        public static Task Missing([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync(
            "Nowhere", options: TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1))));

        [Function(nameof(Echo))]
        public static async Task<string> Echo([OrchestrationTrigger] TaskOrchestrationContext context, string text)
        {
            context.SetCustomStatus(text);
            return await context.CallActivityAsync<string>(nameof(Twice), text);
        }

        [Function(nameof(Number))]
        public int Number([ActivityTrigger] int number)
        {
            _probe.Leave($"Number {number}");
            return number;
        }

        [Function(nameof(Slow))]
        public Task Slow([ActivityTrigger] object? input) => _probe.GateAsync("slow");

        [Function(nameof(Flaky))]
        public string Flaky([ActivityTrigger] int succeedsAt)
        {
            int attempt = _probe.Leave("Flaky");
            return attempt >= succeedsAt
                ? $"succeeded at {attempt}"
                : throw new InvalidOperationException($"attempt {attempt}");
        }

        [Function(nameof(Throw))]
        public static void Throw([ActivityTrigger] object? input) =>
            throw new InvalidOperationException("outer", new ArgumentException("inner"));

        [Function(nameof(Twice))]
        public static string Twice([ActivityTrigger] string text) => text + text;
    }
}
