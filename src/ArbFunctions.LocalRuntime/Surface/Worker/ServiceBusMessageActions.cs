using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settles the messages of the current invocation by their lock.</summary>
public class ServiceBusMessageActions
{
    /// <summary>For derived types and tests.</summary>
    protected ServiceBusMessageActions()
    {
    }

    /// <summary>Removes the message from the queue.</summary>
    /// <param name="message">A message of this invocation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
        => throw NotBound();

    /// <summary>Releases the message for the next delivery.</summary>
    /// <param name="message">A message of this invocation.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default)
        => throw NotBound();

    /// <summary>Moves the message to the dead-letter queue.</summary>
    /// <param name="message">A message of this invocation.</param>
    /// <param name="propertiesToModify">Application properties to set on the message.</param>
    /// <param name="deadLetterReason">Short reason, shown to operators.</param>
    /// <param name="deadLetterErrorDescription">Longer description.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default)
        => throw NotBound();

    /// <summary>Extends the lock by the queue's lock duration.</summary>
    /// <param name="message">A message of this invocation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
        => throw NotBound();

    private static InvalidOperationException NotBound() =>
        new("These message actions belong to no invocation; take them as a parameter of the function.");
}
