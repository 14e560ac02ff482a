using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>What a turn will do with the mail at hand, and what follows from its outcome. Pure.</summary>
internal sealed record TurnPlan
{
    public required DateTime Now { get; init; }

    /// <summary>New events for the orchestrator.</summary>
    public IReadOnlyList<HistoryEvent> Fresh { get; init; } = [];

    /// <summary>Mail this turn disposes of, stored or not.</summary>
    public IReadOnlyList<InboxMessage> Taken { get; init; } = [];

    public bool RunsCode { get; init; }

    public bool IsSuspended { get; init; }

    public bool ChangesStatus { get; init; }

    public InboxMessage? Terminate { get; init; }

    /// <summary>When the instance may start, if that is still to come.</summary>
    public DateTime? StartsAt { get; init; }

    public bool IsEmpty => !RunsCode && !ChangesStatus && Terminate is null;

    /// <summary>Stored mail this turn removes.</summary>
    public IReadOnlyList<InboxMessage> Consumed => [.. Taken.Where(message => message.RowKey is not null)];

    public static TurnPlan Make(
        InstanceRecord record,
        IReadOnlyDictionary<int, HistoryEvent> open,
        IReadOnlyList<HistoryEvent> carried,
        IReadOnlyList<InboxMessage> mail,
        bool strayed,
        DateTime now)
    {
        List<InboxMessage> taken = [];
        bool wasSuspended = record.Status == OrchestrationRuntimeStatus.Suspended;
        bool isSuspended = wasSuspended;
        foreach (InboxMessage message in mail)
        {
            switch (message.Kind)
            {
                case MessageKind.Terminate:
                    taken.Add(message);
                    return new TurnPlan { Now = now, Taken = taken, Terminate = message };
                case MessageKind.Suspend:
                    isSuspended = true;
                    taken.Add(message);
                    break;
                case MessageKind.Resume:
                    isSuspended = false;
                    taken.Add(message);
                    break;
                default:
                    break;
            }
        }

        TurnPlan plan = new()
        {
            Now = now,
            Taken = taken,
            IsSuspended = isSuspended,
            ChangesStatus = isSuspended != wasSuspended,
        };
        if (isSuspended)
        {
            return plan;
        }

        bool isFirst = record.IsUnstarted;
        if (isFirst && record.StartAt > now)
        {
            return plan with { StartsAt = record.StartAt };
        }

        List<HistoryEvent> fresh = [new HistoryEvent(EventKind.TurnStarted) { At = now }];
        if (isFirst)
        {
            fresh.Add(new HistoryEvent(EventKind.ExecutionStarted) { Name = record.Name, Version = record.Version });
            fresh.AddRange(carried);
        }

        HashSet<string> seen = [.. record.SeenMessageIds];
        HashSet<int> answered = [];
        foreach (InboxMessage message in mail.Where(message => !taken.Contains(message)).ToList())
        {
            taken.Add(message);
            HistoryEvent? accepted = message.Kind == MessageKind.EventRaised
                ? Raised(message, seen)
                : Answer(message, record, open, answered);
            if (accepted is not null)
            {
                fresh.Add(accepted);
                now = message.At > now ? message.At : now;
            }
        }

        // A timer's turn happens no earlier than the timer, whatever the clock that woke it says.
        fresh[0] = fresh[0] with { At = now };
        return plan with { Now = now, Fresh = fresh, RunsCode = isFirst || strayed || fresh.Count > 1 };
    }

    public static OrchestrationRuntimeStatus Unsuspended(InstanceRecord record) =>
        record.IsUnstarted && !record.HasCarriedEvents && record.Generation == 0
            ? OrchestrationRuntimeStatus.Pending
            : OrchestrationRuntimeStatus.Running;

    /// <summary>Derives everything the commit writes from what the orchestrator decided.</summary>
    public static TurnCommit Conclude(
        InstanceRecord record,
        InstanceRecord next,
        TurnPlan plan,
        TurnOutcome outcome,
        int seenMax)
    {
        List<HistoryEvent> events =
            [.. plan.Fresh, .. outcome.Actions, new HistoryEvent(EventKind.TurnCompleted)];
        List<OutboxEntry> outbox = [.. outcome.Actions.SelectMany(action => Owed(record, action, plan.Now))];
        List<string> seen = [.. record.SeenMessageIds];
        seen.AddRange(plan.Fresh.Where(fresh => fresh.MessageId is not null).Select(fresh => fresh.MessageId!));
        next = next with
        {
            UpdatedAt = plan.Now,
            Batches = record.Batches + 1,
            CustomStatus = outcome.KnowsCustomStatus ? outcome.CustomStatus : record.CustomStatus,
            SeenMessageIds = seen.Count > seenMax ? seen[^seenMax..] : seen,
        };
        IReadOnlyList<HistoryEvent> carried = [];
        switch (outcome.End)
        {
            case TurnEnd.Completed:
                next = next with { Status = OrchestrationRuntimeStatus.Completed, Output = outcome.Output };
                break;
            case TurnEnd.Failed:
                next = next with
                {
                    Status = OrchestrationRuntimeStatus.Failed,
                    Failure = outcome.Failure,
                    // The bare message, as Durable records it: not JSON.
                    Output = outcome.Failure!.ErrorMessage,
                };
                break;
            case TurnEnd.ContinuedAsNew:
                carried = outcome.PreserveEvents ? outcome.Buffered : [];
                next = next with
                {
                    Generation = record.Generation + 1,
                    Batches = carried.Count > 0 ? 1 : 0,
                    HasCarriedEvents = carried.Count > 0,
                    Input = outcome.Output,
                    Version = outcome.NewVersion ?? record.Version,
                    Status = OrchestrationRuntimeStatus.Running,
                };
                break;
            default:
                next = next with { Status = OrchestrationRuntimeStatus.Running };
                break;
        }

        if (next.IsEnded && Reply(record, next) is { } reply)
        {
            outbox.Add(reply);
        }

        return new TurnCommit(record, next, events, plan.Consumed, outbox, carried);
    }

