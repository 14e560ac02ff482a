using System.Text.Json;
using Arb.TestKit;
using Azure.Data.Tables;

namespace Arb.Integration.Tests.Runtime;

/// <summary>
/// A real host is killed by SIGKILL at every single write it makes to its task hub, one process per write; the next
/// process finishes what the killed one left, and is then killed itself, one write further on.
/// </summary>
[Collection("Runtime")]
public sealed class KillAtEveryStepTests(AzuriteFixture azurite)
{
    // Far more than the orchestration has; the test fails rather than runs for ever should it grow.
    private const int StepsMax = 80;

    private static readonly string[] Errands =
        ["0A", "0B", "0C", "0D", "0F", "1A", "1B", "1C", "1D", "1F"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_write_nothing_is_lost_and_nothing_that_completed_is_repeated(bool afterWrite)
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using StoreProxy proxy = await StoreProxy.StartAsync(stage, Cancellation);
        HashSet<string> completed = [];
        int steps = 0;
        for (bool killed = true; killed; steps++)
        {
            Assert.True(steps < StepsMax, $"More than {StepsMax} writes.");
            await using TestHostProcess host = await TestHostProcess.StartAsync(stage, proxy.Storage);
            if (steps > 0)
            {
                await FinishAsync(stage, host, $"k{steps}", completed);
            }

            string next = $"k{steps + 1}";
            proxy.Arm(steps + 1, afterWrite, host.Pid);
            killed = await RunUntilKilledAsync(proxy, host, next);
            completed = killed ? await CompletedAsync(stage, next) : [];
        }

        // Start, first turn, ten answers, their turns, timers, outboxes, children and the end: a proxy that counted
        // nothing would pass everything above.
        Assert.True(steps > 25, $"Only {steps} writes were tried.");
        TestContext.Current.SendDiagnosticMessage("{0} writes, killed {1} each", steps - 1, afterWrite ? "after" : "before");
    }

    private static async Task<bool> RunUntilKilledAsync(StoreProxy proxy, TestHostProcess host, string id)
    {
        try
        {
            await host.PostAsync($"/api/everything/{id}");
        }
        catch (HttpRequestException) when (proxy.Killed.IsCompleted)
        {
            await host.ExitAsync();
            return true;
        }

        Task<string> output = host.OutputAsync(id);
        await Task.WhenAny(proxy.Killed, output);
        if (proxy.Killed.IsCompleted)
        {
            await host.ExitAsync();
            _ = output.ContinueWith(static lost => lost.Exception, TaskScheduler.Default);
            return true;
        }

        Assert.Equal("A B C D E F", await output);
        return false;
    }

    private static async Task FinishAsync(
        RuntimeStage stage, TestHostProcess heir, string id, HashSet<string> completed)
    {
        if ((await heir.StatusAsync(id)).ValueKind == JsonValueKind.Undefined)
        {
            // Killed before the start was stored: the caller learned nothing and asks again, under the same id.
            await heir.PostAsync($"/api/everything/{id}");
        }

        Assert.Equal("A B C D E F", await heir.OutputAsync(id));
        List<TableEntity> runs = await stage.RowsAsync(id);
        string[] repeated =
        [
            .. runs.Where(run => run.GetInt32("ProcessId") == heir.Pid).Select(run => run.GetString("Id"))
                .Where(completed.Contains),
        ];
        Assert.True(repeated.Length == 0, $"{id}: repeated {string.Join(", ", repeated)}, which had completed.");
        Assert.Equal(Errands, runs.Select(run => run.GetString("Id")).Distinct().Order());

        // At most what was under way when the process died runs twice: two activities at once, no more.
        Assert.InRange(runs.Count, Errands.Length, Errands.Length + 2);
    }

    /// <summary>What the dead process's store says completed: answers in histories and inboxes.</summary>
    private static async Task<HashSet<string>> CompletedAsync(RuntimeStage stage, string id)
    {
        HashSet<string> completed = [];
        TableClient hub = new(stage.Storage, stage.Hub + "Hub");
        await foreach (TableEntity row in hub.QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            string[] key = row.RowKey.Split('|');
            if (key[0] is not ("h" or "m") || key[1].Split("-child-")[0] != id)
            {
                continue;
            }

            using JsonDocument data = JsonDocument.Parse(row.GetString("Data"));
            JsonElement[] records = data.RootElement.ValueKind == JsonValueKind.Array
                ? [.. data.RootElement.EnumerateArray()]
                : [data.RootElement];
            completed.UnionWith(records
                .Where(record => record.GetProperty("Kind").GetString() == "TaskCompleted")
                .Select(record => record.GetProperty("Data").GetString()!.Trim('"')));
        }

        return completed;
    }
}
