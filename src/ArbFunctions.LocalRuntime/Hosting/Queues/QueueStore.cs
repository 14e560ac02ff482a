using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;

namespace ArbFunctions.LocalRuntime.Hosting.Queues;

/// <summary>
/// Service Bus queues in one table, a partition per queue. The row that remembers a message id and the row of the
/// message are written in one transaction, so neither a crash nor a race can lose or double a message; locks are
/// conditional updates of the message's row. Dead-lettering moves a row within its partition.
/// </summary>
internal sealed partial class QueueStore
{
    public const string MaxDeliveryCountExceeded = "MaxDeliveryCountExceeded";
    public const string TimeToLiveExpired = "TTLExpiredException";

    /// <summary>Standard tier.</summary>
    private const int BodyBytesMax = 256 * 1024;

    /// <summary>A binary property holds 64 KiB.</summary>
    private const int ChunkBytesMax = 64 * 1024;

    private const int MessageIdLengthMax = 128;

    private readonly TableClient _table;
    private readonly IConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, QueueSettings> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Action<DateTimeOffset>> _listeners = new(StringComparer.OrdinalIgnoreCase);
    private long _lastSequence;

    public QueueStore(StorageAccount account, HostOptions options, IConfiguration configuration, TimeProvider time)
    {
        _table = account.Tables.GetTableClient(options.HubName + "Queues");
        _configuration = configuration;
        _time = time;
    }