    /// <summary>What a termination owes: the parent's answer and, if asked, the end of sub-orchestrations.</summary>
    public static IReadOnlyList<OutboxEntry> OnTermination(
        InstanceRecord record,
        InstanceRecord next,
        IReadOnlyDictionary<int, HistoryEvent> open,
        InboxMessage terminate)
    {
        List<OutboxEntry> owed = [];
        if (Reply(record, next) is { } reply)
        {
            owed.Add(reply);
        }

        if (terminate.Recursive)
        {
            owed.AddRange(open.Values
                .Where(action => action.Kind == EventKind.SubOrchestrationCreated)
                .Select(action => new OutboxEntry(action.InstanceId!)
                {
                    Message = terminate with
                    {
                        RowKey = null,
                        MessageId = $"{terminate.MessageId}-{action.Id}",
                    },
                }));
        }

        return owed;
    }

    private static HistoryEvent? Raised(InboxMessage message, HashSet<string> seen) =>
        message.MessageId is { } id && !seen.Add(id)
            ? null
            : new HistoryEvent(EventKind.EventRaised)
            {
                Name = message.Name,
                Data = message.Data,
                At = message.At,
                MessageId = message.MessageId,
            };

    private static HistoryEvent? Answer(
        InboxMessage message,
        InstanceRecord record,
        IReadOnlyDictionary<int, HistoryEvent> open,
        HashSet<int> answered)
    {
        EventKind? kind = (message.Kind, open.GetValueOrDefault(message.TaskId)?.Kind) switch
        {
            (MessageKind.TaskCompleted, EventKind.TaskScheduled) => EventKind.TaskCompleted,
            (MessageKind.TaskFailed, EventKind.TaskScheduled) => EventKind.TaskFailed,
            (MessageKind.TimerFired, EventKind.TimerCreated) => EventKind.TimerFired,
            (MessageKind.SubOrchestrationCompleted, EventKind.SubOrchestrationCreated) =>
                EventKind.SubOrchestrationCompleted,
            (MessageKind.SubOrchestrationFailed, EventKind.SubOrchestrationCreated) =>
                EventKind.SubOrchestrationFailed,
            _ => null,
        };

        // Answers to an earlier run or generation, and second answers, have nobody left to wait for them.
        if (kind is null
            || message.Generation != record.Generation
            || (message.ExecutionId is { } execution && execution != record.ExecutionId)
            || !answered.Add(message.TaskId))
        {
            return null;
        }

        return new HistoryEvent(kind.Value)
        {
            Id = message.TaskId,
            Data = message.Data,
            Failure = message.Failure,
            At = message.At,
        };
    }

    private static IEnumerable<OutboxEntry> Owed(InstanceRecord record, HistoryEvent action, DateTime now)
    {
        switch (action.Kind)
        {
            case EventKind.SubOrchestrationCreated:
                yield return new OutboxEntry(action.InstanceId!)
                {
                    Start = new SubOrchestrationStart(
                        action.Name!,
                        action.Version ?? string.Empty,
                        action.Data,
                        new ParentLink(
                            record.Name, record.InstanceId, record.ExecutionId, record.Generation, action.Id)),
                };
                break;
            case EventKind.EventSent:
                yield return new OutboxEntry(action.InstanceId!)
                {
                    Message = new InboxMessage(MessageKind.EventRaised)
                    {
                        At = now,
                        Name = action.Name,
                        Data = action.Data,
                        MessageId = $"{record.ExecutionId}-{record.Generation:D8}-{action.Id:D8}",
                    },
                };
                break;
            default:
                break;
        }
    }

    private static OutboxEntry? Reply(InstanceRecord record, InstanceRecord next)
    {
        if (record.Parent is not { } parent)
        {
            return null;
        }

        InboxMessage answer = new(
            next.Status == OrchestrationRuntimeStatus.Completed
                ? MessageKind.SubOrchestrationCompleted
                : MessageKind.SubOrchestrationFailed)
        {
            At = next.UpdatedAt,
            ExecutionId = parent.ExecutionId,
            Generation = parent.Generation,
            TaskId = parent.TaskId,
            Data = next.Output,
            Failure = next.Failure,
        };
        if (next.Status == OrchestrationRuntimeStatus.Terminated)
        {
            answer = answer with
            {
                Failure = new TaskFailureDetails(
                    "Terminated", $"Sub-orchestration '{record.InstanceId}' was terminated.", null, null, null),
            };
        }

        return new OutboxEntry(parent.InstanceId) { Message = answer };
    }
}
