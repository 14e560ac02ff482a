namespace Azure.Messaging.ServiceBus;

/// <summary>Why an operation on a queue failed; the values the local queue can produce.</summary>
public enum ServiceBusFailureReason
{
    /// <summary>Not known more closely.</summary>
    GeneralError = 0,

    /// <summary>The lock ended before the message was settled.</summary>
    MessageLockLost = 2,

    /// <summary>The message is larger than the queue takes.</summary>
    MessageSizeExceeded = 4,
}

/// <summary>An operation on a queue failed.</summary>
public class ServiceBusException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ServiceBusException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="reason">Why.</param>
    /// <param name="entityPath">The queue.</param>
    /// <param name="innerException">The cause.</param>
    public ServiceBusException(
        string message,
        ServiceBusFailureReason reason,
        string? entityPath = default,
        Exception? innerException = default)
        : base(message, innerException)
    {
        Reason = reason;
        EntityPath = entityPath;
    }

    /// <summary>Why it failed.</summary>
    public ServiceBusFailureReason Reason { get; }

    /// <summary>The queue.</summary>
    public string? EntityPath { get; }
}