    /// <exception cref="ArgumentException">Service Bus would refuse the name.</exception>
    public static string CheckQueueName(string queue)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        return QueueNamePattern().IsMatch(queue)
            ? queue.ToLowerInvariant()
            : throw new ArgumentException(
                $"Queue name '{queue}' is not valid: 1 to 260 letters, digits, '.', '-' and '_', "
                + "beginning and ending with a letter or digit.",
                nameof(queue));
    }

    public QueueSettings SettingsOf(string queue) =>
        _settings.GetOrAdd(queue, name => QueueSettings.From(_configuration, name));

    public Task InitializeAsync(CancellationToken cancellation) => _table.CreateIfNotExistsAsync(cancellation);

    /// <summary>Calls back with the time of delivery whenever this process has put something into the queue.</summary>
    public void Listen(string queue, Action<DateTimeOffset> onArrival) => _listeners[queue] = onArrival;

    /// <summary>Stores a message. A message id remembered from within the window makes it a no-op, as in Service Bus.</summary>
    public async Task SendAsync(string queue, ServiceBusMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        QueueSettings settings = SettingsOf(queue);
        DateTimeOffset now = _time.GetUtcNow();
        TableEntity row = ToRow(queue, message, settings, now);
        if (message.MessageId.Length == 0 || settings.DuplicateDetectionWindow == TimeSpan.Zero)
        {
            await _table.AddEntityAsync(row, cancellation).ConfigureAwait(false);
        }
        else if (!await TryAddOnceAsync(queue, message.MessageId, row, settings, now, cancellation).ConfigureAwait(false))
        {
            return;
        }

        Notify(queue, row.GetDateTimeOffset("AvailableAt")!.Value);
    }

    /// <summary>Locks up to the given number of messages that may be delivered now, oldest first.</summary>
    public async Task<List<LockedMessage>> ReceiveAsync(string queue, int most, CancellationToken cancellation)
    {
        QueueSettings settings = SettingsOf(queue);
        DateTimeOffset now = _time.GetUtcNow();
        List<LockedMessage> received = [];
        string filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {queue} and RowKey ge {"m|"} and RowKey lt {"m}"} and AvailableAt le {now}");
        await foreach (Page<TableEntity> page in _table.QueryAsync<TableEntity>(
            filter, Math.Clamp(most, 1, 100), null, cancellation).AsPages().ConfigureAwait(false))
        {
            foreach (TableEntity row in page.Values)
            {
                if (await DisposeOfAsync(row, settings, now, cancellation).ConfigureAwait(false))
                {
                    continue;
                }

                if (await TryLockAsync(row, settings, now, cancellation).ConfigureAwait(false) is { } locked)
                {
                    received.Add(locked);
                    if (received.Count == most)
                    {
                        return received;
                    }
                }
            }
        }

        return received;
    }

    /// <summary>Removes a delivered message. False if its lock was lost.</summary>
    public Task<bool> CompleteAsync(LockedMessage locked, CancellationToken cancellation) =>
        SettleAsync(locked, async etag => await _table.DeleteEntityAsync(
            locked.Row.PartitionKey, locked.Row.RowKey, etag, cancellation).ConfigureAwait(false));

    /// <summary>Gives a delivered message back, or dead-letters it after its last delivery. False if its lock was lost.</summary>
    public async Task<bool> AbandonAsync(
        LockedMessage locked, IEnumerable<KeyValuePair<string, object>>? properties, CancellationToken cancellation)
    {
        QueueSettings settings = SettingsOf(locked.Row.PartitionKey);
        if (locked.Message.DeliveryCount >= settings.MaxDeliveryCount)
        {
            return await DeadLetterAsync(
                locked,
                MaxDeliveryCountExceeded,
                $"The message was delivered {locked.Message.DeliveryCount} times without being completed.",
                properties,
                cancellation).ConfigureAwait(false);
        }

        TableEntity row = Modify(locked.Row, properties);
        DateTimeOffset now = _time.GetUtcNow();
        row["AvailableAt"] = now;
        bool settled = await SettleAsync(locked, async etag => await _table.UpdateEntityAsync(
            row, etag, TableUpdateMode.Replace, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        Notify(locked.Row.PartitionKey, now);
        return settled;
    }

    /// <summary>Moves a delivered message to the dead-letter queue. False if its lock was lost.</summary>
    public Task<bool> DeadLetterAsync(
        LockedMessage locked,
        string? reason,
        string? description,
        IEnumerable<KeyValuePair<string, object>>? properties,
        CancellationToken cancellation) =>
        SettleAsync(locked, etag => MoveToDeadLettersAsync(
            Modify(locked.Row, properties), etag, reason, description, cancellation));

    /// <summary>Extends the lock. False if it was lost.</summary>
    public async Task<bool> RenewAsync(LockedMessage locked, CancellationToken cancellation)
    {
        DateTimeOffset until = _time.GetUtcNow() + SettingsOf(locked.Row.PartitionKey).LockDuration;
        locked.Row["AvailableAt"] = until;
        bool renewed = await SettleAsync(
            locked,
            async etag =>
            {
                Response response = await _table.UpdateEntityAsync(
                    locked.Row, etag, TableUpdateMode.Replace, cancellation).ConfigureAwait(false);
                locked.Relock(response.Headers.ETag!.Value);
            },
            keepsLock: true).ConfigureAwait(false);
        locked.Message.LockedUntil = renewed ? until : locked.Message.LockedUntil;
        return renewed;
    }

    /// <summary>Reads messages without locking them: of the queue, or of its dead-letter queue.</summary>
    public async Task<List<ServiceBusReceivedMessage>> PeekAsync(
        string queue, bool deadLetters, int most, CancellationToken cancellation)
    {
        List<ServiceBusReceivedMessage> messages = [];
        string prefix = deadLetters ? "d|" : "m|";
        string filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {queue} and RowKey ge {prefix} and RowKey lt {Durable.StoreKeys.After(prefix)}");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(
            filter, Math.Clamp(most, 1, 1000), null, cancellation).ConfigureAwait(false))
        {
            messages.Add(ToMessage(row, default));
            if (messages.Count == most)
            {
                break;
            }
        }

        return messages;
    }

    /// <summary>Forgets message ids whose window has passed.</summary>
    public async Task ForgetOldIdsAsync(string queue, CancellationToken cancellation)
    {
        string filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {queue} and RowKey ge {"i|"} and RowKey lt {"i}"} and ForgetAt le {_time.GetUtcNow()}");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(
            filter, 1000, ["PartitionKey", "RowKey"], cancellation).ConfigureAwait(false))
        {
            try
            {
                await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellation)
                    .ConfigureAwait(false);
            }
            catch (RequestFailedException error) when (error.Status is 404 or 412)
            {
                // Remembered anew meanwhile, or forgotten by another process.
                continue;
            }
        }
    }

    private async Task<bool> TryAddOnceAsync(
        string queue,
        string messageId,
        TableEntity row,
        QueueSettings settings,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        TableEntity memory = new(queue, "i|" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(messageId))))
        {
            ["MessageId"] = messageId,
            ["ForgetAt"] = now + settings.DuplicateDetectionWindow,
        };
        ETag? expired = null;
        while (true)
        {
            try
            {
                await _table.SubmitTransactionAsync(
                    [
                        expired is { } etag
                            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, memory, etag)
                            : new TableTransactionAction(TableTransactionActionType.Add, memory),
                        new TableTransactionAction(TableTransactionActionType.Add, row),
                    ],
                    cancellation).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
            {
                NullableResponse<TableEntity> known = await _table.GetEntityIfExistsAsync<TableEntity>(
                    queue, memory.RowKey, cancellationToken: cancellation).ConfigureAwait(false);
                if (known.HasValue && known.Value!.GetDateTimeOffset("ForgetAt") > now)
                {
                    return false;
                }

                expired = known.HasValue ? known.Value!.ETag : null;
            }
        }
    }

    /// <summary>Drops or dead-letters a message that must not be delivered any more. True if it was such a one.</summary>
    private async Task<bool> DisposeOfAsync(
        TableEntity row, QueueSettings settings, DateTimeOffset now, CancellationToken cancellation)
    {
        bool expired = row.GetDateTimeOffset("ExpiresAt") <= now;
        bool spent = row.GetInt32("DeliveryCount") >= settings.MaxDeliveryCount;
        if (!expired && !spent)
        {
            return false;
        }

        try
        {
            if (expired && !settings.DeadLetterOnExpiration)
            {
                await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellation)
                    .ConfigureAwait(false);
            }
            else
            {
                await MoveToDeadLettersAsync(
                    row,
                    row.ETag,
                    expired ? TimeToLiveExpired : MaxDeliveryCountExceeded,
                    expired
                        ? "The message expired before it was delivered and completed."
                        : $"The message was delivered {row.GetInt32("DeliveryCount")} times and its lock ran out.",
                    cancellation).ConfigureAwait(false);
            }
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            // Another process disposed of it.
            return true;
        }

        return true;
    }

    private async Task<LockedMessage?> TryLockAsync(
        TableEntity row, QueueSettings settings, DateTimeOffset now, CancellationToken cancellation)
    {
        DateTimeOffset until = now + settings.LockDuration;
        row["AvailableAt"] = until;
        row["DeliveryCount"] = (row.GetInt32("DeliveryCount") ?? 0) + 1;
        try
        {
            Response response = await _table.UpdateEntityAsync(
                row, row.ETag, TableUpdateMode.Replace, cancellation).ConfigureAwait(false);
            return new LockedMessage(row, response.Headers.ETag!.Value, ToMessage(row, until));
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            // Another consumer was faster.
            return null;
        }
    }

    private static async Task<bool> SettleAsync(LockedMessage locked, Func<ETag, Task> settle, bool keepsLock = false)
    {
        await locked.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (locked.IsSettled)
            {
                return false;
            }

            await settle(locked.ETag).ConfigureAwait(false);
            locked.IsSettled = !keepsLock;
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
        {
            locked.IsSettled = true;
            return false;
        }
        finally
        {
            locked.Gate.Release();
        }
    }

    private async Task MoveToDeadLettersAsync(
        TableEntity row, ETag etag, string? reason, string? description, CancellationToken cancellation)
    {
        TableEntity dead = new(row) { RowKey = "d|" + row.RowKey[2..] };
        dead["DeadLetterReason"] = reason ?? string.Empty;
        dead["DeadLetterErrorDescription"] = description ?? string.Empty;
        await _table.SubmitTransactionAsync(
            [
                new TableTransactionAction(TableTransactionActionType.Delete, row, etag),
                new TableTransactionAction(TableTransactionActionType.Add, dead),
            ],
            cancellation).ConfigureAwait(false);
    }

    private TableEntity ToRow(string queue, ServiceBusMessage message, QueueSettings settings, DateTimeOffset now)
    {
        if (message.MessageId.Length > MessageIdLengthMax)
        {
            throw new ArgumentException(
                $"Message id '{message.MessageId}' has {message.MessageId.Length} characters; "
                + $"at most {MessageIdLengthMax} are allowed.",
                nameof(message));
        }

        ReadOnlyMemory<byte> body = message.Body.ToMemory();
        if (body.Length > BodyBytesMax)
        {
            throw new ServiceBusException(
                $"The message body has {body.Length} bytes; queue '{queue}' takes at most {BodyBytesMax}.",
                ServiceBusFailureReason.MessageSizeExceeded,
                queue);
        }

        TimeSpan life = message.TimeToLive < settings.DefaultTimeToLive ? message.TimeToLive : settings.DefaultTimeToLive;
        if (life <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(
                nameof(message), message.TimeToLive, "TimeToLive must be more than zero.");
        }

        DateTimeOffset enqueuedAt = message.ScheduledEnqueueTime > now ? message.ScheduledEnqueueTime : now;
        long sequence = NextSequence(now);
        TableEntity row = new(queue, string.Create(CultureInfo.InvariantCulture, $"m|{sequence:D19}-{Guid.CreateVersion7(now):N}"))
        {
            ["MessageId"] = message.MessageId,
            ["CorrelationId"] = message.CorrelationId,
            ["Subject"] = message.Subject,
            ["ContentType"] = message.ContentType,
            ["SequenceNumber"] = sequence,
            ["EnqueuedAt"] = enqueuedAt,
            ["AvailableAt"] = enqueuedAt,
            ["ExpiresAt"] = enqueuedAt + life,
            ["TimeToLive"] = life.Ticks,
            ["ScheduledAt"] = message.ScheduledEnqueueTime == default ? null : message.ScheduledEnqueueTime,
            ["DeliveryCount"] = 0,
            ["Properties"] = WriteProperties(message.ApplicationProperties),
        };
        for (int i = 0; i * ChunkBytesMax < body.Length; i++)
        {
            int from = i * ChunkBytesMax;
            row[string.Create(CultureInfo.InvariantCulture, $"Body{i}")] =
                body.Slice(from, Math.Min(ChunkBytesMax, body.Length - from)).ToArray();
        }

        return row;
    }

    // Ticks, made unique and growing within the process so that messages of one sender keep their order.
    private long NextSequence(DateTimeOffset now)
    {
        while (true)
        {
            long last = Interlocked.Read(ref _lastSequence);
            long next = Math.Max(last + 1, now.UtcTicks);
            if (Interlocked.CompareExchange(ref _lastSequence, next, last) == last)
            {
                return next;
            }
        }
    }

    private static ServiceBusReceivedMessage ToMessage(TableEntity row, DateTimeOffset lockedUntil)
    {
        List<byte> body = [];
        for (int i = 0; row.GetBinary(string.Create(CultureInfo.InvariantCulture, $"Body{i}")) is { } chunk; i++)
        {
            body.AddRange(chunk);
        }

        return new ServiceBusReceivedMessage
        {
            Body = BinaryData.FromBytes(body.ToArray()),
            MessageId = row.GetString("MessageId") ?? string.Empty,
            CorrelationId = row.GetString("CorrelationId") ?? string.Empty,
            Subject = row.GetString("Subject") ?? string.Empty,
            ContentType = row.GetString("ContentType") ?? string.Empty,
            SequenceNumber = row.GetInt64("SequenceNumber") ?? 0,
            EnqueuedTime = row.GetDateTimeOffset("EnqueuedAt") ?? default,
            ExpiresAt = row.GetDateTimeOffset("ExpiresAt") ?? default,
            TimeToLive = TimeSpan.FromTicks(row.GetInt64("TimeToLive") ?? 0),
            ScheduledEnqueueTime = row.GetDateTimeOffset("ScheduledAt") ?? default,
            DeliveryCount = row.GetInt32("DeliveryCount") ?? 0,
            ApplicationProperties = ReadProperties(row.GetString("Properties")),
            DeadLetterReason = row.GetString("DeadLetterReason") ?? string.Empty,
            DeadLetterErrorDescription = row.GetString("DeadLetterErrorDescription") ?? string.Empty,
            DeadLetterSource = row.RowKey[0] == 'd' ? row.PartitionKey : string.Empty,
            LockedUntil = lockedUntil,
            LockToken = row.RowKey,
        };
    }

    private static TableEntity Modify(TableEntity row, IEnumerable<KeyValuePair<string, object>>? properties)
    {
        if (properties is null)
        {
            return row;
        }

        Dictionary<string, object> all = new(ReadProperties(row.GetString("Properties")));
        foreach (KeyValuePair<string, object> property in properties)
        {
            all[property.Key] = property.Value;
        }

        row["Properties"] = WriteProperties(all);
        return row;
    }

    private static string WriteProperties(IDictionary<string, object> properties)
    {
        Dictionary<string, string[]> typed = [];
        foreach ((string name, object value) in properties)
        {
            typed[name] = value switch
            {
                string or bool or byte or sbyte or short or ushort or int or uint or long or ulong
                    or float or double or decimal or char or Guid or DateTime or DateTimeOffset or TimeSpan =>
                    [value.GetType().FullName!, JsonSerializer.Serialize(value, value.GetType())],
                _ => throw new System.Runtime.Serialization.SerializationException(
                    $"Application property '{name}' has the type {value?.GetType().FullName ?? "null"}, "
                    + "which a message cannot carry."),
            };
        }

        return JsonSerializer.Serialize(typed);
    }

    private static Dictionary<string, object> ReadProperties(string? json)
    {
        Dictionary<string, object> properties = [];
        if (!string.IsNullOrEmpty(json))
        {
            foreach ((string name, string[] typed) in JsonSerializer.Deserialize<Dictionary<string, string[]>>(json)!)
            {
                properties[name] = JsonSerializer.Deserialize(typed[1], Type.GetType(typed[0])!)!;
            }
        }

        return properties;
    }

    private void Notify(string queue, DateTimeOffset availableAt)
    {
        if (_listeners.TryGetValue(queue, out Action<DateTimeOffset>? onArrival))
        {
            onArrival(availableAt);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,258}[A-Za-z0-9])?$")]
    private static partial Regex QueueNamePattern();
}

/// <summary>A message under lock: the row's ETag is the lock, whoever updates the row next takes it.</summary>
internal sealed class LockedMessage(TableEntity row, ETag etag, ServiceBusReceivedMessage message)
{
    public TableEntity Row { get; } = row;

    public ETag ETag { get; private set; } = etag;

    public ServiceBusReceivedMessage Message { get; } = message;

    public SemaphoreSlim Gate { get; } = new(1);

    public bool IsSettled { get; set; }

    public void Relock(ETag etag) => ETag = etag;
}
