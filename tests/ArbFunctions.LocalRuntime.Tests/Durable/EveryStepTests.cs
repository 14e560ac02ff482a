using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ArbFunctions.LocalRuntime.Tests.Durable;

/// <summary>
/// A process is cut off from the store at every single write it makes, once before the write and once after it;
/// whatever had completed by then is not repeated by the process that goes on, and nothing is lost.
/// </summary>
public sealed class EveryStepTests(AzuriteFixture azurite)
{
    private const int AtOnce = 6;

    // Far more than the orchestration has; the test fails rather than runs for ever should it grow.
    private const int StepsMax = 120;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_write_loses_nothing_and_repeats_nothing_that_completed(bool afterWrite)
    {
        for (int first = 1; first < StepsMax; first += AtOnce)
        {
            bool[] crashed = await Task.WhenAll(
                Enumerable.Range(first, AtOnce).Select(write => CrashAtAsync(write, afterWrite)));
            if (!crashed[^1])
            {
                Assert.True(first > AtOnce, "Hardly any write was tried.");
                return;
            }
        }

        Assert.Fail($"More than {StepsMax} writes.");
    }

    private async Task<bool> CrashAtAsync(int write, bool afterWrite)
    {
        string hub = UniqueName.Next("hub");
        Probe probe = new();
        CutOff cutOff = new(write, afterWrite);
        TestApp doomed = await TestApp.StartAsync(
            azurite,
            hub,
            new Dictionary<string, string?>
            {
                ["FunctionsHost:LeaseDuration"] = "00:01:00",
                ["FunctionsHost:ShutdownTimeout"] = "00:00:00",
            },
            services => services.AddSingleton(probe).AddSingleton(new StorageAccount(azurite.ConnectionString, cutOff)),
            typeof(App));
        DurableEngine engine = doomed.Services.GetRequiredService<DurableEngine>();
        await Patience.UntilAsync(() => Enumerable.Range(0, doomed.Store.PartitionCount).All(engine.MayRun));
        cutOff.Arm();
        try
        {
            await doomed.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(App.Everything), 0, new StartOrchestrationOptions("main"), Cancellation);
        }
        catch (CutOffException)
        {
            // The caller learned nothing; it asks again below, under the same id.
        }

        Task<bool> ended = EndedAsync(doomed);
        await Patience.UntilAsync(() => cutOff.IsDead || ended.IsCompleted);
        await DisposeQuietlyAsync(doomed);
        if (!cutOff.IsDead)
        {
            return false;
        }

        TableClient hubTable = new(azurite.ConnectionString, hub + "Hub");
        HashSet<string> completed = await CompletedAsync(hubTable);
        string[] before = [.. probe.Traces];

        // What their expiry would do a minute later to the dead process's leases and to its place among the workers.
        await foreach (TableEntity row in hubTable.QueryAsync<TableEntity>(
            entity => entity.PartitionKey == StoreKeys.Control, cancellationToken: Cancellation))
        {
            if (row.RowKey[0] is 'L' or 'W')
            {
                await hubTable.DeleteEntityAsync(row, cancellationToken: Cancellation);
            }
        }

