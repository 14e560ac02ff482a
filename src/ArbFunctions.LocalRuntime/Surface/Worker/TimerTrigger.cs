using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function on a schedule, in UTC.</summary>
public sealed class TimerTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Sets the schedule.</summary>
    /// <param name="schedule">
    /// NCRONTAB (<c>{second} {minute} {hour} {day} {month} {day-of-week}</c>), a time span, or <c>%Setting%</c>.
    /// </param>
    public TimerTriggerAttribute(string schedule)
    {
        Schedule = schedule;
    }

    /// <summary>The schedule as written, before settings are resolved.</summary>
    public string Schedule { get; }

    /// <summary>
    /// Whether the last and next occurrences are persisted, so that a missed one is noticed after a restart.
    /// The host ignores it for schedules that fire more often than once a minute.
    /// </summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether the function also runs whenever the host starts. Never use it in production.</summary>
    public bool RunOnStartup { get; set; }
}

/// <summary>What a timer function is told about its schedule.</summary>
public class TimerInfo
{
    /// <summary>The last and next occurrences; null when the host keeps none.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>True when this run makes up for an occurrence the host missed while it was down.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>Where a timer stands in its schedule; all times UTC.</summary>
public class ScheduleStatus
{
    /// <summary>The last recorded occurrence; the default value if there was none.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next occurrence.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this record was last written.</summary>
    public DateTime LastUpdated { get; set; }
}
