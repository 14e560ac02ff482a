using System.ComponentModel;

namespace Microsoft.DurableTask;

/// <summary>How often and how fast a failed activity or sub-orchestration is tried again.</summary>
public class RetryPolicy
{
    private readonly Func<TaskFailureDetails, bool>? _handleFailure;

    /// <summary>Creates a policy.</summary>
    /// <param name="maxNumberOfAttempts">Attempts in all, the first included; at least 1.</param>
    /// <param name="firstRetryInterval">Wait before the second attempt; more than zero.</param>
    /// <param name="backoffCoefficient">Factor between waits; at least 1.</param>
    /// <param name="maxRetryInterval">Longest wait; one hour if null.</param>
    /// <param name="retryTimeout">Time after which no further attempt starts; unlimited if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumberOfAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>Attempts in all, the first included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>Wait before the second attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>Factor between waits.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>Longest wait.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>Time after which no further attempt starts.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Decides from the exception whether to go on; always true unless set by <see cref="HandleFailure"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Func<Exception, bool> Handle { get; private init; } = static _ => true;

    /// <summary>Decides from the failure whether to go on.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _handleFailure = value;
            Handle = exception => value(
                exception is TaskFailedException failed
                    ? failed.FailureDetails
                    : TaskFailureDetails.FromException(exception));
        }
    }

    internal bool ShouldRetry(TaskFailureDetails failure) => _handleFailure?.Invoke(failure) ?? true;

    private static void ThrowIfShorter(TimeSpan? value, TimeSpan least, string name)
    {
        if (value is { } given && given != Timeout.InfiniteTimeSpan && given < least)
        {
            throw new ArgumentOutOfRangeException(name, given, $"Must be at least the first retry interval {least}.");
        }
    }
}
