using System.Globalization;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message to send.</summary>
public class ServiceBusMessage
{
    /// <summary>An empty message.</summary>
    public ServiceBusMessage()
        : this(BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty))
    {
    }

    /// <summary>A message with a UTF-8 text body.</summary>
    /// <param name="body">The text.</param>
    public ServiceBusMessage(string body)
        : this(BinaryData.FromString(body))
    {
    }

    /// <summary>A message with a binary body.</summary>
    /// <param name="body">The bytes.</param>
    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    /// <summary>A message with a body.</summary>
    /// <param name="body">The body, at most 256 KiB as in the Standard tier.</param>
    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>The body.</summary>
    public BinaryData Body { get; set; }

    /// <summary>The id duplicate detection compares; empty means no detection for this message.</summary>
    public string MessageId { get; set; } = string.Empty;

    /// <summary>Links messages of one conversation.</summary>
    public string CorrelationId { get; set; } = string.Empty;

    /// <summary>A label.</summary>
    public string Subject { get; set; } = string.Empty;

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; set; } = string.Empty;

    /// <summary>How long the message is worth delivering; the queue's default if longer.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.MaxValue;

    /// <summary>Earliest delivery; the default value means at once.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>Further properties: text, numbers, booleans, dates, GUIDs.</summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();

    /// <inheritdoc/>
    public override string ToString() =>
        string.Format(CultureInfo.InvariantCulture, "{{MessageId:{0}}}", MessageId);
}
