using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using DurableTask.Core.Exceptions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Tests.Durable;

/// <summary>Events, starting over, sub-orchestrations, and what a client can do to an instance.</summary>
public sealed class EventAndLifecycleTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_raised_before_anyone_waits_are_kept_in_order_and_found_without_case()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.GateThenThreeEvents), Cancellation);
        await app.Client.RaiseEventAsync(id, "VALUE", 1, Cancellation);
        await app.Client.RaiseEventAsync(id, "value", 2, Cancellation);
        await app.Client.RaiseEventAsync(id, "go", Cancellation);
        await app.Client.RaiseEventAsync(id, "Value", 3, Cancellation);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal([1, 2, 3], end.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task A_wait_that_timed_out_does_not_swallow_the_event_that_comes_later()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.TimeoutThenWait), Cancellation);
        await Patience.UntilAsync(async () =>
            (await app.Client.GetInstanceAsync(id, true, Cancellation))!.ReadCustomStatusAs<string>() == "timed out");
        await app.Client.RaiseEventAsync(id, "late", "here", Cancellation);
        await app.Client.RaiseEventAsync(id, "go", Cancellation);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal("here", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Continue_as_new_starts_over_with_its_input_and_keeps_unprocessed_events()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Counter), 0, Cancellation);
        for (int i = 0; i < 5; i++)
        {
            await app.Client.RaiseEventAsync(id, "add", 10, Cancellation);
        }

        await app.Client.RaiseEventAsync(id, "stop", Cancellation);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal(50, end.ReadOutputAs<int>());
        InstanceRecord record = (await app.Store.ReadAsync(id, Cancellation))!;
        Assert.Equal(5, record.Generation);
    }

    [Fact]
    public async Task Continue_as_new_can_drop_events_and_change_the_version()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.DropsEvents), Cancellation);
        await app.Client.RaiseEventAsync(id, "kept?", "yes", Cancellation);
        await app.Client.RaiseEventAsync(id, "go", Cancellation);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal("dropped 2.0", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_sub_orchestration_returns_its_result_and_knows_its_parent()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Parent), "child-a", "parent-a");
        Assert.Equal("child-a of parent-a", end.ReadOutputAs<string>());
        Assert.Equal("child-a of parent-a", (await app.EndOfAsync("child-a")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failed_sub_orchestration_fails_the_call_and_can_be_retried_under_its_id()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.RetriesChild));
        Assert.Equal("third time", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_hundred_sub_orchestrations_in_one_turn_all_answer()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.ManyChildren), 100);
        Assert.Equal(100, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_event_sent_by_one_orchestration_reaches_another()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string receiver = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), Cancellation);
        await app.RunAsync(nameof(App.Sends), receiver);
        Assert.Equal("hello", (await app.EndOfAsync(receiver)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Termination_ends_an_instance_and_with_it_its_sub_orchestrations()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.ParentOfWaiting), "waiting-child", Cancellation);
        await app.Client.WaitForInstanceStartAsync("waiting-child", Patience.Token);
        await app.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true), Cancellation);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("enough", end.ReadOutputAs<string>());
        Assert.Equal(
            OrchestrationRuntimeStatus.Terminated, (await app.EndOfAsync("waiting-child")).RuntimeStatus);
    }

    [Fact]
    public async Task A_suspended_instance_keeps_what_arrives_and_goes_on_when_resumed()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), Cancellation);
        await app.Client.WaitForInstanceStartAsync(id, Patience.Token);
        await app.Client.SuspendInstanceAsync(id, "hold", Cancellation);
        await Patience.UntilAsync(async () => await StatusAsync(app, id) == OrchestrationRuntimeStatus.Suspended);
        await app.Client.RaiseEventAsync(id, "message", "kept", Cancellation);

        // Another instance of the same partition goes through completely; the held one must not have moved.
        await app.RunAsync(nameof(App.Parent), "other");
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, await StatusAsync(app, id));
        await app.Client.ResumeInstanceAsync(id, "go on", Cancellation);
        Assert.Equal("kept", (await app.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_same_id_is_refused_while_it_runs_and_runs_again_once_it_has_ended()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        StartOrchestrationOptions options = new("twice");
        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), options, Cancellation);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
            app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), options, Cancellation));
        await app.Client.RaiseEventAsync("twice", "message", "first", Cancellation);
        Assert.Equal("first", (await app.EndOfAsync("twice")).ReadOutputAs<string>());

        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), options, Cancellation);
        await app.Client.RaiseEventAsync("twice", "message", "second", Cancellation);
        Assert.Equal("second", (await app.EndOfAsync("twice")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Dedupe_statuses_decide_over_an_existing_instance()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        StartOrchestrationOptions plain = new("deduped");
        StartOrchestrationOptions never =
            plain.WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        await app.RunAsync(nameof(App.Child), null, "deduped");
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
            app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Child), never, Cancellation));

        // A list without Completed lets the completed one be replaced.
        await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Receives), plain.WithDedupeStatuses(OrchestrationRuntimeStatus.Failed), Cancellation);

        // The host adds what has not ended to every list, so not even an empty one lets it be replaced.
        OrchestrationRuntimeStatus[][] lists =
        [
            [], [OrchestrationRuntimeStatus.Completed], [OrchestrationRuntimeStatus.Terminated],
        ];
        foreach (OrchestrationRuntimeStatus[] list in lists)
        {
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
                app.Client.ScheduleNewOrchestrationInstanceAsync(
                    nameof(App.Child), plain.WithDedupeStatuses(list), Cancellation));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Child), plain with { DedupeStatuses = ["Nonsense"] }, Cancellation));
    }

    [Theory]
    [InlineData("CurrentOrOlder", "Fail", "1.9", "Completed")]
    [InlineData("CurrentOrOlder", "Fail", "1.10", "Completed")]
    [InlineData("CurrentOrOlder", "Fail", "", "Completed")]
    [InlineData("CurrentOrOlder", "Fail", "2.0", "Failed")]
    [InlineData("Strict", "Fail", "1.9", "Failed")]
    [InlineData("Strict", "Fail", null, "Completed")]
    [InlineData("None", "Fail", "2.0", "Completed")]
    public async Task The_match_strategy_decides_which_versions_run(
        string match, string failure, string? version, string expected)
    {
        await using TestApp app = await TestApp.StartAsync(
            azurite, UniqueName.Next("hub"), Versions(match, failure), typeof(App));
        StartOrchestrationOptions options = new() { Version = version is null ? (TaskVersion?)null : version };
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Child), options, Cancellation);
        OrchestrationMetadata end = await app.EndOfAsync(id);
        Assert.Equal(expected, end.RuntimeStatus.ToString());
        Assert.Equal(expected == "Failed" ? "VersionMismatch" : null, end.FailureDetails?.ErrorType);
    }

    [Fact]
    public async Task A_newer_orchestration_waits_until_an_app_that_runs_its_version_comes()
    {
        string hub = UniqueName.Next("hub");
        string id;
        await using (TestApp old = await TestApp.StartAsync(azurite, hub, Versions("CurrentOrOlder", "Reject"), typeof(App)))
        {
            id = await old.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(App.Child), new StartOrchestrationOptions { Version = "2.0" }, Cancellation);
            await Patience.UntilAsync(() => old.Logs.Lines.Any(line =>
                line.Contains("has version '2.0', which this app of version '1.10' does not run", StringComparison.Ordinal)));
            Assert.Equal(OrchestrationRuntimeStatus.Pending, await StatusAsync(old, id));
        }

        Dictionary<string, string?> newer = Versions("CurrentOrOlder", "Reject");
        newer["AzureFunctionsJobHost:extensions:durableTask:defaultVersion"] = "2.0";
        await using TestApp next = await TestApp.StartAsync(azurite, hub, newer, typeof(App));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await next.EndOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task An_unknown_match_strategy_is_refused_at_start()
    {
        string message = await TestApp.FailToStartAsync(
            azurite.ConnectionString, Versions("Newest", "Fail"), typeof(App));
        Assert.Contains("it must be one of None, Strict, CurrentOrOlder", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purged_instance_is_gone_and_a_running_one_stays()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await app.RunAsync(nameof(App.Parent), "purged-child", "purged");
        string running = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), Cancellation);
        Assert.Equal(1, (await app.Client.PurgeInstanceAsync("purged", Cancellation)).PurgedInstanceCount);
        Assert.Null(await app.Client.GetInstanceAsync("purged", Cancellation));
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            app.Client.PurgeInstanceAsync(running, Cancellation));
        Assert.Contains("Only orchestrations in a terminal state can be purged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("nobody", Cancellation)).PurgedInstanceCount);
        Assert.Equal(
            1,
            (await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), Cancellation)).PurgedInstanceCount);
        Assert.Null(await app.Client.GetInstanceAsync("purged-child", Cancellation));
        Assert.NotNull(await app.Client.GetInstanceAsync(running, Cancellation));
    }

    [Fact]
    public async Task A_restarted_instance_runs_again_with_its_input()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await app.RunAsync(nameof(App.Parent), "restarted-child", "restarted");
        string id = await app.Client.RestartAsync("restarted", restartWithNewInstanceId: true, Cancellation);
        Assert.NotEqual("restarted", id);
        Assert.Equal($"restarted-child of {id}", (await app.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal("restarted", await app.Client.RestartAsync("restarted", false, Cancellation));
        await app.EndOfAsync("restarted");
        string running = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Client.RestartAsync(running, false, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.RestartAsync("nobody", false, Cancellation));
    }

    [Fact]
    public async Task Instances_are_listed_by_status_page_by_page()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        for (int i = 0; i < 7; i++)
        {
            await app.RunAsync(nameof(App.Child), null, $"listed-{i}");
        }

        await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.Receives), Cancellation);
        OrchestrationQuery query = new(
            Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "listed-", PageSize: 3);
        List<int> sizes = [];
        HashSet<string> ids = [];
        string? token = null;
        do
        {
            Page<OrchestrationMetadata> page = await app.Client.GetAllInstancesAsync(query)
                .AsPages(token).FirstAsync(Cancellation);
            sizes.Add(page.Values.Count);
            ids.UnionWith(page.Values.Select(instance => instance.InstanceId));
            token = page.ContinuationToken;
        }
        while (token is not null);
        Assert.Equal([3, 3, 1], sizes);
        Assert.Equal(7, ids.Count);
    }

    [Fact]
    public async Task An_instance_with_a_start_time_waits_for_it()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        DateTimeOffset startAt = TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(700);
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Now), null, new StartOrchestrationOptions(null, startAt), Cancellation);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, await StatusAsync(app, id));
        Assert.True((await app.EndOfAsync(id)).ReadOutputAs<DateTime>() >= startAt.UtcDateTime);
    }

    [Fact]
    public async Task Ids_and_times_are_the_same_on_every_replay_and_the_safe_logger_speaks_once()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        OrchestrationMetadata end = await app.RunAsync(nameof(App.Deterministic));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        string[] seen = [.. app.Probe.Traces];
        Assert.Equal(3, seen.Length);
        Assert.Single(seen.Distinct());
        Assert.Single(app.Logs.Lines, line => line.Contains("spoken once", StringComparison.Ordinal));
        Assert.Equal(2, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Messages_to_missing_or_ended_instances_are_refused_by_name()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        ArgumentException missing = await Assert.ThrowsAsync<ArgumentException>(() =>
            app.Client.RaiseEventAsync("nobody", "event", 1, Cancellation));
        Assert.Contains("'nobody'", missing.Message, StringComparison.Ordinal);
        await app.RunAsync(nameof(App.Child), null, "ended");
        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            app.Client.RaiseEventAsync("ended", "event", 1, Cancellation));
        Assert.Contains("Completed", ended.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => app.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(App.Child), new StartOrchestrationOptions("a/b"), Cancellation));
    }

    private static Dictionary<string, string?> Versions(string match, string failure) => new()
    {
        ["AzureFunctionsJobHost:extensions:durableTask:defaultVersion"] = "1.10",
        ["AzureFunctionsJobHost:extensions:durableTask:versionMatchStrategy"] = match,
        ["AzureFunctionsJobHost:extensions:durableTask:versionFailureStrategy"] = failure,
    };

    private static async Task<OrchestrationRuntimeStatus> StatusAsync(TestApp app, string id) =>
        (await app.Client.GetInstanceAsync(id, Cancellation))!.RuntimeStatus;

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        [Function(nameof(GateThenThreeEvents))]
        public static async Task<int[]> GateThenThreeEvents([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.WaitForExternalEvent<object>("go");
            int first = await context.WaitForExternalEvent<int>("value");
            int second = await context.WaitForExternalEvent<int>("value");
            return [first, second, await context.WaitForExternalEvent<int>("value", TimeSpan.FromHours(1))];
        }

        [Function(nameof(TimeoutThenWait))]
        public static async Task<string> TimeoutThenWait([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                return await context.WaitForExternalEvent<string>("late", TimeSpan.FromMilliseconds(50));
            }
            catch (TaskCanceledException)
            {
                context.SetCustomStatus("timed out");
            }

            await context.WaitForExternalEvent<object>("go");
            return await context.WaitForExternalEvent<string>("late");
        }

        [Function(nameof(Counter))]
        public static async Task<int> Counter([OrchestrationTrigger] TaskOrchestrationContext context, int sum)
        {
            if (sum < 50)
            {
                context.ContinueAsNew(sum + await context.WaitForExternalEvent<int>("add"));
                return 0;
            }

            await context.WaitForExternalEvent<object>("stop");
            return sum;
        }

        [Function(nameof(DropsEvents))]
        public static async Task<string> DropsEvents([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (context.Version == "2.0")
            {
                try
                {
                    return await context.WaitForExternalEvent<string>("kept?", TimeSpan.FromMilliseconds(50));
                }
                catch (TaskCanceledException)
                {
                    return $"dropped {context.Version}";
                }
            }

            await context.WaitForExternalEvent<object>("go");
            context.ContinueAsNew(new ContinueAsNewOptions { PreserveUnprocessedEvents = false, NewVersion = "2.0" });
            return string.Empty;
        }

        [Function(nameof(Parent))]
        public static Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context, string childId) =>
            context.CallSubOrchestratorAsync<string>(
                nameof(Child), null, new SubOrchestrationOptions(instanceId: childId));

        [Function(nameof(ParentOfWaiting))]
        public static Task<string> ParentOfWaiting([OrchestrationTrigger] TaskOrchestrationContext context, string childId) =>
            context.CallSubOrchestratorAsync<string>(nameof(Receives), new TaskOptions().WithInstanceId(childId));

        [Function(nameof(Child))]
        public static string Child([OrchestrationTrigger] TaskOrchestrationContext context) =>
            $"{context.InstanceId} of {context.Parent?.InstanceId}";

        [Function(nameof(RetriesChild))]
        public static Task<string> RetriesChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallSubOrchestratorAsync<string>(
                nameof(FailsTwice),
                null,
                new SubOrchestrationOptions(new RetryPolicy(5, TimeSpan.FromMilliseconds(10)), "flaky-child"));

        [Function(nameof(FailsTwice))]
        public static async Task<string> FailsTwice([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync<int>(nameof(CountUp), "child") < 3
                ? throw new InvalidOperationException("not yet")
                : "third time";

        [Function(nameof(ManyChildren))]
        public static async Task<int> ManyChildren([OrchestrationTrigger] TaskOrchestrationContext context, int count)
        {
            string[] answers = await Task.WhenAll(Enumerable.Range(0, count)
                .Select(_ => context.CallSubOrchestratorAsync<string>(nameof(Child))));
            return answers.Distinct().Count();
        }

        [Function(nameof(Receives))]
        public static Task<string> Receives([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.WaitForExternalEvent<string>("message");

        [Function(nameof(Sends))]
        public static void Sends([OrchestrationTrigger] TaskOrchestrationContext context, string receiver) =>
            context.SendEvent(receiver, "message", "hello");

        [Function(nameof(Now))]
        public static DateTime Now([OrchestrationTrigger] TaskOrchestrationContext context) => context.CurrentUtcDateTime;

        [Function(nameof(Deterministic))]
        public async Task<int> Deterministic([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            string first = $"{context.NewGuid()} {context.NewGuid()} {context.CurrentUtcDateTime:o}";
            _probe.Leave(first);
            ILogger log = context.CreateReplaySafeLogger<App>();
#pragma warning disable CA1848 // One line of a test.
            log.LogWarning("spoken once");
#pragma warning restore CA1848
            int sum = await context.CallActivityAsync<int>(nameof(CountUp), "a");
            return sum + await context.CallActivityAsync<int>(nameof(CountUp), "b");
        }

        [Function(nameof(CountUp))]
        public static int CountUp([ActivityTrigger] string what, FunctionContext context)
        {
            Counts counts = Counted.GetOrAdd(
                (string)context.BindingContext.BindingData["instanceId"]! + what, _ => new Counts());
            return Interlocked.Increment(ref counts.Value);
        }

        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Counts> Counted = new();

        private sealed class Counts
        {
            public int Value;
        }
    }
}
