using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using ArbFunctions.LocalRuntime.Hosting.Queues;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Tests;

/// <summary>A functions app in this process, over a real Azurite, with the function classes a test names.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const string MasterKey = "master";
    public const string FunctionKey = "function";
    public const string SystemKey = "system";

    private readonly LocalFunctionsHost _host;

    private TestApp(LocalFunctionsHost host, string hub, CapturedLogs logs)
    {
        _host = host;
        Hub = hub;
        Logs = logs;
        Probe = host.Services.GetRequiredService<Probe>();
    }

    public string Hub { get; }

    public CapturedLogs Logs { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Outlives the host.</summary>
    public Probe Probe { get; }

    public DurableTaskClient Client => Services.GetRequiredService<LocalDurableTaskClient>();

    public DurableStore Store => Services.GetRequiredService<DurableStore>();

    public QueueStore Queues => Services.GetRequiredService<QueueStore>();

    public Uri Address => new(_host.Addresses.Single());

    public static Task<TestApp> StartAsync(AzuriteFixture azurite, params Type[] types) =>
        StartAsync(azurite, UniqueName.Next("hub"), [], types);

    public static async Task<TestApp> StartAsync(
        AzuriteFixture azurite, string hub, Dictionary<string, string?> settings, params Type[] types) =>
        await StartAsync(azurite, hub, settings, _ => { }, types);

    public static async Task<TestApp> StartAsync(
        AzuriteFixture azurite,
        string hub,
        Dictionary<string, string?> settings,
        Action<IServiceCollection> replace,
        params Type[] types)
    {
        CapturedLogs logs = new();
        LocalFunctionsHost host = Build(azurite.ConnectionString, hub, settings, logs, types, replace: replace);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new TestApp(host, hub, logs);
    }

    /// <summary>The one line a start that fails shows.</summary>
    public static async Task<string> FailToStartAsync(
        string storage, Dictionary<string, string?> settings, params Type[] types)
    {
        string? reported = null;
        StartFailure failure = new(message => reported = message);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using LocalFunctionsHost host =
                Build(storage, UniqueName.Next("hub"), settings, new CapturedLogs(), types, failure);
            await host.StartAsync(TestContext.Current.CancellationToken);
        });
        Assert.NotNull(reported);
        return reported;
    }

    public async Task<OrchestrationMetadata> RunAsync(
        string orchestrator, object? input = null, string? instanceId = null)
    {
        string id = await Client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, new StartOrchestrationOptions(instanceId), TestContext.Current.CancellationToken);
        return await EndOfAsync(id);
    }

    public Task<OrchestrationMetadata> EndOfAsync(string instanceId) =>
        Client.WaitForInstanceCompletionAsync(instanceId, true, Patience.Token);

    public HttpClient Http(string? key = null)
    {
        HttpClient client = new() { BaseAddress = Address };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("x-functions-key", key);
        }

        return client;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static LocalFunctionsHost Build(
        string storage,
        string hub,
        Dictionary<string, string?> settings,
        CapturedLogs logs,
        Type[] types,
        StartFailure? failure = null,
        Action<IServiceCollection>? replace = null)
    {
        FunctionsApplicationBuilder builder = new(
            ["--urls", "http://127.0.0.1:0"],
            "test",
            () => types,
            failure ?? new StartFailure(message => TestContext.Current.SendDiagnosticMessage(message)));
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration["AzureWebJobsStorage"] = storage;
        builder.Configuration["AzureFunctionsJobHost:extensions:durableTask:hubName"] = hub;
        builder.Configuration["FunctionsHost:HostId"] = hub;
        builder.Configuration["FunctionsHost:MasterKey"] = MasterKey;
        builder.Configuration["FunctionsHost:FunctionKey"] = FunctionKey;
        builder.Configuration["FunctionsHost:SystemKey"] = SystemKey;
        builder.Configuration["FunctionsHost:ShutdownTimeout"] = "00:00:05";
        foreach ((string key, string? value) in settings)
        {
            builder.Configuration[key] = value;
        }

        replace?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<Probe>();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        return (LocalFunctionsHost)builder.Build();
    }
}

/// <summary>One outer limit for everything a test waits for; generous, because it only matters when all is lost.</summary>
internal static class Patience
{
    public static CancellationToken Token
    {
        get
        {
            CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(
                TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(90));
            return limit.Token;
        }
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        CancellationToken limit = Token;
        while (!await isSo())
        {
            await timer.WaitForNextTickAsync(limit);
        }
    }

    public static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));
}

/// <summary>What functions of a test leave behind and are told.</summary>
internal sealed class Probe
{
    private readonly Lock _lock = new();
    private readonly List<string> _traces = [];
    private readonly Dictionary<string, TaskCompletionSource> _gates = [];

    public IReadOnlyList<string> Traces
    {
        get
        {
            lock (_lock)
            {
                return [.. _traces];
            }
        }
    }

    public int Count(string trace) => Traces.Count(left => left == trace);

    /// <summary>Leaves a trace and says how often it was left before.</summary>
    public int Leave(string trace)
    {
        lock (_lock)
        {
            _traces.Add(trace);
            return _traces.Count(left => left == trace);
        }
    }

    /// <summary>A gate that functions wait at until the test opens it.</summary>
    public Task GateAsync(string name) => Gate(name).Task;

    public void Open(string name) => Gate(name).TrySetResult();

    private TaskCompletionSource Gate(string name)
    {
        lock (_lock)
        {
            if (!_gates.TryGetValue(name, out TaskCompletionSource? gate))
            {
                _gates[name] = gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return gate;
        }
    }
}

/// <summary>The host's log lines.</summary>
internal sealed class CapturedLogs : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Capture(this, categoryName);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Capture(CapturedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (logs._lock)
            {
                logs._lines.Add($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
