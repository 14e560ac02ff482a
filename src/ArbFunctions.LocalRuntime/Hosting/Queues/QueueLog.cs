using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Queues;

/// <summary>Log messages of the queue listener; ids 200-299.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(
        EventId = 200,
        Level = LogLevel.Error,
        Message = "Function {Function} failed for message {MessageId} of {Queue}, delivery {Delivery}")]
    public static partial void FunctionFailed(
        ILogger logger, Exception error, string function, string messageId, string queue, int delivery);

    [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "Queue {Queue} could not be read; trying again in {Delay}")]
    public static partial void StoreFailed(ILogger logger, Exception error, string queue, TimeSpan delay);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "The lock of message {MessageId} of {Queue} was lost")]
    public static partial void LockLost(ILogger logger, string messageId, string queue);
}
