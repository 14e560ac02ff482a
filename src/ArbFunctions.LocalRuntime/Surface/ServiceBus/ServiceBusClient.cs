using ArbFunctions.LocalRuntime.Hosting.Queues;

namespace Azure.Messaging.ServiceBus;

/// <summary>
/// Opens senders. In local mode the host registers one over its own store (<c>AzureWebJobsStorage</c>), so the
/// app takes it from its services in both modes.
/// </summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly QueueStore? _store;

    /// <summary>For derived types and tests.</summary>
    protected ServiceBusClient()
    {
    }

    internal ServiceBusClient(QueueStore store)
    {
        _store = store;
    }

    /// <summary>Whether the client was closed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>Opens a sender.</summary>
    /// <param name="queueOrTopicName">The queue.</param>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return new ServiceBusSender(_store ?? throw new InvalidOperationException("This client has no store."), queueOrTopicName);
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        IsClosed = true;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Sends to one queue.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly QueueStore? _store;

    /// <summary>For derived types and tests.</summary>
    protected ServiceBusSender()
    {
    }

    internal ServiceBusSender(QueueStore store, string queueName)
    {
        _store = store;
        EntityPath = QueueStore.CheckQueueName(queueName);
    }

    /// <summary>The queue.</summary>
    public virtual string EntityPath { get; } = string.Empty;

    /// <summary>Whether the sender was closed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>
    /// Sends a message. With a message id that was sent within the duplicate-detection window it succeeds and
    /// changes nothing.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceBusException">The message is too large.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        => SendMessagesAsync([message], cancellationToken);

    /// <summary>Sends messages, in order. Unlike Service Bus, not atomically: earlier ones stay sent.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceBusException">A message is too large.</exception>
    public virtual async Task SendMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        QueueStore store = _store ?? throw new InvalidOperationException("This sender has no store.");
        foreach (ServiceBusMessage message in messages)
        {
            await store.SendAsync(EntityPath, message, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the sender.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
