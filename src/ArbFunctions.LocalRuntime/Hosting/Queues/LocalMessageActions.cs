using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace ArbFunctions.LocalRuntime.Hosting.Queues;

/// <summary>Settles the messages of one invocation.</summary>
internal sealed class LocalMessageActions(QueueStore store, IReadOnlyList<LockedMessage> messages)
    : ServiceBusMessageActions
{
    public override Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        RequireAsync(message, locked => store.CompleteAsync(locked, cancellationToken));

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        RequireAsync(message, locked => store.AbandonAsync(locked, propertiesToModify, cancellationToken));

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) =>
        RequireAsync(message, locked => store.DeadLetterAsync(
            locked, deadLetterReason, deadLetterErrorDescription, propertiesToModify, cancellationToken));

    public override Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        RequireAsync(message, locked => store.RenewAsync(locked, cancellationToken));

    private async Task RequireAsync(ServiceBusReceivedMessage message, Func<LockedMessage, Task<bool>> settle)
    {
        ArgumentNullException.ThrowIfNull(message);
        LockedMessage locked = messages.FirstOrDefault(held => held.Message.LockToken == message.LockToken)
            ?? throw new InvalidOperationException($"Message '{message.MessageId}' does not belong to this invocation.");
        if (!await settle(locked).ConfigureAwait(false))
        {
            throw new ServiceBusException(
                $"The lock of message '{message.MessageId}' is lost or the message is settled already.",
                ServiceBusFailureReason.MessageLockLost,
                locked.Row.PartitionKey);
        }
    }
}
