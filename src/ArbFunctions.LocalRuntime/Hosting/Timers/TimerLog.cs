using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Timers;

/// <summary>Log messages of timers; ids 300-399.</summary>
internal static partial class TimerLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Error, Message = "Timer {Function} failed")]
    public static partial void FunctionFailed(ILogger logger, Exception error, string function);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Timer {Function} could not reach its lock")]
    public static partial void LockFailed(ILogger logger, Exception error, string function);

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "Timer {Function} is run by this process; next at {Next:o}")]
    public static partial void Held(ILogger logger, string function, DateTime next);

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "Timer {Function} is no longer run by this process")]
    public static partial void Lost(ILogger logger, string function);
}
