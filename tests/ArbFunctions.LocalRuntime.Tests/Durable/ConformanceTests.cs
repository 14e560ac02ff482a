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
        await Patience.UntilAsync(async () => await StatusAsync(app, id) == "decided");

        // The loser is still at work, and Durable ends no orchestration that has something open.
        Assert.True((await app.Client.GetInstanceAsync(id, TestContext.Current.CancellationToken))!.IsRunning);
        app.Probe.Open("slow");
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal("timer", end.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("activity")]
    [InlineData("timer")]
    [InlineData("child")]
    [InlineData("throw")]
    [InlineData("continue as new")]
    public async Task An_orchestration_ends_only_when_nothing_it_began_is_open_any_more(string left)
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.LeavesOpen), left, TestContext.Current.CancellationToken);
        await Patience.UntilAsync(async () => await StatusAsync(app, id) == "left");
        Assert.True((await app.Client.GetInstanceAsync(id, TestContext.Current.CancellationToken))!.IsRunning);
        app.Probe.Open("slow");
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal(left == "throw" ? "thrown" : "\"gone\"", end.SerializedOutput);
    }

    [Fact]
    public async Task A_wait_for_an_event_keeps_no_orchestration_from_ending()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        Assert.Equal("left", (await app.RunAsync(nameof(App.LeavesAWait))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Continuing_as_new_clears_the_custom_status_unless_it_is_set_again()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.SetsStatusOnce), 0);
        Assert.Equal("done", end.ReadOutputAs<string>());
        Assert.Null(end.SerializedCustomStatus);
    }

    [Fact]
    public async Task A_retry_filter_that_throws_means_no_and_does_not_hide_the_failure()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Retry), new App.RetryPlan(3, 9, "broken filter"));
        Assert.Equal(typeof(TaskFailedException).FullName, end.FailureDetails!.ErrorType);
        Assert.True(end.FailureDetails.InnerFailure!.IsCausedBy<InvalidOperationException>());
        Assert.Equal(1, app.Probe.Count("Flaky"));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 6)]
    public async Task Actions_after_exhausted_retries_have_the_numbers_durable_gives_them(int attempts, int next)
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.NumberAfterRetries), attempts);
        Assert.Equal(next, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Waits_between_retries_grow_by_the_coefficient_up_to_the_longest()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        double[] waits = (await app.RunAsync(nameof(App.RetryWaits))).ReadOutputAs<double[]>()!;

        // 0.1, 0.2, 0.25 (instead of 0.4), 0.25: never less, and the sum tells a wrong factor from a slow machine.
        Assert.Equal(4, waits.Length);
        Assert.All(waits.Zip([0.1, 0.2, 0.25, 0.25]), pair => Assert.True(pair.First >= pair.Second, string.Join(' ', waits)));
    }

    [Fact]
    public async Task No_attempt_starts_after_the_retry_timeout()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Retry), new App.RetryPlan(50, 99, "timeout"));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.InRange(app.Probe.Count("Flaky"), 2, 4);
    }

    [Fact]
    public async Task A_retry_handler_sees_each_attempt_and_the_recorded_failure()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.HandlerSees));
        Assert.Equal(
            "1 System.InvalidOperationException attempt 1,2 System.InvalidOperationException attempt 2",
            end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Failures_keep_their_whole_chain_through_sub_orchestrations()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.ParentOfFailing));
        TaskFailureDetails parent = end.FailureDetails!;
        TaskFailureDetails child = parent.InnerFailure!;
        TaskFailureDetails activity = child.InnerFailure!;
        Assert.Equal(
            (
                "Task 'FailingChild' (#0) failed with an unhandled exception: Task 'Throw' (#0) failed with an unhandled "
                    + "exception: outer",
                typeof(TaskFailedException).FullName),
            (parent.ErrorMessage, parent.ErrorType));
        Assert.Equal(typeof(TaskFailedException).FullName, child.ErrorType);
        Assert.Equal(("System.InvalidOperationException", "outer"), (activity.ErrorType, activity.ErrorMessage));
        Assert.Equal("System.ArgumentException", activity.InnerFailure!.ErrorType);
        Assert.Null(activity.InnerFailure.InnerFailure);
        Assert.Equal(parent.ErrorMessage, end.SerializedOutput);
    }

    [Fact]
    public async Task When_all_throws_one_failure_and_keeps_them_all()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.TwoOfThreeFail));
        Assert.Equal("Microsoft.DurableTask.TaskFailedException True | #0,#2", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task When_any_over_events_in_a_loop_gives_each_event_to_the_newest_wait()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.EventLoop), TestContext.Current.CancellationToken);
        foreach (string name in (string[])["a", "b", "a"])
        {
            await app.Client.RaiseEventAsync(id, name, name, TestContext.Current.CancellationToken);
        }

        string[] got = (await app.EndOfAsync(id)).ReadOutputAs<string[]>()!;
        Assert.Equal(["a", "b", "a"], got);
    }

    [Fact]
    public async Task Of_several_waits_for_one_event_the_newest_gets_it_first()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.ThreeWaits), TestContext.Current.CancellationToken);
        await Patience.UntilAsync(async () => await StatusAsync(app, id) == "waiting");
        for (int i = 1; i <= 3; i++)
        {
            await app.Client.RaiseEventAsync(id, "NUMBER", i, TestContext.Current.CancellationToken);
        }

        int[] order = (await app.EndOfAsync(id)).ReadOutputAs<int[]>()!;
        Assert.Equal([3, 2, 1], order);
    }

    [Fact]
    public async Task An_event_timeout_nobody_catches_fails_the_orchestration_as_cancelled()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.EventTimesOut));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(AggregateException).FullName, end.FailureDetails!.ErrorType);
        Assert.True(end.FailureDetails.InnerFailure!.IsCausedBy<TaskCanceledException>());
    }

    [Fact]
    public async Task An_event_whose_payload_is_of_another_type_fails_the_orchestration()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.CatchesEverything), TestContext.Current.CancellationToken);
        await app.Client.WaitForInstanceStartAsync(id, Patience.Token);
        await app.Client.RaiseEventAsync(id, "number", "not a number", TestContext.Current.CancellationToken);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.True(end.FailureDetails!.IsCausedBy<System.Text.Json.JsonException>());
    }

    [Fact]
    public async Task A_start_under_an_unknown_name_is_accepted_and_the_instance_fails()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync("Unknown");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("OrchestratorTaskNotFound", end.FailureDetails!.ErrorType);
        Assert.Contains("'Unknown' doesn't exist", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task<string?> StatusAsync(TestApp app, string id) =>
        (await app.Client.GetInstanceAsync(id, true, TestContext.Current.CancellationToken))!.ReadCustomStatusAs<string>();

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
        Assert.EndsWith("attempt 3", end.SerializedOutput, StringComparison.Ordinal);
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

        // As Durable keeps it: the bare message, which is no JSON.
        Assert.Equal("no good", end.SerializedOutput);
    }

    [Fact]
    public async Task A_missing_activity_fails_at_once_even_under_a_retry_policy()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Missing));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("ActivityTaskNotFound", end.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Contains("'Nowhere' doesn't exist", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
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
            using CancellationTokenSource timerCancellation = new();
            Task activity = context.CallActivityAsync(nameof(Slow));
            Task timer = context.CreateTimer(delay, timerCancellation.Token);
            Task first = await Task.WhenAny(activity, timer);
            timerCancellation.Cancel();
            context.SetCustomStatus("decided");
            return first == timer ? "timer" : "activity";
        }

        [Function(nameof(LeavesOpen))]
        public static async Task<string> LeavesOpen([OrchestrationTrigger] TaskOrchestrationContext context, string left)
        {
            if (left == "gone")
            {
                return "gone";
            }

            Task open = left switch
            {
                "timer" => context.CreateTimer(TimeSpan.FromSeconds(2), CancellationToken.None),
                "child" => context.CallSubOrchestratorAsync(nameof(WaitsForSlow)),
                _ => context.CallActivityAsync(nameof(Slow)),
            };
            context.SetCustomStatus("left");
            switch (left)
            {
                case "throw":
                    throw new FormatException("thrown");
                case "continue as new":
                    context.ContinueAsNew("gone");
                    break;
                default:
                    break;
            }

            await Task.CompletedTask;
            return "gone";
        }

        [Function(nameof(WaitsForSlow))]
        public static Task WaitsForSlow([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync(nameof(Slow));

        [Function(nameof(LeavesAWait))]
        public static string LeavesAWait([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = context.WaitForExternalEvent<string>("never");
            return "left";
        }

        [Function(nameof(SetsStatusOnce))]
        public static async Task<string> SetsStatusOnce([OrchestrationTrigger] TaskOrchestrationContext context, int round)
        {
            if (round == 0)
            {
                context.SetCustomStatus("round 0");
                await context.CallActivityAsync<int>(nameof(Number), 0);
                context.ContinueAsNew(1);
                return string.Empty;
            }

            await context.CallActivityAsync<int>(nameof(Number), 1);
            return "done";
        }

        [Function(nameof(NumberAfterRetries))]
        public static async Task<int> NumberAfterRetries([OrchestrationTrigger] TaskOrchestrationContext context, int attempts)
        {
            try
            {
                await context.CallActivityAsync<string>(
                    nameof(Flaky), 99, TaskOptions.FromRetryPolicy(new RetryPolicy(attempts, TimeSpan.FromMilliseconds(10))));
            }
            catch (TaskFailedException)
            {
                context.SetCustomStatus("given up");
            }

            try
            {
                await context.CallActivityAsync(nameof(Throw));
                return -1;
            }
            catch (TaskFailedException error)
            {
                return error.TaskId;
            }
        }

        [Function(nameof(RetryWaits))]
        public static async Task<double[]> RetryWaits([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            List<DateTime> failedAt = [];
            RetryPolicy policy = new(5, TimeSpan.FromMilliseconds(100), 2, TimeSpan.FromMilliseconds(250))
            {
                HandleFailure = _ =>
                {
                    failedAt.Add(context.CurrentUtcDateTime);
                    return true;
                },
            };
            try
            {
                await context.CallActivityAsync<string>(nameof(Flaky), 99, TaskOptions.FromRetryPolicy(policy));
            }
            catch (TaskFailedException)
            {
                // The last failure is not asked about.
                failedAt.Add(context.CurrentUtcDateTime);
            }

            return [.. failedAt.Zip(failedAt.Skip(1), (before, after) => (after - before).TotalSeconds)];
        }

        [Function(nameof(HandlerSees))]
        public static async Task<string> HandlerSees([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            List<string> seen = [];
            TaskOptions options = TaskOptions.FromRetryHandler(retry =>
            {
                seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorType} {retry.LastFailure.ErrorMessage}");
                return retry.OrchestrationContext == context && retry.TotalRetryTime >= TimeSpan.Zero;
            });
            await context.CallActivityAsync<string>(nameof(Flaky), 3, options);
            return string.Join(',', seen);
        }

        [Function(nameof(ParentOfFailing))]
        public static Task ParentOfFailing([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallSubOrchestratorAsync(nameof(FailingChild));

        [Function(nameof(FailingChild))]
        public static Task FailingChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync(nameof(Throw));

        [Function(nameof(TwoOfThreeFail))]
        public static async Task<string> TwoOfThreeFail([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task all = Task.WhenAll(
                context.CallActivityAsync(nameof(Throw)),
                context.CallActivityAsync<int>(nameof(Number), 1),
                context.CallActivityAsync(nameof(Throw)));
            try
            {
                await all;
                return "nothing";
            }
            catch (TaskFailedException error)
            {
                IEnumerable<int> ids = all.Exception!.InnerExceptions.Select(inner => ((TaskFailedException)inner).TaskId);
                return $"{error.GetType()} {all.Exception.InnerExceptions[0] == error} | {string.Join(',', ids.Order().Select(id => $"#{id}"))}";
            }
        }

        [Function(nameof(EventLoop))]
        public static async Task<string[]> EventLoop([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            List<string> got = [];
            while (got.Count < 3)
            {
                got.Add(await await Task.WhenAny(
                    context.WaitForExternalEvent<string>("a"), context.WaitForExternalEvent<string>("b")));
            }

            return [.. got];
        }

        [Function(nameof(ThreeWaits))]
        public static async Task<int[]> ThreeWaits([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task<int>[] waits = [.. Enumerable.Range(0, 3).Select(_ => context.WaitForExternalEvent<int>("number"))];
            context.SetCustomStatus("waiting");
            return await Task.WhenAll(waits);
        }

        [Function(nameof(EventTimesOut))]
        public static Task<int> EventTimesOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.WaitForExternalEvent<int>("never", TimeSpan.FromMilliseconds(50));

        [Function(nameof(CatchesEverything))]
        public static async Task<int> CatchesEverything([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                return await context.WaitForExternalEvent<int>("number");
            }
            catch (System.Text.Json.JsonException)
            {
                return -1;
            }
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
                "timeout" => TaskOptions.FromRetryPolicy(new RetryPolicy(
                    plan.Attempts, TimeSpan.FromMilliseconds(200), retryTimeout: TimeSpan.FromMilliseconds(500))),
                "broken filter" => TaskOptions.FromRetryPolicy(
                    new RetryPolicy(plan.Attempts, TimeSpan.FromMilliseconds(10))
                    {
                        HandleFailure = _ => throw new FormatException("filter"),
                    }),
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
