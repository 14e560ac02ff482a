using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Queues;

/// <summary>
/// Feeds one function from one queue: woken at once by senders of this process, otherwise looking at a pace that
/// slows down while nothing comes: to ten times a second while other processes may send, to once a second while none
/// lives.
/// </summary>
internal sealed class QueueListener : IDisposable
{
    private static readonly TimeSpan PollMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PollMax = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PollAlone = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ErrorPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(1);

    private readonly FunctionDescriptor _function;
    private readonly string _queue;
    private readonly bool _isBatched;
    private readonly bool _autoCompletes;
    private readonly QueueStore _store;
    private readonly FunctionInvoker _invoker;
    private readonly JsonSerializerOptions _json;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly int _concurrencyMax;
    private readonly Func<bool> _isAlone;
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _arrivals = new(0, 1);
    private long _dueTicks = long.MaxValue;

    public QueueListener(
        FunctionDescriptor function,
        string queue,
        QueueStore store,
        FunctionInvoker invoker,
        HostOptions options,
        Func<bool> isAlone,
        JsonSerializerOptions json,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        ServiceBusTriggerAttribute trigger = (ServiceBusTriggerAttribute)function.Trigger;
        _function = function;
        _queue = queue;
        _isBatched = trigger.IsBatched;
        _autoCompletes = ExplicitAutoComplete(function) ?? options.AutoCompleteMessages;
        _store = store;
        _invoker = invoker;
        _isAlone = isAlone;
        _json = json;
        _time = time;
        _log = loggers.CreateLogger("Queues");
        _concurrencyMax = options.ConcurrentMessagesMax;
        _slots = new SemaphoreSlim(_concurrencyMax);
        store.Listen(queue, OnArrival);
    }

    /// <summary>Receives until stopped; invocations under way go on.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        TimeSpan pause = PollMin;
        DateTimeOffset forgetAt = _time.GetUtcNow();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _slots.WaitAsync(stopping).ConfigureAwait(false);
                int taken = 1;
                while (taken < _concurrencyMax && _slots.Wait(0, CancellationToken.None))
                {
                    taken++;
                }

                int started = 0;
                try
                {
                    List<LockedMessage> messages =
                        await _store.ReceiveAsync(_queue, taken, stopping).ConfigureAwait(false);
                    started = Start(messages, aborting);
                }
                finally
                {
                    if (taken > started)
                    {
                        _slots.Release(taken - started);
                    }
                }

                if (started > 0)
                {
                    pause = PollMin;
                    continue;
                }

                if (_time.GetUtcNow() >= forgetAt)
                {
                    forgetAt = _time.GetUtcNow() + ForgetEvery;
                    await _store.ForgetOldIdsAsync(_queue, stopping).ConfigureAwait(false);
                }

