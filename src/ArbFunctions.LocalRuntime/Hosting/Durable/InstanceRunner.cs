using Azure;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>
/// One instance in the memory of the process that holds its partition. Turns run one after another; whatever the
/// runner knows can be thrown away at any time and read again from the store.
/// </summary>
internal sealed class InstanceRunner(DurableEngine engine, string instanceId)
{
    /// <summary>Sender ids remembered against redelivery.</summary>
    private const int SeenMax = 64;

    private static readonly TimeSpan StoreRetryMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StoreRetryMax = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<InboxMessage> _mail = [];
    private readonly Dictionary<int, CancellationTokenSource> _timers = [];
    private readonly HashSet<(string Execution, int Generation, int TaskId)> _running = [];

    // Only the pump touches these.
    private InstanceRecord? _record;
    private List<IReadOnlyList<HistoryEvent>> _history = [];
    private IReadOnlyList<HistoryEvent> _carried = [];
    private Dictionary<int, HistoryEvent> _open = [];
    private DateTime _lastTurnAt;
    private TimeSpan _storeRetry = StoreRetryMin;

    private bool _isPumping;
    private bool _isWoken;
    private bool _isRetired;
    private bool _rereadInbox;
    private bool _reload = true;
    private volatile bool _strayed;

    public string InstanceId => instanceId;

    public int Partition { get; } = engine.Store.PartitionOf(instanceId);

