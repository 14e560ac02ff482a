using System.Text.Json;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using ArbFunctions.LocalRuntime.Hosting.Http;
using ArbFunctions.LocalRuntime.Hosting.Queues;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using ArbFunctions.LocalRuntime.Hosting.Timers;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ArbFunctions.LocalRuntime.Hosting;

/// <summary>Everything that runs functions besides HTTP: prepared before the server listens, started after it.</summary>
internal sealed class FunctionsRuntime : IAsyncDisposable
{
    private readonly StorageAccount _account;
    private readonly DurableStore _durableStore;
    private readonly QueueStore _queueStore;
    private readonly DurableEngine _engine;
    private readonly HostKeys _keys;
    private readonly HostOptions _options;
    private readonly List<QueueListener> _queues = [];
    private readonly List<TimerListener> _timers = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly List<Task> _loops = [];
    private bool _isStopped;

    public FunctionsRuntime(
        StorageAccount account,
        DurableStore durableStore,
        QueueStore queueStore,
        DurableEngine engine,
        FunctionCatalog functions,
        FunctionInvoker invoker,
        HostKeys keys,
        HostOptions options,
        IConfiguration configuration,
        IOptions<JsonSerializerOptions> json,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _account = account;
        _durableStore = durableStore;
        _queueStore = queueStore;
        _engine = engine;
        _keys = keys;
        _options = options;
        Time = time;
        BlobContainerClient locks = account.Blobs.GetBlobContainerClient("azure-webjobs-hosts");
        foreach (FunctionDescriptor function in functions.All)
        {
            switch (function.Trigger)
            {
                case TimerTriggerAttribute timer:
                    string schedule = SettingText.Resolve(configuration, timer.Schedule, $"Timer {function.Name}");
                    string named = schedule == timer.Schedule ? function.Name : $"{function.Name} ({timer.Schedule})";
                    _timers.Add(new TimerListener(
                        function, TimerSchedule.Parse(schedule, named), locks, options.HostId, invoker, time, loggers));
                    break;
                case ServiceBusTriggerAttribute bus:
                    string queue = QueueOf(configuration, function, bus);
                    _queues.Add(new QueueListener(
                        function, queue, queueStore, invoker, options, () => engine.IsAlone, json.Value, time, loggers));
                    break;
                default:
                    break;
            }
        }
    }

    public TimeProvider Time { get; }

    public bool IsRunning { get; private set; }

    /// <summary>Reaches the store and creates what is missing in it; nothing runs yet.</summary>
    /// <exception cref="HostStartException">The store cannot be reached or does not fit.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        try
        {
            await _durableStore.InitializeAsync(cancellation).ConfigureAwait(false);
            await _queueStore.InitializeAsync(cancellation).ConfigureAwait(false);
            await _keys.LoadAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            Exception cause = error.InnerException?.GetBaseException() ?? error.GetBaseException();
            string reason = cause is RequestFailedException { ErrorCode: { } code } ? code : cause.Message.Split('\n')[0];
            throw new HostStartException(
                $"The store at {_account.Tables.Uri.GetLeftPart(UriPartial.Authority)} (AzureWebJobsStorage) cannot be "
                + $"used: {reason.TrimEnd('.')}. Is Azurite running there?",
                error);
        }
    }

    public void Start()
    {
        _engine.Start();
        _loops.AddRange(_queues.Select(queue => Task.Run(() => queue.RunAsync(_stopping.Token, _aborting.Token))));
        _loops.AddRange(_timers.Select(timer => Task.Run(() => timer.RunAsync(_stopping.Token, _aborting.Token))));
        IsRunning = true;
    }

    /// <summary>Runs a timer function now, outside its schedule.</summary>
    public bool TryRunTimer(string name)
    {
        TimerListener? timer = _timers.Find(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase));
        if (timer is null || !IsRunning)
        {
            return false;
        }

        timer.RunNow(_aborting.Token);
        return true;
    }

    /// <summary>Takes in nothing new, lets running functions finish within the bound, releases all leases.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        IsRunning = false;
        await _stopping.CancelAsync().ConfigureAwait(false);
        using CancellationTokenSource patience = new(_options.ShutdownTimeout, Time);
        using CancellationTokenRegistration abort = patience.Token.Register(_aborting.Cancel);
        Task drained = DrainAsync();
        await Task.WhenAll(
            drained.WaitAsync(_options.ShutdownTimeout + TimeSpan.FromSeconds(2), Time),
            _engine.StopAsync(_options.ShutdownTimeout)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_timers.Select(timer => timer.ReleaseAsync())).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _queues.ForEach(queue => queue.Dispose());
        _timers.ForEach(timer => timer.Dispose());
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task DrainAsync()
    {
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll([.. _queues.Select(queue => queue.DrainAsync()), .. _timers.Select(timer => timer.DrainAsync())])
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static string QueueOf(IConfiguration configuration, FunctionDescriptor function, ServiceBusTriggerAttribute bus)
    {
        string name = SettingText.Resolve(configuration, bus.QueueName!, $"Function {function.Name}");
        try
        {
            return QueueStore.CheckQueueName(name);
        }
        catch (ArgumentException error)
        {
            throw new HostStartException($"Function {function.Name}: {error.Message}", error);
        }
    }
}
