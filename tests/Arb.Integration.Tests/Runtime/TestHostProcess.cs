using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Arb.Devnet.Tooling;
using Arb.TestKit;
using Azure.Data.Tables;

namespace Arb.Integration.Tests.Runtime;

/// <summary>What the processes of one test share: a task hub and the table of what really happened.</summary>
internal sealed class RuntimeStage
{
    private RuntimeStage(string storage, string hub, TableClient evidence)
    {
        Storage = storage;
        Hub = hub;
        Evidence = evidence;
    }

    public string Storage { get; }

    public string Hub { get; }

    public TableClient Evidence { get; }

    public static async Task<RuntimeStage> NewAsync(AzuriteFixture azurite)
    {
        string hub = UniqueName.Next("kill");
        TableClient evidence = new(azurite.ConnectionString, $"{hub}evidence");
        await evidence.CreateAsync(TestContext.Current.CancellationToken);
        return new RuntimeStage(azurite.ConnectionString, hub, evidence);
    }

    /// <summary>Rows of one kind, oldest first.</summary>
    public async Task<List<TableEntity>> RowsAsync(string what)
    {
        List<TableEntity> rows = [];
        await foreach (TableEntity row in Evidence.QueryAsync<TableEntity>(
            entity => entity.PartitionKey == what, cancellationToken: TestContext.Current.CancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }

    public Task UntilRowsAsync(string what, int count) =>
        UntilAsync(async () => (await RowsAsync(what)).Count >= count);

    /// <summary>Waits until something is so; the limit only matters when all is lost.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource limit =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(25));
        while (!await isSo())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}

/// <summary>The sample app as a process of its own, to be killed from outside.</summary>
internal sealed class TestHostProcess : IAsyncDisposable
{
    public const string Key = "process-test";

    private readonly Process _process;
    private readonly Task<string> _errors;
    private HttpClient? _http;

    private TestHostProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Pid => _process.Id;

    public HttpClient Http => _http ?? throw new InvalidOperationException("The host is not listening.");

    public static TestHostProcess Launch(string storage, string hub, params string[] arguments) =>
        Launch(storage, storage, hub, arguments);

    private static TestHostProcess Launch(string storage, string evidence, string hub, string[] arguments)
    {
        string root = RepositoryRoot.Find();
        string tail = Path.GetRelativePath(Path.Combine(root, "tests", "Arb.Integration.Tests"), AppContext.BaseDirectory);
        string program = Path.Combine(
            root, "tests", "ArbFunctions.LocalRuntime.TestHost", tail, "ArbFunctions.LocalRuntime.TestHost.dll");
        Assert.True(File.Exists(program), $"{program} is not built");
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        start.ArgumentList.Add("--exit-with-stdin");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["TASKHUB_NAME"] = hub;
        start.Environment["EvidenceStorage"] = evidence;
        start.Environment["EvidenceTable"] = $"{hub}evidence";
        start.Environment["FunctionsHost__HostId"] = hub;
        start.Environment["FunctionsHost__MasterKey"] = Key;
        start.Environment["FunctionsHost__Queue__LockDuration"] = "00:00:05";
        return new TestHostProcess(Process.Start(start)!);
    }

    public static Task<TestHostProcess> StartAsync(RuntimeStage stage) => StartAsync(stage, stage.Storage);

    /// <param name="stage">The test's.</param>
    /// <param name="storage">Where the host finds its store; something of the test's may stand in between.</param>
    public static async Task<TestHostProcess> StartAsync(RuntimeStage stage, string storage)
    {
        TestHostProcess host = Launch(storage, stage.Storage, stage.Hub, ["--urls", "http://127.0.0.1:0"]);
        const string Listening = "Listening on ";
        while (await host._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                host._http = new HttpClient { BaseAddress = new Uri(line[Listening.Length..]) };
                host._http.DefaultRequestHeaders.Add("x-functions-key", Key);

                // Keep reading, or a full pipe would stop the host.
                _ = host._process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return host;
            }
        }

        Assert.Fail($"The host ended before it listened: {await host._errors}");
        return host;
    }

    public async Task PostAsync(string path)
    {
        using HttpResponseMessage response = await Http.PostAsync(path, null, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> StatusAsync(string instanceId)
    {
        using HttpResponseMessage response = await Http.GetAsync(
            $"/runtime/webhooks/durabletask/instances/{instanceId}", TestContext.Current.CancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound
            ? default
            : await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    public async Task<string> OutputAsync(string instanceId)
    {
        JsonElement status = default;
        await RuntimeStage.UntilAsync(async () =>
        {
            status = await StatusAsync(instanceId);
            return status.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated";
        });
        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        return status.GetProperty("output").GetString()!;
    }

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public async Task KillAsync()
    {
        PosixSignals.Kill(Pid);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends the host as its parent's end would: its standard input closes.</summary>
    public async Task<(int Code, string Errors)> EndAsync()
    {
        _process.StandardInput.Close();
        return await ExitAsync();
    }

    public async Task<(int Code, string Errors)> ExitAsync()
    {
        using CancellationTokenSource limit =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
