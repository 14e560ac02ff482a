using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>An exception as it is kept in a history: types by name, so it survives processes.</summary>
/// <param name="ErrorType">Full name of the exception type.</param>
/// <param name="ErrorMessage">Its message.</param>
/// <param name="StackTrace">Its stack trace, if kept.</param>
/// <param name="InnerFailure">The inner exception, if any.</param>
/// <param name="Properties">Further properties; none here.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    /// <summary>Describes an exception and its inner exceptions.</summary>
    /// <param name="exception">The exception.</param>
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        TaskFailureDetails? inner = exception switch
        {
            TaskFailedException failed => failed.FailureDetails,
            { InnerException: { } cause } => FromException(cause),
            _ => null,
        };
        return new TaskFailureDetails(
            exception.GetType().ToString(), exception.Message, exception.StackTrace, inner, null);
    }

    /// <summary>Whether the failure was of a type or of one derived from it.</summary>
    /// <typeparam name="T">The exception type.</typeparam>
    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T));

    /// <summary>Whether the failure was of a type or of one derived from it.</summary>
    /// <param name="targetBaseExceptionType">The exception type.</param>
    /// <exception cref="ArgumentException">The type is no exception type.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException(
                $"{targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        }

        Type? type = Type.GetType(ErrorType, throwOnError: false)
            ?? targetBaseExceptionType.Assembly.GetType(ErrorType, throwOnError: false);
        foreach (Assembly assembly in type is null ? AppDomain.CurrentDomain.GetAssemblies() : [])
        {
            type ??= assembly.GetType(ErrorType, throwOnError: false);
        }

        return type is not null && targetBaseExceptionType.IsAssignableFrom(type);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}

/// <summary>An activity or sub-orchestration failed.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>Wraps an exception.</summary>
    /// <param name="taskName">The task.</param>
    /// <param name="taskId">Its number in the orchestration.</param>
    /// <param name="innerException">The cause.</param>
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : base(Describe(taskName, taskId, innerException?.Message), innerException)
    {
        ArgumentNullException.ThrowIfNull(innerException);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = TaskFailureDetails.FromException(innerException);
    }

    /// <summary>Wraps a recorded failure.</summary>
    /// <param name="taskName">The task.</param>
    /// <param name="taskId">Its number in the orchestration.</param>
    /// <param name="failureDetails">The recorded failure.</param>
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base(Describe(taskName, taskId, failureDetails?.ErrorMessage))
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    /// <summary>The task that failed.</summary>
    public string TaskName { get; }

    /// <summary>Its number in the orchestration.</summary>
    public int TaskId { get; }

    /// <summary>The recorded failure.</summary>
    public TaskFailureDetails FailureDetails { get; }

    /// <summary>Whether the failure was exactly of a type.</summary>
    /// <typeparam name="T">The exception type.</typeparam>
    [Obsolete("Use the FailureDetails property and its IsCausedBy<T>() method")]
    public bool IsCausedByException<T>()
        where T : Exception
        => FailureDetails.ErrorType == typeof(T).FullName;

    // The wording is Durable's own: callers and dashboards match on it.
    private static string Describe(string taskName, int taskId, string? message) =>
        message is null
            ? $"Task '{taskName}' (#{taskId}) failed with an unhandled exception."
            : $"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {message}";
}
