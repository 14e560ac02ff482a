using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>What an orchestrator may do. Everything here replays the same way after a crash.</summary>
public abstract class TaskOrchestrationContext
{
    private ILoggerFactory? _replaySafeLoggerFactory;

    /// <summary>The orchestrator's name.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance's id.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The orchestration that started this one, if any.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>UTC time of the present turn; the same on every replay.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether the code now runs over recorded history.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The instance's version; empty when unversioned.</summary>
    public virtual string Version => string.Empty;

    /// <summary>Settings of the host for orchestrators.</summary>
    public virtual IReadOnlyDictionary<string, object?> Properties { get; } = new Dictionary<string, object?>();

    /// <summary>Loggers that stay silent during replay.</summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory =>
        _replaySafeLoggerFactory ??= new ReplaySafeFactory(this);

    /// <summary>The host's loggers.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>The input the instance was started with.</summary>
    /// <typeparam name="T">The wanted type.</typeparam>
    public abstract T? GetInput<T>();

    /// <summary>Runs an activity.</summary>
    /// <param name="name">The activity function.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Retries, tags, version.</param>
    /// <exception cref="TaskFailedException">The activity failed and is not retried (any more).</exception>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null)
        => CallActivityAsync<object>(name, input, options);

    /// <summary>Runs an activity without input.</summary>
    /// <param name="name">The activity function.</param>
    /// <param name="options">Retries, tags, version.</param>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options)
        => CallActivityAsync(name, null, options);

    /// <summary>Runs an activity without input.</summary>
    /// <typeparam name="TResult">Its output.</typeparam>
    /// <param name="name">The activity function.</param>
    /// <param name="options">Retries, tags, version.</param>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options)
        => CallActivityAsync<TResult>(name, null, options);

    /// <summary>Runs an activity.</summary>
    /// <typeparam name="TResult">Its output.</typeparam>
    /// <param name="name">The activity function.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Retries, tags, version.</param>
    /// <exception cref="TaskFailedException">The activity failed and is not retried (any more).</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Waits durably.</summary>
    /// <param name="delay">How long from the present turn.</param>
    /// <param name="cancellationToken">Gives up the wait; the timer itself still fires unseen.</param>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken)
        => CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Waits durably.</summary>
    /// <param name="fireAt">Until when.</param>
    /// <param name="cancellationToken">Gives up the wait; the timer itself still fires unseen.</param>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Waits for an event; events that came earlier were kept.</summary>
    /// <typeparam name="T">Its payload.</typeparam>
    /// <param name="eventName">Its name, compared without case.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event, at most for a time.</summary>
    /// <typeparam name="T">Its payload.</typeparam>
    /// <param name="eventName">Its name, compared without case.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <exception cref="TaskCanceledException">No event came in time.</exception>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout)
        => WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an event, at most for a time.</summary>
    /// <typeparam name="T">Its payload.</typeparam>
    /// <param name="eventName">Its name, compared without case.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="TaskCanceledException">No event came in time.</exception>
    public async Task<T> WaitForExternalEvent<T>(
        string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timerCancellation = new();
        using CancellationTokenSource eventCancellation =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Order of creation is part of the history: first the timer, then the wait.
        Task timer = CreateTimer(timeout, timerCancellation.Token);
        Task<T> received = WaitForExternalEvent<T>(eventName, eventCancellation.Token);
        Task first = await Task.WhenAny(timer, received);

        // Synchronous on purpose: an orchestrator may not leave its thread, as CancelAsync would.
        (first == received ? timerCancellation : eventCancellation).Cancel();
        return await received;
    }

    /// <summary>Sends an event to another orchestration, without waiting.</summary>
    /// <param name="instanceId">The other instance.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="payload">Its payload.</param>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Sets the status operators see.</summary>
    /// <param name="customStatus">Anything that serialises; null clears it.</param>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Runs another orchestrator.</summary>
    /// <typeparam name="TResult">Its output.</typeparam>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Retries, version, instance id.</param>
    /// <exception cref="TaskFailedException">It failed and is not retried (any more).</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Runs another orchestrator without input.</summary>
    /// <typeparam name="TResult">Its output.</typeparam>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="options">Retries, version, instance id.</param>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options)
        => CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Runs another orchestrator without input or output.</summary>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="options">Retries, version, instance id.</param>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options)
        => CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>Runs another orchestrator without output.</summary>
    /// <param name="orchestratorName">The orchestrator function.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Retries, version, instance id.</param>
    public virtual Task CallSubOrchestratorAsync(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
        => CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Starts over with a fresh history once the orchestrator returns.</summary>
    /// <param name="newInput">The next input.</param>
    /// <param name="preserveUnprocessedEvents">Whether events nobody waited for are kept.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>Starts over with a fresh history once the orchestrator returns.</summary>
    /// <param name="options">The next input and version.</param>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>A unique id that is the same on every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that stays silent during replay.</summary>
    /// <param name="categoryName">Its category.</param>
    public virtual ILogger CreateReplaySafeLogger(string categoryName)
        => new ReplaySafe(this, LoggerFactory.CreateLogger(categoryName));

    /// <summary>A logger that stays silent during replay.</summary>
    /// <param name="type">Its category.</param>
    public virtual ILogger CreateReplaySafeLogger(Type type)
        => new ReplaySafe(this, LoggerFactory.CreateLogger(type));

    /// <summary>A logger that stays silent during replay.</summary>
    /// <typeparam name="T">Its category.</typeparam>
    public virtual ILogger CreateReplaySafeLogger<T>()
        => new ReplaySafe(this, LoggerFactory.CreateLogger<T>());

    /// <summary>Compares this instance's version: by <see cref="System.Version"/> if both parse, else as text.</summary>
    /// <param name="version">The other version.</param>
    public virtual int CompareVersionTo(string version)
    {
        bool hasOwn = !string.IsNullOrWhiteSpace(Version);
        bool hasOther = !string.IsNullOrWhiteSpace(version);
        if (!hasOwn || !hasOther)
        {
            return hasOwn.CompareTo(hasOther);
        }

        return System.Version.TryParse(Version, out Version? own) && System.Version.TryParse(version, out Version? other)
            ? own.CompareTo(other)
            : string.Compare(Version, version, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class ReplaySafe(TaskOrchestrationContext context, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => !context.IsReplaying && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!context.IsReplaying)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    private sealed class ReplaySafeFactory(TaskOrchestrationContext context) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => context.CreateReplaySafeLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) =>
            throw new NotSupportedException("Providers are added to the host's logger factory, not to this view of it.");

        public void Dispose()
        {
            // The host owns the loggers.
        }
    }
}
