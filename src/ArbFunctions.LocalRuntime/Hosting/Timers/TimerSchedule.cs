using System.Globalization;
using NCrontab;

namespace ArbFunctions.LocalRuntime.Hosting.Timers;

/// <summary>When a timer fires: NCRONTAB with or without seconds, or a constant interval. UTC.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval)
    {
        _cron = cron;
        _interval = interval;
    }

    /// <exception cref="HostStartException">The text is no schedule.</exception>
    public static TimerSchedule Parse(string text, string function)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan interval) && text.Contains(':', StringComparison.Ordinal))
        {
            return interval > TimeSpan.Zero
                ? new TimerSchedule(null, interval)
                : throw new HostStartException($"Timer {function} has the interval '{text}'; it must be more than zero.");
        }

        bool hasSeconds = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        CrontabSchedule? cron = CrontabSchedule.TryParse(
            text, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds });
        return cron is not null
            ? new TimerSchedule(cron, TimeSpan.Zero)
            : throw new HostStartException(
                $"Timer {function} has the schedule '{text}', which is neither NCRONTAB "
                + "({second} {minute} {hour} {day} {month} {day-of-week}) nor a time span (hh:mm:ss).");
    }

    /// <summary>Whether it fires more often than the host persists schedules for.</summary>
    public bool IsFrequent(DateTime from)
    {
        DateTime first = Next(from);
        return Next(first) - first < TimeSpan.FromMinutes(1);
    }

    public DateTime Next(DateTime after) => _cron?.GetNextOccurrence(after) ?? after + _interval;
}