        await using TestApp heir = await TestApp.StartAsync(
            azurite, hub, [], services => services.AddSingleton(probe), typeof(App));
        if (await heir.Client.GetInstanceAsync("main", Cancellation) is null)
        {
            await heir.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(App.Everything), 0, new StartOrchestrationOptions("main"), Cancellation);
        }

        OrchestrationMetadata end = await heir.EndOfAsync("main");
        Assert.Equal("A B C D E A B C D E", end.ReadOutputAs<string>());
        string[] after = probe.Traces.Skip(before.Length).ToArray();
        string[] repeated = [.. after.Where(completed.Contains)];
        Assert.True(repeated.Length == 0, $"Crash at write {write}: repeated {string.Join(", ", repeated)}.");
        Assert.Equal(
            ["0A", "0B", "0C", "0D", "0E", "1A", "1B", "1C", "1D", "1E"],
            probe.Traces.Distinct().Order());
        return true;
    }

    private static async Task<bool> EndedAsync(TestApp app)
    {
        try
        {
            return (await app.EndOfAsync("main")).IsCompleted;
        }
        catch (CutOffException)
        {
            return false;
        }
    }

    private static async Task DisposeQuietlyAsync(TestApp app)
    {
        try
        {
            await app.DisposeAsync();
        }
        catch (CutOffException)
        {
            // A process that crashed does not say goodbye either.
        }
    }

    /// <summary>Activities whose result is in the store, by what their result names.</summary>
    private static async Task<HashSet<string>> CompletedAsync(TableClient hub)
    {
        HashSet<string> completed = [];
        await foreach (TableEntity row in hub.QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            string data = row.GetString("Data") ?? string.Empty;
            if (row.RowKey.StartsWith("h|", StringComparison.Ordinal))
            {
                foreach (HistoryEvent recorded in DurableJson.Read<List<HistoryEvent>>(data)
                    .Where(recorded => recorded.Kind == EventKind.TaskCompleted))
                {
                    completed.Add(recorded.Data!.Trim('"'));
                }
            }
            else if (row.RowKey.StartsWith("m|", StringComparison.Ordinal)
                && DurableJson.Read<InboxMessage>(data) is { Kind: MessageKind.TaskCompleted } answer)
            {
                completed.Add(answer.Data!.Trim('"'));
            }
        }

        return completed;
    }

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        /// <summary>Twice, by continuing as new: activity, timer, fan-out, sub-orchestration, activity.</summary>
        [Function(nameof(Everything))]
        public static async Task<string> Everything([OrchestrationTrigger] TaskOrchestrationContext context, int round)
        {
            List<string> done = [await context.CallActivityAsync<string>(nameof(Do), $"{round}A")];
            context.SetCustomStatus("timer");
            await context.CreateTimer(TimeSpan.FromMilliseconds(30), CancellationToken.None);
            done.AddRange(await Task.WhenAll(
                context.CallActivityAsync<string>(nameof(Do), $"{round}B"),
                context.CallActivityAsync<string>(nameof(Do), $"{round}C")));
            done.Add(await context.CallSubOrchestratorAsync<string>(
                nameof(Child), round, new SubOrchestrationOptions(instanceId: $"child-{round}")));
            done.Add(await context.CallActivityAsync<string>(nameof(Do), $"{round}E"));
            string letters = string.Join(' ', done.Select(what => what[^1]));
            if (round == 0)
            {
                context.ContinueAsNew(1);
                return string.Empty;
            }

            return $"{letters} {letters}";
        }

        [Function(nameof(Child))]
        public static Task<string> Child([OrchestrationTrigger] TaskOrchestrationContext context, int round) =>
            context.CallActivityAsync<string>(nameof(Do), $"{round}D");

        [Function(nameof(Do))]
        public string Do([ActivityTrigger] string what)
        {
            _probe.Leave(what);
            return what;
        }
    }

    private sealed class CutOffException : Exception
    {
        public CutOffException()
            : base("The process is cut off from the store.")
        {
        }
    }

    /// <summary>Counts table writes and, at the chosen one, cuts the connection for good.</summary>
    private sealed class CutOff(int write, bool afterWrite) : HttpPipelinePolicy
    {
        private int _writes;
        private volatile bool _isArmed;
        private volatile bool _isDead;

        public bool IsDead => _isDead;

        public void Arm() => _isArmed = true;

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException("Only asynchronous requests are made.");

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (_isDead)
            {
                throw new CutOffException();
            }

            bool isChosen = _isArmed && message.Request.Method != RequestMethod.Get
                && Interlocked.Increment(ref _writes) == write;
            _isDead |= isChosen && !afterWrite;
            if (!_isDead)
            {
                await ProcessNextAsync(message, pipeline);
                _isDead |= isChosen;
            }

            if (isChosen)
            {
                throw new CutOffException();
            }
        }
    }
}