                await PauseAsync(pause, stopping).ConfigureAwait(false);
                TimeSpan longest = _isAlone() ? PollAlone : PollMax;
                pause = pause * 1.5 < longest ? pause * 1.5 : longest;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
            {
                QueueLog.StoreFailed(_log, error, _queue, ErrorPause);
                await Task.Delay(ErrorPause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Ends when no invocation is under way.</summary>
    public Task DrainAsync() => Task.WhenAll(_running.Keys);

    public void Dispose()
    {
        _slots.Dispose();
        _arrivals.Dispose();
    }

    private void OnArrival(DateTimeOffset availableAt)
    {
        if (availableAt > _time.GetUtcNow())
        {
            long due = Interlocked.Read(ref _dueTicks);
            while (availableAt.UtcTicks < due)
            {
                due = Interlocked.CompareExchange(ref _dueTicks, availableAt.UtcTicks, due);
            }

            return;
        }

        if (_arrivals.CurrentCount == 0)
        {
            try
            {
                _arrivals.Release();
            }
            catch (SemaphoreFullException)
            {
                // Two senders at once: one signal is enough, the listener takes everything there is.
                return;
            }
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        // A scheduled message of this process shortens the pause; whoever else waits for one looks often enough.
        long now = _time.GetUtcNow().UtcTicks;
        long due = Interlocked.Read(ref _dueTicks);
        if (due - now < pause.Ticks)
        {
            Interlocked.CompareExchange(ref _dueTicks, long.MaxValue, due);
            pause = due > now ? TimeSpan.FromTicks(due - now) + PollMin : PollMin;
        }

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task arrival = _arrivals.WaitAsync(ended.Token);
        await Task.WhenAny(arrival, Task.Delay(pause, _time, ended.Token)).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await arrival.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private int Start(List<LockedMessage> messages, CancellationToken aborting)
    {
        LockedMessage[][] groups =
            _isBatched && messages.Count > 0 ? [[.. messages]] : [.. messages.Select(message => new[] { message })];
        foreach (LockedMessage[] group in groups)
        {
            Task run = Task.Run(() => DeliverAsync(group, aborting), CancellationToken.None);
            _running.TryAdd(run, 0);
            _ = run.ContinueWith(
                ended =>
                {
                    _running.TryRemove(ended, out _);
                    _slots.Release();
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return groups.Length;
    }

    private async Task DeliverAsync(LockedMessage[] messages, CancellationToken aborting)
    {
        using CancellationTokenSource finished = new();
        Task renewal = RenewAsync(messages, finished.Token);
        try
        {
            ServiceBusReceivedMessage first = messages[0].Message;
            LocalMessageActions actions = new(_store, messages);
            InvocationInput input = new(binding => binding.Source == ParameterSource.MessageActions
                ? actions
                : Convert(binding.Parameter, messages))
            {
                RetryCount = first.DeliveryCount - 1,
                BindingData = new Dictionary<string, object?>
                {
                    ["MessageId"] = first.MessageId,
                    ["DeliveryCount"] = first.DeliveryCount,
                    ["EnqueuedTimeUtc"] = first.EnqueuedTime.UtcDateTime,
                    ["CorrelationId"] = first.CorrelationId,
                    ["Subject"] = first.Subject,
                },
            };
            await _invoker.InvokeAsync(_function, input, aborting).ConfigureAwait(false);
            if (_autoCompletes)
            {
                await SettleAsync(messages, message => _store.CompleteAsync(message, CancellationToken.None))
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (aborting.IsCancellationRequested)
        {
            // The host stops: the message goes back without counting as the function's failure in the log.
            await SettleAsync(messages, message => _store.AbandonAsync(message, null, CancellationToken.None))
                .ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the function throws, the message is given back.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ServiceBusReceivedMessage first = messages[0].Message;
            QueueLog.FunctionFailed(_log, error, _function.Name, first.MessageId, _queue, first.DeliveryCount);
            await SettleAsync(messages, message => _store.AbandonAsync(message, null, CancellationToken.None))
                .ConfigureAwait(false);
        }
        finally
        {
            await finished.CancelAsync().ConfigureAwait(false);
            await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SettleAsync(LockedMessage[] messages, Func<LockedMessage, Task<bool>> settle)
    {
        foreach (LockedMessage message in messages.Where(message => !message.IsSettled))
        {
            try
            {
                if (!await settle(message).ConfigureAwait(false))
                {
                    QueueLog.LockLost(_log, message.Message.MessageId, _queue);
                }
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
            {
                // The lock runs out and the message is delivered again: at least once.
                QueueLog.StoreFailed(_log, error, _queue, _store.SettingsOf(_queue).LockDuration);
            }
        }
    }

    private async Task RenewAsync(LockedMessage[] messages, CancellationToken finished)
    {
        TimeSpan every = _store.SettingsOf(_queue).LockDuration / 3;
        while (!finished.IsCancellationRequested)
        {
            await Task.Delay(every, _time, finished).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (LockedMessage message in messages)
            {
                if (finished.IsCancellationRequested || message.IsSettled)
                {
                    continue;
                }

                try
                {
                    await _store.RenewAsync(message, CancellationToken.None).ConfigureAwait(false);
                }
                catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
                {
                    QueueLog.StoreFailed(_log, error, _queue, every);
                }
            }
        }
    }

    private object? Convert(ParameterInfo parameter, LockedMessage[] messages)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(ServiceBusReceivedMessage[]))
        {
            return messages.Select(message => message.Message).ToArray();
        }

        ServiceBusReceivedMessage message = messages[0].Message;
        if (type == typeof(ServiceBusReceivedMessage))
        {
            return message;
        }

        if (type == typeof(string))
        {
            return message.Body.ToString();
        }

        if (type == typeof(byte[]))
        {
            return message.Body.ToArray();
        }

        return type == typeof(BinaryData) ? message.Body : JsonSerializer.Deserialize(message.Body, type, _json);
    }

    // False and unset look the same on the attribute; only what is written in the source counts.
    private static bool? ExplicitAutoComplete(FunctionDescriptor function) => function.TriggerParameter
        .GetCustomAttributesData()
        .Where(data => data.AttributeType == typeof(ServiceBusTriggerAttribute))
        .SelectMany(data => data.NamedArguments)
        .Where(argument => argument.MemberName == nameof(ServiceBusTriggerAttribute.AutoCompleteMessages))
        .Select(argument => (bool?)argument.TypedValue.Value)
        .FirstOrDefault();
}
