using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Tests.Durable;

/// <summary>Two hosts on one task hub, and the fence that keeps them from harming each other.</summary>
public sealed class SharedHubTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_share_the_partitions_and_run_everything_exactly_once()
    {
        string hub = UniqueName.Next("hub");
        await using TestApp one = await TestApp.StartAsync(azurite, hub, [], typeof(App));
        await using TestApp two = await TestApp.StartAsync(azurite, hub, [], typeof(App));
        await Patience.UntilAsync(() => OwnedBy(one) == 2 && OwnedBy(two) == 2);
        string[] ids = [.. Enumerable.Range(0, 24).Select(i => $"shared-{i}")];
        foreach ((string id, int index) in ids.Select((id, index) => (id, index)))
        {
            TestApp starter = index % 2 == 0 ? one : two;
            await starter.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(App.TwoSteps), null, new StartOrchestrationOptions(id), Cancellation);
        }

        foreach (string id in ids)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await two.EndOfAsync(id)).RuntimeStatus);
        }

        string[] runs = [.. one.Probe.Traces, .. two.Probe.Traces];
        Assert.Equal(48, runs.Length);
        Assert.Equal(48, runs.Distinct().Count());
        Assert.NotEmpty(one.Probe.Traces);
        Assert.NotEmpty(two.Probe.Traces);
    }

    [Fact]
    public async Task Another_host_finishes_what_a_stopped_one_left_waiting()
    {
        string hub = UniqueName.Next("hub");
        TestApp first = await TestApp.StartAsync(azurite, hub, [], typeof(App));
        string id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(App.WaitsBetween), Cancellation);
        await Patience.UntilAsync(async () =>
            (await first.Client.GetInstanceAsync(id, true, Cancellation))!.ReadCustomStatusAs<string>() == "waiting");
        await first.DisposeAsync();

        await using TestApp second = await TestApp.StartAsync(azurite, hub, [], typeof(App));
        await second.Client.RaiseEventAsync(id, "go", Cancellation);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await second.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal([$"Step {id} 1"], first.Probe.Traces);
        Assert.Equal([$"Step {id} 2"], second.Probe.Traces);
    }

    [Fact]
    public async Task Whoever_read_an_instance_before_it_was_claimed_can_commit_nothing_any_more()
    {
        DurableStore store = await UnattendedAsync();
        InstanceRecord started = (await store.TryStartAsync(Record("fenced"), null, Cancellation))!;
        InstanceRecord claimed = (await store.TryClaimAsync(started, Cancellation))!;
        TurnCommit stale = Commit(started);
        Assert.Null(await store.TryCommitAsync(stale, Cancellation));
        Assert.Equal(0, (await store.ReadAsync("fenced", Cancellation))!.Batches);
        Assert.NotNull(await store.TryCommitAsync(Commit(claimed), Cancellation));
        Assert.Equal(1, (await store.ReadAsync("fenced", Cancellation))!.Batches);
    }

    [Fact]
    public async Task The_first_answer_to_an_action_wins()
    {
        DurableStore store = await UnattendedAsync();
        InboxMessage answer = new(MessageKind.TaskCompleted)
        {
            ExecutionId = "e",
            Generation = 0,
            TaskId = 0,
            Data = "1",
        };
        Assert.NotNull(await store.TryInsertAsync("answered", answer, Cancellation));
        Assert.Null(await store.TryInsertAsync("answered", answer with { Data = "2" }, Cancellation));
        Assert.Equal("1", Assert.Single(await store.ReadInboxAsync("answered", Cancellation)).Data);
    }

    [Fact]
    public async Task A_purge_stops_when_the_id_runs_again()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await app.RunAsync(nameof(App.TwoSteps), null, "purged-late");
        InstanceRecord ended = (await app.Store.ReadAsync("purged-late", Cancellation))!;
        await app.RunAsync(nameof(App.TwoSteps), null, "purged-late");
        Assert.False(await app.Store.TryPurgeAsync(ended, Cancellation));
        Assert.NotNull(await app.Store.ReadAsync("purged-late", Cancellation));
    }

    [Fact]
    public async Task An_order_delivered_twice_starts_one_sub_orchestration()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        DurableEngine engine = (DurableEngine)app.Services.GetService(typeof(DurableEngine))!;
        ParentLink parent = new("P", "parent", "parent-run", 0, 4);
        OutboxBatch order = new(
            app.Store.PartitionOf("parent"),
            StoreKeys.OutboxOf("parent", 0, 1),
            [new OutboxEntry("ordered") { Start = new SubOrchestrationStart(nameof(App.TwoSteps), string.Empty, null, parent) }]);
        await engine.DeliverAsync(order);
        await app.EndOfAsync("ordered");
        await engine.DeliverAsync(order);
        Assert.Equal(0, (await app.Store.ReadAsync("ordered", Cancellation))!.Generation);
        Assert.Equal(2, app.Probe.Traces.Count);
    }

    [Fact]
    public async Task A_hub_cannot_be_opened_with_another_number_of_partitions()
    {
        string hub = UniqueName.Next("hub");
        await using TestApp app = await TestApp.StartAsync(azurite, hub, [], typeof(App));
        string message = await TestApp.FailToStartAsync(
            azurite.ConnectionString,
            new Dictionary<string, string?>
            {
                ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = hub,
                ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:partitionCount"] = "5",
            },
            typeof(App));
        Assert.Contains("was created with 4 partitions and partitionCount is now 5", message, StringComparison.Ordinal);
    }

    private static int OwnedBy(TestApp app)
    {
        DurableEngine engine = (DurableEngine)app.Services.GetService(typeof(DurableEngine))!;
        return Enumerable.Range(0, app.Store.PartitionCount).Count(engine.MayRun);
    }

    /// <summary>A hub that no engine runs: nothing but the test itself claims, commits or tidies up.</summary>
    private async Task<DurableStore> UnattendedAsync()
    {
        HostOptions options = new()
        {
            StorageConnection = azurite.ConnectionString,
            HostId = "unattended",
            HubName = UniqueName.Next("hub"),
        };
        DurableStore store = new(new StorageAccount(azurite.ConnectionString), options);
        await store.InitializeAsync(Cancellation);
        return store;
    }

    private static InstanceRecord Record(string id) => new()
    {
        InstanceId = id,
        Name = "Unknown",
        ExecutionId = "run",
        CreatedAt = DateTime.UnixEpoch,
        UpdatedAt = DateTime.UnixEpoch,
    };

    private static TurnCommit Commit(InstanceRecord before) => new(
        before,
        before with { Batches = 1, Status = OrchestrationRuntimeStatus.Running },
        [new HistoryEvent(EventKind.TurnStarted) { At = DateTime.UnixEpoch }],
        [],
        [],
        []);

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        [Function(nameof(TwoSteps))]
        public static async Task TwoSteps([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync(nameof(Step), $"{context.InstanceId} 1");
            await context.CallActivityAsync(nameof(Step), $"{context.InstanceId} 2");
        }

        [Function(nameof(WaitsBetween))]
        public static async Task WaitsBetween([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync(nameof(Step), $"{context.InstanceId} 1");
            context.SetCustomStatus("waiting");
            await context.WaitForExternalEvent<object>("go");
            await context.CallActivityAsync(nameof(Step), $"{context.InstanceId} 2");
        }

        [Function(nameof(Step))]
        public void Step([ActivityTrigger] string step) => _probe.Leave($"Step {step}");
    }
}
