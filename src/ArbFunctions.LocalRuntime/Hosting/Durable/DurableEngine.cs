using System.Collections.Concurrent;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using Azure;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>
/// Runs the orchestrations of the partitions this process holds. Everything it knows is in the store first: an
/// activity starts only after the turn that scheduled it is committed, and its result is stored before the
/// orchestrator hears of it.
/// </summary>
internal sealed class DurableEngine : IPartitionOwner, IAsyncDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(2);

    private readonly FunctionCatalog _functions;
    private readonly FunctionInvoker _invoker;
    private readonly ConcurrentDictionary<string, InstanceRunner> _runners = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _work = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _activitySlots;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly PartitionLeases _leases;
    private Task _leaseLoop = Task.CompletedTask;

    public DurableEngine(
        DurableStore store,
        FunctionCatalog functions,
        FunctionInvoker invoker,
        IServiceProvider services,
        DataConverter converter,
        HostOptions options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        Store = store;
        Converter = converter;
        Time = time;
        Log = loggers.CreateLogger("Durable");
        TurnSlots = new SemaphoreSlim(options.ConcurrentOrchestratorsMax);
        Versions = new VersionRule(options.DefaultVersion, options.VersionMatch, options.VersionFailure);
        Turn = new OrchestratorTurn(functions, invoker, services, converter, loggers, options.DefaultVersion);
        _functions = functions;
        _invoker = invoker;
        _activitySlots = new SemaphoreSlim(options.ConcurrentActivitiesMax);
        _leases = new PartitionLeases(store, options, time, loggers, this);
    }

    public DurableStore Store { get; }

    public DataConverter Converter { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public SemaphoreSlim TurnSlots { get; }

    public OrchestratorTurn Turn { get; }

    public VersionRule Versions { get; }

    /// <summary>Cancelled when even running work may not finish any more.</summary>
    public CancellationToken Aborting => _aborting.Token;

    /// <summary>Whether no other process works on the hub, as far as this one could see lately.</summary>
    public bool IsAlone => _leases.IsAlone;

    public void Start() => _leaseLoop = Task.Run(() => _leases.RunAsync(_stopping.Token));

    /// <summary>Starts nothing new, waits for what runs, then gives the partitions back.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _leaseLoop.ConfigureAwait(false);
        if (!await DrainAsync(patience).ConfigureAwait(false))
        {
            await _aborting.CancelAsync().ConfigureAwait(false);
            await DrainAsync(LastGrace).ConfigureAwait(false);
        }

        try
        {
            await _leases.ReleaseAllAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            // The leases run out by themselves.
            DurableLog.RenewalFailed(Log, error);
        }

        await _aborting.CancelAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stopping.Dispose();
        _aborting.Dispose();
        _activitySlots.Dispose();
        TurnSlots.Dispose();
    }

    /// <summary>Whether work on the partition may start.</summary>
    public bool MayRun(int partition) => !_stopping.IsCancellationRequested && _leases.Owns(partition);

    /// <summary>Keeps a task among those a stop waits for.</summary>
    public void Track(Task task)
    {
        _work.TryAdd(task, 0);
        _ = task.ContinueWith(
            ended => _work.TryRemove(ended, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Calls back once the time has come, unless cancelled before.</summary>
    public void After(DateTime due, Action action, CancellationToken cancellation) =>
        _ = AfterAsync(due, action, cancellation);

    /// <summary>A task that ends at the next status change of the instance seen by this process.</summary>
    public Task NextChange(string instanceId) => _changes.GetOrAdd(
        instanceId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void OnStatusChanged(InstanceRecord record)
    {
        if (record.Status == OrchestrationRuntimeStatus.Failed)
        {
            DurableLog.Failed(
                Log, record.Name, record.InstanceId, record.Failure!.ErrorType, record.Failure.ErrorMessage);
        }

        if (record.IsEnded)
        {
            DurableLog.Ended(Log, record.Name, record.InstanceId, record.Status);
        }

        PulseChange(record.InstanceId);
    }

    public void PulseChange(string instanceId)
    {
        if (_changes.TryRemove(instanceId, out TaskCompletionSource? change))
        {
            change.TrySetResult();
        }
    }

    public void Remove(InstanceRunner runner) =>
        _runners.TryRemove(new KeyValuePair<string, InstanceRunner>(runner.InstanceId, runner));

    /// <summary>An instance was stored by this process: run it here, or tell the process that holds it.</summary>
    public async Task OnStartedAsync(InstanceRecord record, CancellationToken cancellation)
    {
        int partition = Store.PartitionOf(record.InstanceId);
        if (!MayRun(partition))
        {
            await _leases.SignalAsync(partition, cancellation).ConfigureAwait(false);
            return;
        }

        while (true)
        {
            InstanceRunner runner = _runners.GetOrAdd(record.InstanceId, id => new InstanceRunner(this, id));
            runner.Preload(record);
            if (runner.TryPost(null, rereadInbox: false))
            {
                return;
            }

            Remove(runner);
        }
    }

    /// <summary>A message was stored by this process: take it here, or tell the process that holds the instance.</summary>
    public async Task OnStoredAsync(string instanceId, InboxMessage message, CancellationToken cancellation)
    {
        int partition = Store.PartitionOf(instanceId);
        if (MayRun(partition))
        {
            Post(instanceId, message, rereadInbox: false);
        }
        else
        {
            await _leases.SignalAsync(partition, cancellation).ConfigureAwait(false);
        }
    }

    public async Task RunActivityAsync(InstanceRecord record, HistoryEvent scheduled, int partition)
    {
        try
        {
            await _activitySlots.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (!MayRun(partition))
            {
                return;
            }

            InboxMessage? answer = await InvokeActivityAsync(record, scheduled).ConfigureAwait(false);
            if (answer is not null)
            {
                await PersistAsync(record.InstanceId, answer).ConfigureAwait(false);
            }
        }
        finally
        {
            _activitySlots.Release();
        }
    }

    /// <summary>Delivers what a committed turn owes; repeated until done, by this process or the next owner.</summary>
    public Task DeliverAsync(OutboxBatch batch) => InsistAsync(StoreKeys.InstanceOf(batch.RowKey), async () =>
    {
        foreach (OutboxEntry entry in batch.Entries)
        {
            if (entry.Start is { } start)
            {
                await StartSubOrchestrationAsync(entry.TargetInstanceId, start).ConfigureAwait(false);
            }
            else
            {
                InboxMessage? stored = await Store.TryInsertAsync(
                    entry.TargetInstanceId, entry.Message!, Aborting).ConfigureAwait(false);
                if (stored is not null)
                {
                    await OnStoredAsync(entry.TargetInstanceId, stored, Aborting).ConfigureAwait(false);
                }
            }
        }

        await Store.DeleteOutboxAsync(batch, Aborting).ConfigureAwait(false);
    });

    public Task TidyAsync(InstanceRecord record) => InsistAsync(
        record.InstanceId, () => Store.DeleteOldGenerationsAsync(record, Aborting));

    void IPartitionOwner.OnTaken(int partition)
    {
        Track(LookThroughAsync(partition));
        Track(InsistAsync($"partition {partition}", async () =>
        {
            foreach (OutboxBatch batch in await Store.ListOutboxAsync(partition, Aborting).ConfigureAwait(false))
            {
                await DeliverAsync(batch).ConfigureAwait(false);
            }
        }));
    }

    void IPartitionOwner.OnSignal(int partition) => Track(LookThroughAsync(partition));

    void IPartitionOwner.OnLost(int partition)
    {
        foreach (InstanceRunner runner in _runners.Values.Where(runner => runner.Partition == partition))
        {
            Remove(runner);
            runner.Abandon();
        }
    }

    bool IPartitionOwner.IsQuiet(int partition) =>
        _runners.Values.All(runner => runner.Partition != partition || runner.IsQuiet);

    private async Task AfterAsync(DateTime due, Action action, CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan left = due - Time.GetUtcNow().UtcDateTime;
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            // Whole milliseconds upwards: a timer that wakes early only to sleep again costs more than it saves.
            TimeSpan wait = left < LongestDelay
                ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds))
                : LongestDelay;
            await Task.Delay(wait, Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
            {
                return;
            }
        }

        action();
    }

    private async Task<bool> DrainAsync(TimeSpan patience)
    {
        using CancellationTokenSource expired = new(patience, Time);
        while (!_work.IsEmpty)
        {
            Task all = Task.WhenAll(_work.Keys);
            try
            {
                await all.WaitAsync(expired.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _ = all.Exception;
            }

            if (expired.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    private void Post(string instanceId, InboxMessage? message, bool rereadInbox)
    {
        while (true)
        {
            InstanceRunner runner = _runners.GetOrAdd(instanceId, id => new InstanceRunner(this, id));
            if (runner.TryPost(message, rereadInbox))
            {
                return;
            }

            Remove(runner);
        }
    }

    private Task LookThroughAsync(int partition) => InsistAsync($"partition {partition}", async () =>
    {
        foreach (string instanceId in await Store.ListAwakeAsync(partition, Aborting).ConfigureAwait(false))
        {
            if (!MayRun(partition))
            {
                return;
            }

            Post(instanceId, null, rereadInbox: true);
        }
    });

    private async Task<InboxMessage?> InvokeActivityAsync(InstanceRecord record, HistoryEvent scheduled)
    {
        InboxMessage answer = new(MessageKind.TaskCompleted)
        {
            ExecutionId = record.ExecutionId,
            Generation = record.Generation,
            TaskId = scheduled.Id,
        };
        if (!_functions.Activities.TryGetValue(scheduled.Name!, out FunctionDescriptor? function))
        {
            return answer with
            {
                Kind = MessageKind.TaskFailed,
                At = Time.GetUtcNow().UtcDateTime,
                Failure = FunctionNotFound.Activity(scheduled.Name!, _functions.Activities.Keys),
            };
        }

        try
        {
            InvocationInput input = new(binding =>
                Converter.Deserialize(scheduled.Data, binding.Parameter.ParameterType)
                ?? (binding.Parameter.ParameterType.IsValueType
                    ? Activator.CreateInstance(binding.Parameter.ParameterType)
                    : null))
            {
                BindingData = new Dictionary<string, object?> { ["instanceId"] = record.InstanceId },
            };
            object? result = await _invoker.InvokeAsync(function, input, Aborting).ConfigureAwait(false);
            return answer with { At = Time.GetUtcNow().UtcDateTime, Data = Converter.Serialize(result) };
        }
        catch (OperationCanceledException) when (Aborting.IsCancellationRequested)
        {
            // Not the activity's failure: the next owner of the partition runs it again.
            return null;
        }
#pragma warning disable CA1031 // Whatever an activity throws is its result.
        catch (Exception error)
#pragma warning restore CA1031
        {
            TaskFailureDetails failure = TaskFailureDetails.FromException(error);
            DurableLog.ActivityFailed(
                Log, scheduled.Name!, scheduled.Id, record.InstanceId, failure.ErrorType, failure.ErrorMessage);
            return answer with
            {
                Kind = MessageKind.TaskFailed,
                At = Time.GetUtcNow().UtcDateTime,
                Failure = failure,
            };
        }
    }

    private Task PersistAsync(string instanceId, InboxMessage answer) => InsistAsync(instanceId, async () =>
    {
        InboxMessage? stored = await Store.TryInsertAsync(instanceId, answer, Aborting).ConfigureAwait(false);
        if (stored is not null)
        {
            await OnStoredAsync(instanceId, stored, Aborting).ConfigureAwait(false);
        }
    });

    private async Task StartSubOrchestrationAsync(string instanceId, SubOrchestrationStart start)
    {
        // Derived, so that a second delivery of the same order recognises the first one's work.
        string executionId = $"{start.Parent.ExecutionId}-{start.Parent.Generation}-{start.Parent.TaskId}";
        while (true)
        {
            InstanceRecord? existing = await Store.ReadAsync(instanceId, Aborting).ConfigureAwait(false);
            if (existing?.ExecutionId == executionId)
            {
                return;
            }

            if (existing is { IsEnded: false })
            {
                InboxMessage refusal = new(MessageKind.SubOrchestrationFailed)
                {
                    At = Time.GetUtcNow().UtcDateTime,
                    ExecutionId = start.Parent.ExecutionId,
                    Generation = start.Parent.Generation,
                    TaskId = start.Parent.TaskId,
                    Failure = new TaskFailureDetails(
                        typeof(global::DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException).FullName!,
                        $"An orchestration with the id '{instanceId}' already exists and has not ended.",
                        null,
                        null,
                        null),
                };
                await PersistAsync(start.Parent.InstanceId, refusal).ConfigureAwait(false);
                return;
            }

            DateTime now = Time.GetUtcNow().UtcDateTime;
            InstanceRecord record = new()
            {
                InstanceId = instanceId,
                Name = start.Name,
                Version = start.Version,
                ExecutionId = executionId,
                Generation = existing is null ? 0 : existing.Generation + 1,
                Input = start.Input,
                Parent = start.Parent,
                CreatedAt = now,
                UpdatedAt = now,
            };
            InstanceRecord? stored = await Store.TryStartAsync(record, existing, Aborting).ConfigureAwait(false);
            if (stored is not null)
            {
                await OnStartedAsync(stored, Aborting).ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task InsistAsync(string what, Func<Task> work)
    {
        TimeSpan delay = RetryMin;
        while (!Aborting.IsCancellationRequested)
        {
            try
            {
                await work().ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (Aborting.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
            {
                DurableLog.StoreFailed(Log, error, what, delay);
                await Task.Delay(delay, Time, Aborting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = delay * 2 < RetryMax ? delay * 2 : RetryMax;
            }
        }
    }
}
