using System.Collections.Immutable;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message as it was delivered.</summary>
public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage()
    {
    }

    /// <summary>The body.</summary>
    public BinaryData Body { get; internal init; } = BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty);

    /// <summary>The sender's id for the message.</summary>
    public string MessageId { get; internal init; } = string.Empty;

    /// <summary>Links messages of one conversation.</summary>
    public string CorrelationId { get; internal init; } = string.Empty;

    /// <summary>A label.</summary>
    public string Subject { get; internal init; } = string.Empty;

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; internal init; } = string.Empty;

    /// <summary>How long the message is worth delivering.</summary>
    public TimeSpan TimeToLive { get; internal init; } = TimeSpan.MaxValue;

    /// <summary>Earliest delivery that was asked for.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

    /// <summary>Further properties.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; internal init; } =
        ImmutableDictionary<string, object>.Empty;

    /// <summary>Proof of the lock under which the message was delivered.</summary>
    public string LockToken { get; internal init; } = string.Empty;

    /// <summary>Deliveries so far, this one included.</summary>
    public int DeliveryCount { get; internal init; }

    /// <summary>When the lock ends unless renewed.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>Order of arrival in the queue.</summary>
    public long SequenceNumber { get; internal init; }

    /// <summary>When it entered the queue.</summary>
    public DateTimeOffset EnqueuedTime { get; internal init; }

    /// <summary>When it stops being worth delivering.</summary>
    public DateTimeOffset ExpiresAt { get; internal init; }

    /// <summary>Why it was dead-lettered.</summary>
    public string DeadLetterReason { get; internal init; } = string.Empty;

    /// <summary>More about why it was dead-lettered.</summary>
    public string DeadLetterErrorDescription { get; internal init; } = string.Empty;

    /// <summary>The queue it was dead-lettered from.</summary>
    public string DeadLetterSource { get; internal init; } = string.Empty;
}
