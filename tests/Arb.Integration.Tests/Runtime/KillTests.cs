using Arb.TestKit;
using Azure.Data.Tables;

namespace Arb.Integration.Tests.Runtime;

/// <summary>One Azurite for the tests of the runtime's processes; each test has a task hub of its own.</summary>
[CollectionDefinition("Runtime")]
public sealed class RuntimeStore : ICollectionFixture<AzuriteFixture>;

/// <summary>
/// A real host is killed from outside in the middle of an orchestration; a second one finishes it and repeats nothing
/// that had completed.
/// </summary>
[Collection("Runtime")]
public sealed class KillTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Killed_during_an_activity_the_completed_one_is_not_repeated()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess first = await TestHostProcess.StartAsync(stage);
        await first.PostAsync("/api/start/one");
        await stage.UntilRowsAsync("SlowStarted", 1);
        await first.KillAsync();
        Assert.Single(await stage.RowsAsync("First"));
        Assert.Empty(await stage.RowsAsync("Slow"));

        await using TestHostProcess second = await TestHostProcess.StartAsync(stage);
        Assert.Equal("First Slow Last", await second.OutputAsync("one"));
        TableEntity onlyFirst = Assert.Single(await stage.RowsAsync("First"));
        Assert.Equal(first.Pid, onlyFirst.GetInt32("ProcessId"));
        TableEntity onlySlow = Assert.Single(await stage.RowsAsync("Slow"));
        Assert.Equal(second.Pid, onlySlow.GetInt32("ProcessId"));
        Assert.Single(await stage.RowsAsync("Last"));
    }

    [Fact]
    public async Task Killed_during_a_durable_timer_nothing_is_repeated_and_the_timer_still_fires()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess first = await TestHostProcess.StartAsync(stage);
        await first.PostAsync("/api/start/one");
        await RuntimeStage.UntilAsync(async () =>
            (await first.StatusAsync("one")).GetProperty("customStatus").GetString() == "waiting");
        await first.KillAsync();

        await using TestHostProcess second = await TestHostProcess.StartAsync(stage);
        Assert.Equal("First Slow Last", await second.OutputAsync("one"));
        Assert.Equal(first.Pid, Assert.Single(await stage.RowsAsync("First")).GetInt32("ProcessId"));
        Assert.Equal(first.Pid, Assert.Single(await stage.RowsAsync("Slow")).GetInt32("ProcessId"));
        Assert.Equal(second.Pid, Assert.Single(await stage.RowsAsync("Last")).GetInt32("ProcessId"));
    }

    [Fact]
    public async Task A_survivor_takes_over_from_a_killed_neighbour()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess one = await TestHostProcess.StartAsync(stage);
        await using TestHostProcess two = await TestHostProcess.StartAsync(stage);
        string[] ids = [.. Enumerable.Range(0, 8).Select(i => $"n{i}")];
        foreach (string id in ids)
        {
            await one.PostAsync($"/api/start/{id}");
        }

        await stage.UntilRowsAsync("SlowStarted", ids.Length);
        await one.KillAsync();
        foreach (string id in ids)
        {
            Assert.Equal("First Slow Last", await two.OutputAsync(id));
        }

        List<TableEntity> firsts = await stage.RowsAsync("First");
        Assert.Equal(ids, firsts.Select(row => row.GetString("Id")).Order());
        List<TableEntity> slows = await stage.RowsAsync("Slow");
        Assert.Equal(ids, slows.Select(row => row.GetString("Id")).Order());
    }

    [Fact]
    public async Task Two_hosts_run_every_tick_of_a_timer_once_and_the_survivor_goes_on()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess one = await TestHostProcess.StartAsync(stage);
        await stage.UntilRowsAsync("Tick", 1);
        await using TestHostProcess two = await TestHostProcess.StartAsync(stage);
        await stage.UntilRowsAsync("Tick", 4);
        List<TableEntity> before = await stage.RowsAsync("Tick");
        Assert.All(before, row => Assert.Equal(one.Pid, row.GetInt32("ProcessId")));
        await one.KillAsync();
        await RuntimeStage.UntilAsync(async () =>
            (await stage.RowsAsync("Tick")).Exists(row => row.GetInt32("ProcessId") == two.Pid));
        List<string> ticks = [.. (await stage.RowsAsync("Tick")).Select(row => row.GetString("Id"))];
        Assert.Equal(ticks.Count, ticks.Distinct().Count());
    }

    [Fact]
    public async Task Messages_sent_before_a_kill_are_all_delivered_after_it()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess first = await TestHostProcess.StartAsync(stage);
        string[] ids = [.. Enumerable.Range(10, 30).Select(i => $"m{i}")];
        await Task.WhenAll(ids.Select(id => first.PostAsync($"/api/send/{id}")));
        await first.KillAsync();
        await using TestHostProcess second = await TestHostProcess.StartAsync(stage);
        await RuntimeStage.UntilAsync(async () =>
            (await stage.RowsAsync("Work")).Select(row => row.GetString("Id")).Distinct().Count() == ids.Length);
        Assert.Equal(ids, (await stage.RowsAsync("Work")).Select(row => row.GetString("Id")).Distinct().Order());
    }

    [Fact]
    public async Task A_host_ends_with_its_input_lets_go_of_its_leases_and_leaves_the_rest_to_the_next()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess first = await TestHostProcess.StartAsync(stage);
        await first.PostAsync("/api/start/one");
        await stage.UntilRowsAsync("SlowStarted", 1);
        (int code, string errors) = await first.EndAsync();
        Assert.Equal((0, string.Empty), (code, errors));

        // The running activity was let finish, and its result was kept.
        Assert.Single(await stage.RowsAsync("Slow"));
        await using TestHostProcess second = await TestHostProcess.StartAsync(stage);
        Assert.Equal("First Slow Last", await second.OutputAsync("one"));
        Assert.Single(await stage.RowsAsync("Slow"));
    }

    [Fact]
    public async Task A_start_that_fails_is_one_line_on_standard_error_and_a_code()
    {
        RuntimeStage stage = await RuntimeStage.NewAsync(azurite);
        await using TestHostProcess running = await TestHostProcess.StartAsync(stage);
        (string Storage, string Url, string Expected)[] cases =
        [
            (stage.Storage, running.Http.BaseAddress!.ToString(), "--urls"),
            (
                "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;"
                + "TableEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a;",
                "http://127.0.0.1:0",
                "Is Azurite running there?"),
            (string.Empty, "http://127.0.0.1:0", "AzureWebJobsStorage is not set"),
        ];
        foreach ((string storage, string url, string expected) in cases)
        {
            await using TestHostProcess failing = TestHostProcess.Launch(storage, stage.Hub, "--urls", url);
            (int code, string errors) = await failing.ExitAsync();
            Assert.NotEqual(0, code);
            Assert.Contains(expected, errors, StringComparison.Ordinal);
            Assert.Single(errors.Trim().Split('\n'));
        }
    }
}
