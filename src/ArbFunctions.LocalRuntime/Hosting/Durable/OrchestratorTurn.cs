using ArbFunctions.LocalRuntime.Hosting.Functions;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>How a turn left the orchestrator.</summary>
internal enum TurnEnd
{
    Waiting,
    Completed,
    Failed,
    ContinuedAsNew,
}

/// <summary>What a turn decided; nothing of it has happened until it is committed.</summary>
internal sealed record TurnOutcome(TurnEnd End)
{
    public IReadOnlyList<HistoryEvent> Actions { get; init; } = [];

    public IReadOnlyList<HistoryEvent> Buffered { get; init; } = [];

    public string? Output { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    /// <summary>
    /// Whether the code ran, so that the status it set, or that it set none, is what counts: a generation that sets
    /// none clears what the one before it showed.
    /// </summary>
    public bool KnowsCustomStatus { get; init; }

    public string? CustomStatus { get; init; }

    public bool PreserveEvents { get; init; }

    public string? NewVersion { get; init; }
}

/// <summary>Replays the history, feeds the new events and collects what the orchestrator decides.</summary>
internal sealed class OrchestratorTurn(
    FunctionCatalog functions,
    FunctionInvoker invoker,
    IServiceProvider services,
    DataConverter converter,
    ILoggerFactory loggers,
    string defaultVersion)
{
    /// <param name="record">The instance before the turn.</param>
    /// <param name="history">Committed turns of this generation.</param>
    /// <param name="fresh">New events, beginning with <see cref="EventKind.TurnStarted"/>.</param>
    /// <param name="onForeignWork">Called, on any thread, if work from outside the turn shows up, even after it.</param>
    public TurnOutcome Run(
        InstanceRecord record,
        IReadOnlyList<IReadOnlyList<HistoryEvent>> history,
        IReadOnlyList<HistoryEvent> fresh,
        Action onForeignWork)
    {
        if (!functions.Orchestrators.TryGetValue(record.Name, out FunctionDescriptor? function))
        {
            return new TurnOutcome(TurnEnd.Failed)
            {
                Failure = FunctionNotFound.Orchestrator(record.Name, functions.Orchestrators.Keys),
            };
        }

        bool foreign = false;
        TurnScheduler scheduler = new(() =>
        {
            foreign = true;
            onForeignWork();
        });
        LocalOrchestrationContext context = new(record, converter, scheduler, loggers, defaultVersion);
        SynchronizationContext? previous = SynchronizationContext.Current;
        using IServiceScope scope = services.CreateScope();
        try
        {
            Task<object?>? body = null;
            void Feed(HistoryEvent recorded)
            {
                if (recorded.Kind == EventKind.ExecutionStarted)
                {
                    body = Start(function, record, context, scheduler, scope);
                    scheduler.Drain();
                    return;
                }

                Task<bool> apply = scheduler.Enqueue(() =>
                {
                    context.Apply(recorded);
                    return true;
                });
                scheduler.Drain();
                apply.GetAwaiter().GetResult();
            }

            context.SetReplaying(true);
            foreach (IReadOnlyList<HistoryEvent> batch in history)
            {
                foreach (HistoryEvent recorded in batch)
                {
                    Feed(recorded);
                }
            }

            context.SetReplaying(false);
            foreach (HistoryEvent recorded in fresh)
            {
                Feed(recorded);
            }

            return Conclude(body!, context, foreign);
        }
        catch (Exception error) when (error is NonDeterministicOrchestrationException or UnreadableEventException)
        {
            error = error is UnreadableEventException { InnerException: { } cause } ? cause : error;
            return new TurnOutcome(TurnEnd.Failed) { Failure = TaskFailureDetails.FromException(error) };
        }
        finally
        {
            scheduler.End();
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    private Task<object?> Start(
        FunctionDescriptor function,
        InstanceRecord record,
        LocalOrchestrationContext context,
        TurnScheduler scheduler,
        IServiceScope scope)
    {
        InvocationInput input = new(binding => binding.Source == ParameterSource.Trigger
            ? context
            : converter.Deserialize(record.Input, binding.Parameter.ParameterType)
                ?? Default(binding.Parameter.ParameterType));
        return scheduler.Enqueue(() => invoker.StartOrchestrator(function, input, scope)).Unwrap();
    }

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private TurnOutcome Conclude(Task<object?> body, LocalOrchestrationContext context, bool foreign)
    {
        TurnOutcome outcome = new(TurnEnd.Waiting)
        {
            Actions = [.. context.NewActions],
            Buffered = [.. context.Buffered],
            KnowsCustomStatus = true,
            CustomStatus = context.CustomStatus,
        };
        if (!body.IsCompleted)
        {
            return foreign || !context.CanBeWoken
                ? outcome with
                {
                    End = TurnEnd.Failed,
                    Actions = [],
                    Failure = IllegalAwait.Failure,
                }
                : outcome;
        }

        // Durable ends an orchestration only when no activity, timer or sub-orchestration of it is open any more
        // (TaskOrchestrationExecutor: "HasOpenTasks"), however long ago the code returned or threw.
        if (context.HasOpenActions)
        {
            return outcome;
        }

        if (!body.IsCompletedSuccessfully)
        {
            // A cancelled task carries no exception; Durable reads its result and so records an AggregateException.
            Exception error = body.Exception?.InnerException
                ?? new AggregateException(new TaskCanceledException(body));
            return outcome with { End = TurnEnd.Failed, Failure = TaskFailureDetails.FromException(error) };
        }

        return context.Continuation is { } continuation
            ? outcome with
            {
                End = TurnEnd.ContinuedAsNew,
                Output = converter.Serialize(continuation.NewInput),
                PreserveEvents = continuation.PreserveUnprocessedEvents,
                NewVersion = string.IsNullOrWhiteSpace(continuation.NewVersion) ? null : continuation.NewVersion,
            }
            : outcome with { End = TurnEnd.Completed, Output = converter.Serialize(body.Result) };
    }
}
