using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>
/// Runs all code of one orchestrator turn on the thread of the turn, in the order it was queued. Work that comes
/// from another thread means that the orchestrator awaited something that is not durable: it is not run but noted.
/// </summary>
internal sealed class TurnScheduler : TaskScheduler
{
    private readonly Queue<Task> _queue = new();
    private readonly int _threadId = Environment.CurrentManagedThreadId;
    private readonly Action _onForeignWork;
    private volatile bool _ended;

    /// <param name="onForeignWork">Called, on any thread, whenever foreign work is noticed; also after the turn.</param>
    public TurnScheduler(Action onForeignWork)
    {
        _onForeignWork = onForeignWork;
    }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether the caller is the orchestrator itself.</summary>
    public bool IsTurnThread => !_ended && Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Queues code of the orchestrator.</summary>
    public Task<TResult> Enqueue<TResult>(Func<TResult> code) => Task.Factory.StartNew(
        () =>
        {
            // A context of its own for every step: an await is resumed by the context it was begun under, and only
            // when that is not the current one the resumption is queued. Resumed in place, the code would see the
            // pool's scheduler as TaskScheduler.Current and a plain ContinueWith would leave the turn.
            SynchronizationContext.SetSynchronizationContext(new TurnSynchronizationContext(this));
            return code();
        },
        CancellationToken.None,
        TaskCreationOptions.None,
        this);

    /// <summary>Runs what is queued until nothing is left.</summary>
    public void Drain()
    {
        while (_queue.TryDequeue(out Task? task))
        {
            TryExecuteTask(task);
        }
    }

    public void End() => _ended = true;

    protected override void QueueTask(Task task)
    {
        if (IsTurnThread)
        {
            _queue.Enqueue(task);
        }
        else
        {
            _onForeignWork();
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        IsTurnThread && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queue];

    private sealed class TurnSynchronizationContext(TurnScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            _ = scheduler.Enqueue(() =>
            {
                d(state);
                return true;
            });

        public override void Send(SendOrPostCallback d, object? state)
        {
            if (!scheduler.IsTurnThread)
            {
                throw new InvalidOperationException(IllegalAwait.Message);
            }

            d(state);
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}

/// <summary>What an orchestrator that leaves its thread is told.</summary>
internal static class IllegalAwait
{
    public const string Message =
        "The orchestrator awaited something that is not a durable task (for example Task.Delay, an HTTP call, "
        + "Task.Run or ConfigureAwait(false)). Orchestrators may only await tasks of their TaskOrchestrationContext; "
        + "move everything else into an activity.";

    public static TaskFailureDetails Failure { get; } =
        TaskFailureDetails.FromException(new InvalidOperationException(Message));
}
