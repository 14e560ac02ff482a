using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>
/// The orchestrator's view of its instance during one turn. Actions get ids in the order they are taken; recorded
/// events either answer an action or prove that the code takes the same actions again.
/// </summary>
internal sealed class LocalOrchestrationContext : TaskOrchestrationContext
{
    private static readonly Guid GuidNamespace = new("5c0e4f2a-98e7-4c6f-9d0b-6a5f1f3f7a41");

    private readonly InstanceRecord _record;
    private readonly DataConverter _converter;
    private readonly TurnScheduler _scheduler;
    private readonly string _defaultVersion;
    private readonly Dictionary<int, OpenAction> _open = [];
    private readonly List<HistoryEvent> _unconfirmed = [];
    private readonly Dictionary<string, Stack<IEventWaiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> _buffer = [];
    private DateTime _now;
    private bool _isReplaying;
    private int _nextId;
    private int _guids;

    public LocalOrchestrationContext(
        InstanceRecord record,
        DataConverter converter,
        TurnScheduler scheduler,
        ILoggerFactory loggers,
        string defaultVersion)
    {
        _record = record;
        _converter = converter;
        _scheduler = scheduler;
        _defaultVersion = defaultVersion;
        LoggerFactory = loggers;
    }

    private interface IEventWaiter
    {
        Type Type { get; }

        bool IsWaiting { get; }

        void Complete(string? data);
    }

    public override TaskName Name => _record.Name;

    public override string InstanceId => _record.InstanceId;

    public override string Version => _record.Version;

    public override ParentOrchestrationInstance? Parent =>
        _record.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _isReplaying;

    /// <summary>The status this generation set; null if it set none.</summary>
    public string? CustomStatus { get; private set; }

    public ContinueAsNewOptions? Continuation { get; private set; }

    /// <summary>Actions the history does not know yet.</summary>
    public IReadOnlyList<HistoryEvent> NewActions => _unconfirmed;

    /// <summary>Events nobody waited for.</summary>
    public IReadOnlyList<HistoryEvent> Buffered => _buffer;

    /// <summary>Whether an activity, a timer that was not cancelled, or a sub-orchestration has not answered yet.</summary>
    public bool HasOpenActions => _open.Values.Any(action => !action.Answer.Task.IsCompleted);

    /// <summary>Whether something durable can still wake the orchestrator.</summary>
    public bool CanBeWoken => HasOpenActions
        || _waiters.Values.Any(stack => stack.Any(waiter => waiter.IsWaiting));

    protected override ILoggerFactory LoggerFactory { get; }

    public void SetReplaying(bool isReplaying) => _isReplaying = isReplaying;

    /// <summary>Feeds a recorded or new event. The caller drains the scheduler afterwards.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The code did not take the recorded action.</exception>
    public void Apply(HistoryEvent recorded)
    {
        switch (recorded.Kind)
        {
            case EventKind.TurnStarted:
                _now = DateTime.SpecifyKind(recorded.At!.Value, DateTimeKind.Utc);
                break;
            case EventKind.TaskScheduled:
            case EventKind.TimerCreated:
            case EventKind.SubOrchestrationCreated:
            case EventKind.EventSent:
                Confirm(recorded);
                break;
            case EventKind.TaskCompleted:
            case EventKind.SubOrchestrationCompleted:
            case EventKind.TimerFired:
                if (_open.Remove(recorded.Id, out OpenAction? done))
                {
                    done.Answer.TrySetResult(recorded.Data);
                }

                break;
            case EventKind.TaskFailed:
            case EventKind.SubOrchestrationFailed:
                if (_open.Remove(recorded.Id, out OpenAction? failed))
                {
                    failed.Answer.TrySetException(
                        new TaskFailedException(failed.Name, recorded.Id, recorded.Failure!));
                }

                break;
            case EventKind.EventRaised:
                Raise(recorded);
                break;
            case EventKind.TurnCompleted when _unconfirmed.Count > 0:
                throw new NonDeterministicOrchestrationException(
                    $"Orchestrator '{_record.Name}' ({InstanceId}) is not deterministic: on replay it took the action "
                    + $"{Describe(_unconfirmed[0])}, which its history does not have at this point. Non-deterministic "
                    + "values belong in activities; changed code needs a new version or a new instance.");
            default:
                break;
        }
    }

    public override T? GetInput<T>()
        where T : default
    {
        EnsureTurnThread();
        return _converter.Deserialize<T>(_record.Input);
    }

