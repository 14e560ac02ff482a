using System.Text.Json;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Timers;

/// <summary>
/// Runs one timer function. A run is awaited before the next occurrence is computed from the clock, so runs neither
/// overlap nor pile up; the blob lease keeps other processes from running it.
/// </summary>
internal sealed class TimerListener : IDisposable
{
    private static readonly TimeSpan RenewEvery = TimerLock.Duration / 3;
    private static readonly TimeSpan LockRetry = TimeSpan.FromSeconds(2);

    private readonly FunctionDescriptor _function;
    private readonly TimerTriggerAttribute _trigger;
    private readonly TimerSchedule _schedule;
    private readonly FunctionInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TimerLock _lock;
    private readonly BlobClient _status;
    private readonly string _leaseId;
    private readonly SemaphoreSlim _oneRun = new(1);
    private Task _run = Task.CompletedTask;
    private DateTimeOffset _heldUntil;
    private ScheduleStatus? _memory;

    public TimerListener(
        FunctionDescriptor function,
        TimerSchedule schedule,
        BlobContainerClient container,
        string hostId,
        FunctionInvoker invoker,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _function = function;
        _trigger = (TimerTriggerAttribute)function.Trigger;
        _schedule = schedule;
        _invoker = invoker;
        _time = time;
        _log = loggers.CreateLogger("Timers");
        _lock = new TimerLock(container, $"{hostId}/{function.Name}");
        _status = container.GetBlobClient($"timers/{hostId}/{function.Name}/status");
        _leaseId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
    }

    public string Name => _function.Name;

    private bool Holds => _time.GetUtcNow() < _heldUntil;

    /// <summary>Runs on schedule until stopped; a run under way goes on.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task holding = HoldAsync(ended.Token);
        try
        {
            await FireAsync(stopping, aborting).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; the run under way is awaited by DrainAsync.
            await ended.CancelAsync().ConfigureAwait(false);
        }

        await holding.ConfigureAwait(false);
    }

    public Task DrainAsync() => _run;

    public void Dispose() => _oneRun.Dispose();

    /// <summary>Lets another process run the timer at once.</summary>
    public async Task ReleaseAsync()
    {
        try
        {
            await _lock.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            TimerLog.LockFailed(_log, error, Name);
        }
    }

    /// <summary>Runs the function now, outside its schedule, as the host's admin API does.</summary>
    public void RunNow(CancellationToken aborting) => _run = Task.WhenAll(_run, InvokeAsync(false, aborting));

    private async Task FireAsync(CancellationToken stopping, CancellationToken aborting)
    {
        bool monitors = _trigger.UseMonitor && !_schedule.IsFrequent(Now());
        bool wasHeld = false;
        DateTime next = _schedule.Next(Now());
        while (!stopping.IsCancellationRequested)
        {
            if (!Holds)
            {
                if (wasHeld)
                {
                    TimerLog.Lost(_log, Name);
                    wasHeld = false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), _time, stopping).ConfigureAwait(false);
                next = _schedule.Next(Now());
                continue;
            }

            bool pastDue = false;
            if (!wasHeld)
            {
                wasHeld = true;
                TimerLog.Held(_log, Name, next);
                _memory = monitors ? await ReadStatusAsync(stopping).ConfigureAwait(false) : null;
                pastDue = _memory is { Next: var missed } && missed < Now();
                _memory ??= new ScheduleStatus { Next = next };
                if (_trigger.RunOnStartup || pastDue)
                {
                    next = Now();
                }
            }

            if (!await WaitUntilAsync(next, stopping).ConfigureAwait(false))
            {
                continue;
            }

            DateTime due = next;
            _run = InvokeAsync(pastDue, aborting);
            await _run.ConfigureAwait(false);
            next = _schedule.Next(Now() > due ? Now() : due);
            _memory = new ScheduleStatus { Last = due, Next = next, LastUpdated = Now() };
            if (monitors)
            {
                await WriteStatusAsync(_memory, stopping).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for the occurrence. False if the lock was lost before it.</summary>
    private async Task<bool> WaitUntilAsync(DateTime due, CancellationToken stopping)
    {
        while (Now() < due)
        {
            TimeSpan left = due - Now();
            TimeSpan wait = left < RenewEvery ? left : RenewEvery;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time, stopping)
                .ConfigureAwait(false);
            if (!Holds)
            {
                return false;
            }
        }

        return Holds;
    }

    private DateTime Now() => _time.GetUtcNow().UtcDateTime;

    private async Task InvokeAsync(bool pastDue, CancellationToken aborting)
    {
        await _oneRun.WaitAsync(aborting).ConfigureAwait(false);
        try
        {
            TimerInfo info = new() { IsPastDue = pastDue, ScheduleStatus = _memory };
            InvocationInput input = new(_ => info);
            await _invoker.InvokeAsync(_function, input, aborting).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A failed run is logged; the next occurrence runs as if nothing had been.
        catch (Exception error)
#pragma warning restore CA1031
        {
            TimerLog.FunctionFailed(_log, error, Name);
        }
        finally
        {
            _oneRun.Release();
        }
    }

    private async Task HoldAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            bool holds = false;
            try
            {
                DateTimeOffset asked = _time.GetUtcNow();
                holds = await _lock.TryHoldAsync(_leaseId, stopping).ConfigureAwait(false);
                _heldUntil = holds ? asked + TimerLock.Duration : default;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
            {
                TimerLog.LockFailed(_log, error, Name);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(holds ? RenewEvery : LockRetry, _time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ScheduleStatus?> ReadStatusAsync(CancellationToken cancellation)
    {
        try
        {
            Response<Azure.Storage.Blobs.Models.BlobDownloadResult> blob =
                await _status.DownloadContentAsync(cancellation).ConfigureAwait(false);
            return JsonSerializer.Deserialize<ScheduleStatus>(blob.Value.Content);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    private async Task WriteStatusAsync(ScheduleStatus status, CancellationToken cancellation)
    {
        try
        {
            await _status.UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true, cancellation)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            TimerLog.LockFailed(_log, error, Name);
        }
    }
}
