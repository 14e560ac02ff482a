using ArbFunctions.LocalRuntime.Hosting;
using ArbFunctions.LocalRuntime.Hosting.Timers;

namespace ArbFunctions.LocalRuntime.Tests.Timers;

public sealed class TimerScheduleTests
{
    private static readonly DateTime Noon = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("3-59/12 * * * * *", "12:00:03", "12:00:15")]
    [InlineData("*/2 * * * * *", "12:00:02", "12:00:04")]
    [InlineData("0 */5 * * * *", "12:05:00", "12:10:00")]
    [InlineData("*/5 * * * *", "12:05:00", "12:10:00")]
    [InlineData("00:00:07", "12:00:07", "12:00:14")]
    public void Occurrences_follow_the_schedule(string schedule, string first, string second)
    {
        TimerSchedule parsed = TimerSchedule.Parse(schedule, "T");
        DateTime next = parsed.Next(Noon);
        Assert.Equal(TimeSpan.Parse(first, null), next.TimeOfDay);
        Assert.Equal(TimeSpan.Parse(second, null), parsed.Next(next).TimeOfDay);
    }

    [Theory]
    [InlineData("")]
    [InlineData("every minute")]
    [InlineData("61 * * * * *")]
    [InlineData("* * * *")]
    [InlineData("00:00:00")]
    [InlineData("-00:00:01")]
    public void What_is_no_schedule_is_refused_with_the_function_and_the_text(string schedule)
    {
        HostStartException error = Assert.Throws<HostStartException>(() => TimerSchedule.Parse(schedule, "Scan"));
        Assert.Contains("Scan", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{schedule}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("0 * * * * *", false)]
    public void Schedules_under_a_minute_are_frequent(string schedule, bool isFrequent) =>
        Assert.Equal(isFrequent, TimerSchedule.Parse(schedule, "T").IsFrequent(Noon));
}