    public override async Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null)
    {
        EnsureTurnThread();
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                "TaskOptions were given as the activity's input; pass them as options: instead.", nameof(input));
        }

        string version = options?.Version is { } asked ? asked.Version : Version;
        string? data = _converter.Serialize(input);
        string? result = await RetryAsync(
            name,
            options?.Retry,
            () => Take(new HistoryEvent(EventKind.TaskScheduled) { Name = name, Version = version, Data = data }));
        return _converter.Deserialize<TResult>(result)!;
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        EnsureTurnThread();
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        string version = options?.Version is { } asked ? asked.Version : _defaultVersion;
        string? data = _converter.Serialize(input);
        string instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        StoreKeys.CheckInstanceId(instanceId);
        string? result = await RetryAsync(
            orchestratorName,
            options?.Retry,
            () => Take(new HistoryEvent(EventKind.SubOrchestrationCreated)
            {
                Name = orchestratorName,
                Version = version,
                InstanceId = instanceId,
                Data = data,
            }));
        return _converter.Deserialize<TResult>(result)!;
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureTurnThread();
        OpenAction timer = Take(new HistoryEvent(EventKind.TimerCreated) { FireAt = fireAt.ToUniversalTime() });
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() => timer.Answer.TrySetCanceled(cancellationToken));
        }

        return timer.Answer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        EnsureTurnThread();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        EventWaiter<T> waiter = new(_converter);
        if (!_waiters.TryGetValue(eventName, out Stack<IEventWaiter>? stack))
        {
            _waiters[eventName] = stack = new Stack<IEventWaiter>();
        }

        if (stack.TryPeek(out IEventWaiter? other) && other.IsWaiting && other.Type != typeof(T))
        {
            throw new ArgumentException(
                $"Event '{eventName}' is already awaited as {other.Type}; it cannot be awaited as {typeof(T)} too.",
                nameof(eventName));
        }

        int index = _buffer.FindIndex(
            kept => string.Equals(kept.Name, eventName, StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
        {
            string? data = _buffer[index].Data;
            _buffer.RemoveAt(index);
            try
            {
                waiter.Complete(data);
            }
            catch (UnreadableEventException unreadable)
            {
                // Here it is the orchestrator's own call that fails, so the orchestrator may catch it.
                ExceptionDispatchInfo.Throw(unreadable.InnerException!);
            }

            return waiter.Task;
        }

        // Last in, first out, as Durable does it: the newest wait of a WhenAny loop gets the event.
        stack.Push(waiter);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() => waiter.Cancel(cancellationToken));
        }

        return waiter.Task;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        EnsureTurnThread();
        StoreKeys.CheckInstanceId(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        _unconfirmed.Add(new HistoryEvent(EventKind.EventSent)
        {
            Id = _nextId++,
            InstanceId = instanceId,
            Name = eventName,
            Data = _converter.Serialize(payload),
        });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureTurnThread();
        CustomStatus = _converter.Serialize(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions
        {
            NewInput = newInput,
            PreserveUnprocessedEvents = preserveUnprocessedEvents,
        });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EnsureTurnThread();
        Continuation = options;
    }

    public override Guid NewGuid()
    {
        EnsureTurnThread();

        // RFC 9562 version 5 over what is the same on every replay.
        string name = string.Create(CultureInfo.InvariantCulture, $"{_record.ExecutionId}_{_now:o}_{_guids++}");
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        byte[] text = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        GuidNamespace.TryWriteBytes(text, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, text.AsSpan(16));
#pragma warning disable CA5350 // SHA-1 is what version 5 prescribes; nothing here is secret.
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static string Describe(HistoryEvent action) => action.Kind switch
    {
        EventKind.TaskScheduled => $"#{action.Id} activity '{Versioned(action)}'",
        EventKind.SubOrchestrationCreated => $"#{action.Id} sub-orchestration '{Versioned(action)}'",
        EventKind.TimerCreated => $"#{action.Id} timer",
        EventKind.EventSent => $"#{action.Id} event '{action.Name}' to '{action.InstanceId}'",
        _ => $"#{action.Id} {action.Kind}",
    };

    private static string Versioned(HistoryEvent action) =>
        string.IsNullOrEmpty(action.Version) ? action.Name! : $"{action.Name}' version '{action.Version}";

    private static bool IsSame(HistoryEvent recorded, HistoryEvent taken) =>
        recorded.Kind == taken.Kind
        && recorded.Id == taken.Id
        && string.Equals(recorded.Name, taken.Name, StringComparison.OrdinalIgnoreCase)
        && string.Equals(
            recorded.Version ?? string.Empty, taken.Version ?? string.Empty, StringComparison.OrdinalIgnoreCase)
        && (recorded.Kind is not EventKind.SubOrchestrationCreated and not EventKind.EventSent
            || recorded.InstanceId == taken.InstanceId);

    private void EnsureTurnThread()
    {
        if (!_scheduler.IsTurnThread)
        {
            throw new InvalidOperationException(IllegalAwait.Message);
        }
    }

    private OpenAction Take(HistoryEvent action)
    {
        HistoryEvent numbered = action with { Id = _nextId++ };
        OpenAction open = new(numbered.Name ?? string.Empty);
        _open.Add(numbered.Id, open);
        _unconfirmed.Add(numbered);
        return open;
    }

    private void Confirm(HistoryEvent recorded)
    {
        if (_unconfirmed.Count > 0 && IsSame(recorded, _unconfirmed[0]))
        {
            _unconfirmed.RemoveAt(0);
            return;
        }

        string instead = _unconfirmed.Count > 0
            ? $"on replay it took {Describe(_unconfirmed[0])} instead"
            : "on replay it took no further action";
        throw new NonDeterministicOrchestrationException(
            $"Orchestrator '{_record.Name}' ({InstanceId}) is not deterministic: its history has the action "
            + $"{Describe(recorded)}, but {instead}. Non-deterministic values belong in activities; changed code "
            + "needs a new version or a new instance.");
    }

    private void Raise(HistoryEvent raised)
    {
        if (_waiters.TryGetValue(raised.Name!, out Stack<IEventWaiter>? stack))
        {
            while (stack.TryPop(out IEventWaiter? waiter))
            {
                // A wait that was given up must not swallow the event.
                if (waiter.IsWaiting)
                {
                    waiter.Complete(raised.Data);
                    return;
                }
            }
        }

        _buffer.Add(raised);
    }

    private async Task<string?> RetryAsync(TaskName name, TaskRetryOptions? retry, Func<OpenAction> take)
    {
        DateTime first = _now;
        for (int attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await take().Answer.Task;
            }
            catch (TaskFailedException error)
            {
                failure = error;
            }

            if (FunctionNotFound.Is(failure.FailureDetails))
            {
                throw failure;
            }

            if (retry?.Policy is { } policy)
            {
                if (attempt >= policy.MaxNumberOfAttempts)
                {
                    // Durable's own quirk (RetryInterceptor): one more timer that fires at once. Left out, every
                    // action after it would have another number here than there.
                    await CreateTimer(_now, CancellationToken.None);
                    throw failure;
                }

                bool inTime = policy.RetryTimeout == Timeout.InfiniteTimeSpan || _now < first + policy.RetryTimeout;
                if (!Handles(policy, failure.FailureDetails) || !inTime)
                {
                    throw failure;
                }

                await CreateTimer(WaitBefore(policy, attempt), CancellationToken.None);
            }
            else if (retry?.Handler is { } handler)
            {
                RetryContext context =
                    new(this, attempt, failure.FailureDetails, _now - first, CancellationToken.None);
                if (!await handler(context))
                {
                    throw failure;
                }
            }
            else
            {
                throw failure;
            }

            if (!IsReplaying)
            {
                DurableLog.Retrying(LoggerFactory.CreateLogger("Durable"), InstanceId, name.Name, attempt + 1);
            }
        }
    }

    /// <summary>A filter that throws does not hide the failure it was asked about: it counts as a no.</summary>
    private static bool Handles(RetryPolicy policy, TaskFailureDetails failure)
    {
        try
        {
            return policy.ShouldRetry(failure);
        }
#pragma warning disable CA1031 // Whatever the app's filter throws.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private static TimeSpan WaitBefore(RetryPolicy policy, int attempt)
    {
        double milliseconds =
            policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return policy.MaxRetryInterval != Timeout.InfiniteTimeSpan
            && milliseconds > policy.MaxRetryInterval.TotalMilliseconds
            ? policy.MaxRetryInterval
            : TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.MaxValue.TotalMilliseconds / 2));
    }

    private sealed class OpenAction(string name)
    {
        public string Name { get; } = name;

        public TaskCompletionSource<string?> Answer { get; } = new();
    }

    private sealed class EventWaiter<T>(DataConverter converter) : IEventWaiter
    {
        private readonly TaskCompletionSource<T> _received = new();

        public Task<T> Task => _received.Task;

        public Type Type => typeof(T);

        public bool IsWaiting => !_received.Task.IsCompleted;

        public void Cancel(CancellationToken cancellation) => _received.TrySetCanceled(cancellation);

        public void Complete(string? data)
        {
            T value;
            try
            {
                value = converter.Deserialize<T>(data)!;
            }
            catch (System.Text.Json.JsonException error)
            {
                // As in Durable: the event breaks the instance before the orchestrator could catch anything.
                throw new UnreadableEventException(error);
            }

            _received.TrySetResult(value);
        }
    }
}

/// <summary>An event's payload is not of the type the orchestrator waits for.</summary>
internal sealed class UnreadableEventException(Exception cause) : Exception(cause.Message, cause);