    /// <summary>Whether neither a turn nor an activity is under way.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return !_isPumping && _running.Count == 0;
            }
        }
    }

    /// <summary>Gives a runner that knows nothing yet what was just stored, saving the first read.</summary>
    public void Preload(InstanceRecord record)
    {
        lock (_lock)
        {
            if (_record is null && !_isPumping)
            {
                _record = record;
                _reload = false;
            }
            else
            {
                _reload = true;
            }
        }
    }

    /// <summary>Hands over a message. False if the runner is retired and another must be made.</summary>
    public bool TryPost(InboxMessage? message, bool rereadInbox)
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return false;
            }

            if (message is not null)
            {
                Deposit(message);
            }

            _rereadInbox |= rereadInbox;
            _isWoken = true;
            if (!_isPumping)
            {
                _isPumping = true;
                engine.Track(Task.Run(PumpAsync));
            }

            return true;
        }
    }

    /// <summary>The partition was lost: drop everything.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _isRetired = true;
            _mail.Clear();
            CancelTimers();
        }
    }

    private void Deposit(InboxMessage message)
    {
        bool known = message.RowKey is null
            ? _mail.Exists(kept => kept.Kind == message.Kind && kept.TaskId == message.TaskId
                && kept.Generation == message.Generation)
            : _mail.Exists(kept => kept.RowKey == message.RowKey);
        if (!known)
        {
            _mail.Add(message);
        }
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                if (!_isWoken || _isRetired)
                {
                    _isPumping = false;
                    return;
                }

                _isWoken = false;
            }

            await engine.TurnSlots.WaitAsync().ConfigureAwait(false);
            try
            {
                if (engine.MayRun(Partition))
                {
                    await StepAsync(engine.Aborting).ConfigureAwait(false);
                    _storeRetry = StoreRetryMin;
                }
            }
            catch (OperationCanceledException) when (engine.Aborting.IsCancellationRequested)
            {
                _reload = true;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
            {
                DurableLog.StoreFailed(engine.Log, error, instanceId, _storeRetry);
                _reload = true;
                WakeAfter(_storeRetry);
                _storeRetry = _storeRetry * 2 < StoreRetryMax ? _storeRetry * 2 : StoreRetryMax;
            }
            finally
            {
                engine.TurnSlots.Release();
            }
        }
    }

    private async Task StepAsync(CancellationToken cancellation)
    {
        if (!await LoadAsync(cancellation).ConfigureAwait(false))
        {
            return;
        }

        InstanceRecord record = _record!;
        List<InboxMessage> mail;
        lock (_lock)
        {
            mail = [.. _mail.OrderBy(message => message.At).ThenBy(message => message.RowKey, StringComparer.Ordinal)
                .Take(DurableStore.ConsumedMax)];
        }

        TurnPlan plan = TurnPlan.Make(record, _open, _carried, mail, _strayed, Now());
        if (plan.StartsAt is { } startsAt)
        {
            WakeAfter(startsAt - Now());
        }

        if (plan.IsEmpty)
        {
            if (plan.Consumed.Count > 0)
            {
                await engine.Store.DeleteMessagesAsync(instanceId, plan.Consumed, cancellation).ConfigureAwait(false);
            }

            Forget(plan.Taken);
            return;
        }

        VersionVerdict verdict = plan.RunsCode ? engine.Versions.Judge(record.Version) : VersionVerdict.Run;
        if (verdict == VersionVerdict.Wait)
        {
            // Its mail stays where it is; a process of the right version takes the partition and goes on.
            DurableLog.OtherVersion(engine.Log, record.Name, instanceId, record.Version, engine.Versions.Current);
            return;
        }

        TurnCommit commit = Decide(record, plan, verdict);
        InstanceRecord? committed = await engine.Store.TryCommitAsync(commit, cancellation).ConfigureAwait(false);
        if (committed is null)
        {
            DurableLog.Conflict(engine.Log, instanceId);
            _reload = true;
            Wake();
            return;
        }

        Settle(commit, committed, plan);
    }

    private DateTime Now()
    {
        // A turn never runs before the one recorded last, even if the wall clock steps back.
        DateTime now = engine.Time.GetUtcNow().UtcDateTime;
        return now > _lastTurnAt ? now : _lastTurnAt;
    }

    /// <summary>Makes memory agree with the store. False if there is nothing to run.</summary>
    private async Task<bool> LoadAsync(CancellationToken cancellation)
    {
        bool reload;
        bool reread;
        lock (_lock)
        {
            reload = _reload;
            reread = _rereadInbox || reload;
            _reload = false;
            _rereadInbox = false;
            if (reread)
            {
                // What was posted until now is stored already; timers are armed again from the history.
                _mail.RemoveAll(message => message.RowKey is not null || reload);
            }
        }

        if (reload)
        {
            _reload = true;
            CancelTimersLocked();
            _record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false);
        }

        if (reread)
        {
            List<InboxMessage> stored =
                await engine.Store.ReadInboxAsync(instanceId, cancellation).ConfigureAwait(false);
            lock (_lock)
            {
                stored.ForEach(Deposit);
            }
        }

        if (_record is null || _record.IsEnded)
        {
            _reload = true;
            await RetireAsync(cancellation).ConfigureAwait(false);
            return false;
        }

        if (reload)
        {
            // The fence: whoever held the instance before can commit nothing from here on.
            _record = await engine.Store.TryClaimAsync(_record, cancellation).ConfigureAwait(false);
            if (_record is null)
            {
                Wake();
                return false;
            }

            List<IReadOnlyList<HistoryEvent>> batches =
                await engine.Store.ReadHistoryAsync(_record, cancellation).ConfigureAwait(false);
            Adopt(_record, batches);
            _reload = false;
        }

        return true;
    }

    private void Adopt(InstanceRecord record, List<IReadOnlyList<HistoryEvent>> batches)
    {
        _carried = record is { HasCarriedEvents: true, IsUnstarted: true } ? batches[0] : [];
        _history = record.HasCarriedEvents ? batches[1..] : batches;
        _open = [];
        foreach (HistoryEvent recorded in _history.SelectMany(batch => batch))
        {
            TrackOpen(recorded);
            _lastTurnAt = recorded.Kind == EventKind.TurnStarted ? recorded.At!.Value : _lastTurnAt;
        }

        foreach (HistoryEvent action in _open.Values)
        {
            Begin(action, record);
        }
    }

    private void TrackOpen(HistoryEvent recorded)
    {
        switch (recorded.Kind)
        {
            case EventKind.TaskScheduled:
            case EventKind.TimerCreated:
            case EventKind.SubOrchestrationCreated:
                _open[recorded.Id] = recorded;
                break;
            case EventKind.TaskCompleted:
            case EventKind.TaskFailed:
            case EventKind.TimerFired:
            case EventKind.SubOrchestrationCompleted:
            case EventKind.SubOrchestrationFailed:
                _open.Remove(recorded.Id);
                break;
            default:
                break;
        }
    }

    /// <summary>Starts what a recorded action stands for, unless it is under way or answered.</summary>
    private void Begin(HistoryEvent action, InstanceRecord record)
    {
        if (action.Kind == EventKind.TimerCreated)
        {
            ArmTimer(action, record.Generation);
            return;
        }

        if (action.Kind != EventKind.TaskScheduled)
        {
            return;
        }

        (string Execution, int Generation, int TaskId) key = (record.ExecutionId, record.Generation, action.Id);
        lock (_lock)
        {
            bool answered = _mail.Exists(message => message.IsAnswer && message.TaskId == action.Id
                && message.Generation == record.Generation && message.ExecutionId == record.ExecutionId);
            if (answered || !_running.Add(key))
            {
                return;
            }
        }

        engine.Track(Task.Run(async () =>
        {
            try
            {
                await engine.RunActivityAsync(record, action, Partition).ConfigureAwait(false);
            }
            finally
            {
                lock (_lock)
                {
                    _running.Remove(key);
                }
            }
        }));
    }

    private void ArmTimer(HistoryEvent timer, int generation)
    {
        CancellationTokenSource cancellation = new();
        lock (_lock)
        {
            _timers[timer.Id] = cancellation;
        }

        DateTime fireAt = DateTime.SpecifyKind(timer.FireAt!.Value, DateTimeKind.Utc);
        engine.After(
            fireAt,
            () => TryPost(
                new InboxMessage(MessageKind.TimerFired) { TaskId = timer.Id, Generation = generation, At = fireAt },
                false),
            cancellation.Token);
    }

    private TurnCommit Decide(InstanceRecord record, TurnPlan plan, VersionVerdict verdict)
    {
        InstanceRecord next = record with { UpdatedAt = plan.Now };
        if (plan.Terminate is { } terminate)
        {
            next = next with
            {
                Status = OrchestrationRuntimeStatus.Terminated,
                Output = terminate.Data,
                Batches = record.Batches,
            };
            return new TurnCommit(record, next, [], plan.Consumed, TurnPlan.OnTermination(record, next, _open, terminate), []);
        }

        if (!plan.RunsCode)
        {
            next = next with
            {
                Status = plan.IsSuspended ? OrchestrationRuntimeStatus.Suspended : TurnPlan.Unsuspended(record),
            };
            return new TurnCommit(record, next, [], plan.Consumed, [], []);
        }

        TurnOutcome outcome = _strayed ? new TurnOutcome(TurnEnd.Failed) { Failure = IllegalAwait.Failure }
            : verdict == VersionVerdict.Fail ? new TurnOutcome(TurnEnd.Failed) { Failure = VersionRule.Mismatch }
            : engine.Turn.Run(record, _history, plan.Fresh, OnForeignWork);
        return TurnPlan.Conclude(record, next, plan, outcome, SeenMax);
    }

    private void OnForeignWork()
    {
        // May come long after the turn, from whatever the orchestrator should not have awaited.
        if (!_strayed)
        {
            _strayed = true;
            DurableLog.IllegalAwait(engine.Log, instanceId, IllegalAwait.Message);
            Wake();
        }
    }

    private void Settle(TurnCommit commit, InstanceRecord committed, TurnPlan plan)
    {
        bool isNextGeneration = committed.Generation != commit.Before.Generation;
        bool wasUnstarted = commit.Before.IsUnstarted && plan.RunsCode;
        _record = committed;
        _lastTurnAt = plan.Now;
        Forget(plan.Taken);
        if (wasUnstarted && commit.Before.Status == OrchestrationRuntimeStatus.Pending)
        {
            DurableLog.Started(engine.Log, committed.Name, instanceId);
        }

        if (isNextGeneration)
        {
            CancelTimersLocked();
            _history = [];
            _carried = commit.CarriedEvents;
            _open = [];
            _lastTurnAt = default;
            engine.Track(engine.TidyAsync(committed));
        }
        else if (commit.Events.Count > 0)
        {
            _carried = [];
            _history.Add(commit.Events);
            foreach (HistoryEvent recorded in commit.Events)
            {
                TrackOpen(recorded);
            }
        }

        foreach (HistoryEvent action in commit.Events)
        {
            if (action.Kind == EventKind.TaskScheduled
                || (action.Kind == EventKind.TimerCreated && !isNextGeneration && !committed.IsEnded))
            {
                Begin(action, commit.Before with { ETag = committed.ETag });
            }
        }

        if (commit.Outbox.Count > 0)
        {
            engine.Track(engine.DeliverAsync(new OutboxBatch(
                Partition,
                StoreKeys.OutboxOf(instanceId, commit.Before.Generation, commit.Before.Batches),
                commit.Outbox)));
        }

        if (committed.Status != commit.Before.Status)
        {
            engine.OnStatusChanged(committed);
        }

        bool more;
        lock (_lock)
        {
            more = _mail.Count > 0 && committed.Status != OrchestrationRuntimeStatus.Suspended;
        }

        if (committed.IsEnded || isNextGeneration || more)
        {
            Wake();
        }
    }

    private async Task RetireAsync(CancellationToken cancellation)
    {
        List<InboxMessage> left;
        lock (_lock)
        {
            left = [.. _mail];
        }

        await engine.Store.DeleteMessagesAsync(instanceId, left, cancellation).ConfigureAwait(false);
        Forget(left);
        lock (_lock)
        {
            CancelTimers();
            if (_mail.Count > 0 || _isWoken)
            {
                // Something came meanwhile; look again before letting go.
                _isWoken = true;
                return;
            }

            _isRetired = true;
        }

        engine.Remove(this);
    }

    private void Forget(IReadOnlyCollection<InboxMessage> messages)
    {
        lock (_lock)
        {
            foreach (InboxMessage message in messages)
            {
                _mail.RemoveAll(kept => ReferenceEquals(kept, message)
                    || (kept.RowKey is not null && kept.RowKey == message.RowKey));
                if (message.Kind == MessageKind.TimerFired && _timers.Remove(message.TaskId, out CancellationTokenSource? timer))
                {
                    timer.Dispose();
                }
            }
        }
    }

    private void Wake() => TryPost(null, false);

    private void WakeAfter(TimeSpan delay) =>
        engine.After(engine.Time.GetUtcNow().UtcDateTime + delay, Wake, engine.Aborting);

    private void CancelTimersLocked()
    {
        lock (_lock)
        {
            CancelTimers();
        }
    }

    private void CancelTimers()
    {
        foreach (CancellationTokenSource timer in _timers.Values)
        {
            timer.Cancel();
            timer.Dispose();
        }

        _timers.Clear();
    }
}
