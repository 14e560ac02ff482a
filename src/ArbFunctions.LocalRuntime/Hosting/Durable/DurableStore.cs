using System.Globalization;
using System.Runtime.CompilerServices;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using InstancePage = Microsoft.DurableTask.Page<ArbFunctions.LocalRuntime.Hosting.Durable.InstanceRecord>;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>All a finished turn changes; commits as one transaction or not at all.</summary>
internal sealed record TurnCommit(
    InstanceRecord Before,
    InstanceRecord After,
    IReadOnlyList<HistoryEvent> Events,
    IReadOnlyList<InboxMessage> Consumed,
    IReadOnlyList<OutboxEntry> Outbox,
    IReadOnlyList<HistoryEvent> CarriedEvents);

/// <summary>A row of things owed to other instances.</summary>
internal sealed record OutboxBatch(int Partition, string RowKey, IReadOnlyList<OutboxEntry> Entries);

/// <summary>
/// The task hub in one table (decision 0003 lists every crash point). All writes of a turn land in the instance's
/// partition in one transaction that is conditional on the state row's ETag: the ETag is the fence, leases only
/// keep two processes from wasting work on the same instance.
/// </summary>
internal sealed class DurableStore
{
    /// <summary>Messages a turn may consume: with the other rows it stays under the 100 of a transaction.</summary>
    public const int ConsumedMax = 80;

    /// <summary>Table properties hold 32 Ki UTF-16 characters; longer payloads become blobs.</summary>
    private const int InlineCharsMax = 30_000;

    private const string BlobMark = "@blob:";

    private readonly TableClient _table;
    private readonly BlobContainerClient _payloads;
    private readonly HostOptions _options;

    public DurableStore(StorageAccount account, HostOptions options)
    {
        _options = options;
        _table = account.Tables.GetTableClient(options.HubName + "Hub");
        _payloads = account.Blobs.GetBlobContainerClient(options.HubName.ToLowerInvariant() + "-payloads");
    }

    public int PartitionCount => _options.PartitionCount;

    public TableClient Table => _table;

    /// <exception cref="HostStartException">The hub exists with another number of partitions.</exception>
    public async Task InitializeAsync(CancellationToken cancellation)
    {
        await _table.CreateIfNotExistsAsync(cancellation).ConfigureAwait(false);
        await _payloads.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);

        // Ids are spread by hash over the partitions, so their number is part of the data.
        TableEntity hub = new(StoreKeys.Control, "hub") { ["Partitions"] = PartitionCount };
        try
        {
            await _table.AddEntityAsync(hub, cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
            TableEntity existing = await _table.GetEntityAsync<TableEntity>(
                StoreKeys.Control, "hub", cancellationToken: cancellation).ConfigureAwait(false);
            if (existing.GetInt32("Partitions") is { } count && count != PartitionCount)
            {
                throw new HostStartException(
                    $"Task hub '{_options.HubName}' was created with {count} partitions and partitionCount is now "
                    + $"{PartitionCount}. Set it back or choose another hubName in host.json.",
                    error);
            }
        }
    }

    public int PartitionOf(string instanceId) => StoreKeys.PartitionOf(instanceId, PartitionCount);

    public async Task<InstanceRecord?> ReadAsync(string instanceId, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> row = await _table.GetEntityIfExistsAsync<TableEntity>(
            PartitionKeyOf(instanceId), StoreKeys.StateOf(instanceId), cancellationToken: cancellation)
            .ConfigureAwait(false);
        return row.HasValue ? await FromRowAsync(row.Value!, true, cancellation).ConfigureAwait(false) : null;
    }

    /// <summary>Creates the instance, or replaces exactly the given version of it. Null if someone else was first.</summary>
    public async Task<InstanceRecord?> TryStartAsync(
        InstanceRecord record, InstanceRecord? replaced, CancellationToken cancellation)
    {
        string partition = PartitionKeyOf(record.InstanceId);
        TableEntity row = await ToRowAsync(record, cancellation).ConfigureAwait(false);
        TableEntity marker = new(partition, StoreKeys.ActiveOf(record.InstanceId));
        TableTransactionAction[] actions =
        [
            replaced is null
                ? new TableTransactionAction(TableTransactionActionType.Add, row)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, replaced.ETag),
            new TableTransactionAction(TableTransactionActionType.UpsertReplace, marker),
        ];
        try
        {
            Response<IReadOnlyList<Response>> response =
                await _table.SubmitTransactionAsync(actions, cancellation).ConfigureAwait(false);
            return record with { ETag = EtagOf(response.Value[0]) };
        }
        catch (RequestFailedException error) when (IsConflict(error))
        {
            return null;
        }
    }

    /// <summary>
    /// Makes the version just read the caller's own: everyone who read before can commit nothing any more.
    /// Null if the instance moved on since.
    /// </summary>
    public async Task<InstanceRecord?> TryClaimAsync(InstanceRecord record, CancellationToken cancellation)
    {
        TableEntity touch = new(PartitionKeyOf(record.InstanceId), StoreKeys.StateOf(record.InstanceId));
        try
        {
            Response response = await _table.UpdateEntityAsync(
                touch, record.ETag, TableUpdateMode.Merge, cancellation).ConfigureAwait(false);
            return record with { ETag = EtagOf(response) };
        }
        catch (RequestFailedException error) when (IsConflict(error))
        {
            return null;
        }
    }

    /// <summary>Commits a turn. Null if the instance moved on under another process, was replaced or purged.</summary>
    public async Task<InstanceRecord?> TryCommitAsync(TurnCommit turn, CancellationToken cancellation)
    {
        InstanceRecord before = turn.Before;
        InstanceRecord after = turn.After;
        string partition = PartitionKeyOf(before.InstanceId);
        List<TableTransactionAction> actions =
        [
            new(
                TableTransactionActionType.UpdateReplace,
                await ToRowAsync(after, cancellation).ConfigureAwait(false),
                before.ETag),
        ];

        // A generation that ends by continuing as new leaves no history behind.
        if (after.Generation == before.Generation && turn.Events.Count > 0)
        {
            actions.Add(await HistoryRowAsync(
                before.InstanceId, before.Generation, before.Batches, turn.Events, cancellation).ConfigureAwait(false));
        }

        if (turn.CarriedEvents.Count > 0)
        {
            actions.Add(await HistoryRowAsync(
                before.InstanceId, after.Generation, 0, turn.CarriedEvents, cancellation).ConfigureAwait(false));
        }

        if (turn.Outbox.Count > 0)
        {
            TableEntity row = new(
                partition, StoreKeys.OutboxOf(before.InstanceId, before.Generation, before.Batches));
            row["Data"] = await SpillAsync(
                before.InstanceId, row.RowKey, DurableJson.Write(turn.Outbox), cancellation).ConfigureAwait(false);
            actions.Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, row));
        }

        foreach (InboxMessage message in turn.Consumed)
        {
            actions.Add(Delete(partition, message.RowKey!));
        }

        if (after.IsEnded)
        {
            actions.Add(Delete(partition, StoreKeys.ActiveOf(before.InstanceId)));
        }

        try
        {
            Response<IReadOnlyList<Response>> response =
                await _table.SubmitTransactionAsync(actions, cancellation).ConfigureAwait(false);
            return after with { ETag = EtagOf(response.Value[0]) };
        }
        catch (RequestFailedException error) when (IsConflict(error))
        {
            return null;
        }
    }

    public async Task<List<IReadOnlyList<HistoryEvent>>> ReadHistoryAsync(
        InstanceRecord record, CancellationToken cancellation)
    {
        List<IReadOnlyList<HistoryEvent>> batches = [];
        string prefix = StoreKeys.HistoryPrefix(record.InstanceId, record.Generation);
        string end = StoreKeys.HistoryOf(record.InstanceId, record.Generation, record.Batches);
        await foreach (TableEntity row in RangeAsync(
            PartitionKeyOf(record.InstanceId), prefix, null, cancellation).ConfigureAwait(false))
        {
            // Only what the state row vouches for is history.
            if (string.CompareOrdinal(row.RowKey, end) >= 0)
            {
                break;
            }

            string json = await UnspillAsync(row.GetString("Data"), cancellation).ConfigureAwait(false) ?? "[]";
            batches.Add(DurableJson.Read<List<HistoryEvent>>(json));
        }

        return batches;
    }

    public async Task<List<InboxMessage>> ReadInboxAsync(string instanceId, CancellationToken cancellation)
    {
        List<InboxMessage> messages = [];
        await foreach (TableEntity row in RangeAsync(
            PartitionKeyOf(instanceId), StoreKeys.InboxPrefix(instanceId), null, cancellation).ConfigureAwait(false))
        {
            messages.Add(await ToMessageAsync(row, cancellation).ConfigureAwait(false));
        }

        return messages;
    }

    /// <summary>Instances of a partition that have not ended, and those that have mail.</summary>
    public async Task<HashSet<string>> ListAwakeAsync(int partition, CancellationToken cancellation)
    {
        HashSet<string> instances = [];
        foreach (string prefix in (string[])[StoreKeys.AllActive, StoreKeys.AllInbox])
        {
            await foreach (TableEntity row in RangeAsync(
                StoreKeys.Partition(partition), prefix, ["RowKey"], cancellation).ConfigureAwait(false))
            {
                instances.Add(StoreKeys.InstanceOf(row.RowKey));
            }
        }

        return instances;
    }

    public async Task<List<OutboxBatch>> ListOutboxAsync(int partition, CancellationToken cancellation)
    {
        List<OutboxBatch> batches = [];
        await foreach (TableEntity row in RangeAsync(
            StoreKeys.Partition(partition), StoreKeys.AllOutbox, null, cancellation).ConfigureAwait(false))
        {
            string json = await UnspillAsync(row.GetString("Data"), cancellation).ConfigureAwait(false) ?? "[]";
            batches.Add(new OutboxBatch(partition, row.RowKey, DurableJson.Read<List<OutboxEntry>>(json)));
        }

        return batches;
    }

    public async Task DeleteOutboxAsync(OutboxBatch batch, CancellationToken cancellation) =>
        await _table.DeleteEntityAsync(
            StoreKeys.Partition(batch.Partition), batch.RowKey, ETag.All, cancellation).ConfigureAwait(false);

    /// <summary>Stores a message. Null if it was there already: the first answer to an action wins.</summary>
    public async Task<InboxMessage?> TryInsertAsync(
        string instanceId, InboxMessage message, CancellationToken cancellation)
    {
        string rowKey = message.IsAnswer
            ? StoreKeys.AnswerOf(instanceId, message.ExecutionId!, message.Generation, message.TaskId)
            : StoreKeys.MessageOf(instanceId, message.MessageId!);
        TableEntity row = new(PartitionKeyOf(instanceId), rowKey);
        row["Data"] = await SpillAsync(instanceId, rowKey, DurableJson.Write(message), cancellation)
            .ConfigureAwait(false);
        try
        {
            await _table.AddEntityAsync(row, cancellation).ConfigureAwait(false);
            return message with { RowKey = rowKey };
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
            return null;
        }
    }

    public async Task DeleteMessagesAsync(
        string instanceId, IEnumerable<InboxMessage> messages, CancellationToken cancellation)
    {
        foreach (InboxMessage message in messages.Where(message => message.RowKey is not null))
        {
            await _table.DeleteEntityAsync(
                PartitionKeyOf(instanceId), message.RowKey, ETag.All, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what earlier generations of a running instance left behind.</summary>
    public async Task DeleteOldGenerationsAsync(InstanceRecord record, CancellationToken cancellation)
    {
        string partition = PartitionKeyOf(record.InstanceId);
        string current = StoreKeys.HistoryPrefix(record.InstanceId, record.Generation);
        List<string> keys = [];
        await foreach (TableEntity row in RangeAsync(
            partition, StoreKeys.HistoryPrefix(record.InstanceId), ["RowKey"], cancellation).ConfigureAwait(false))
        {
            if (string.CompareOrdinal(row.RowKey, current) < 0)
            {
                keys.Add(row.RowKey);
            }
        }

        await DeleteRowsAsync(partition, keys, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes an ended instance. False if it is gone or has been started again.</summary>
    public async Task<bool> TryPurgeAsync(InstanceRecord record, CancellationToken cancellation)
    {
        string partition = PartitionKeyOf(record.InstanceId);
        List<string> keys = [];
        foreach (string prefix in (string[])
            [StoreKeys.HistoryPrefix(record.InstanceId), StoreKeys.InboxPrefix(record.InstanceId)])
        {
            await foreach (TableEntity row in RangeAsync(partition, prefix, ["RowKey"], cancellation)
                .ConfigureAwait(false))
            {
                keys.Add(row.RowKey);
            }
        }

        // Every chunk carries the state row under its ETag, so a run that starts under the same id meanwhile stops
        // the purge before it touches a row of that run.
        TableEntity state = await ToRowAsync(record, cancellation).ConfigureAwait(false);
        ETag etag = record.ETag;
        string[][] chunks = [.. keys.Chunk(99)];
        try
        {
            for (int i = 0; i < Math.Max(chunks.Length, 1); i++)
            {
                List<TableTransactionAction> actions =
                [
                    i >= chunks.Length - 1
                        ? new TableTransactionAction(TableTransactionActionType.Delete, state, etag)
                        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, state, etag),
                    .. (i < chunks.Length ? chunks[i] : []).Select(key => Delete(partition, key)),
                ];
                Response<IReadOnlyList<Response>> response =
                    await _table.SubmitTransactionAsync(actions, cancellation).ConfigureAwait(false);
                etag = response.Value[0].Headers.ETag ?? etag;
            }
        }
        catch (RequestFailedException error) when (IsConflict(error))
        {
            return false;
        }

        await foreach (Azure.Storage.Blobs.Models.BlobItem blob in _payloads.GetBlobsAsync(
            Azure.Storage.Blobs.Models.BlobTraits.None,
            Azure.Storage.Blobs.Models.BlobStates.None,
            BlobFolder(record.InstanceId),
            cancellation).ConfigureAwait(false))
        {
            await _payloads.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellation).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Lists instances page by page, partition by partition.</summary>
    public async IAsyncEnumerable<InstancePage> QueryAsync(
        OrchestrationQuery query,
        string? continuationToken,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        (int partition, string? from) = ParseToken(continuationToken);
        HashSet<OrchestrationRuntimeStatus>? statuses = query.Statuses is null ? null : [.. query.Statuses];
        List<InstanceRecord> page = [];
        for (; partition < PartitionCount; partition++, from = null)
        {
            string prefix = StoreKeys.StatePrefix(query.InstanceIdPrefix ?? string.Empty);
            await foreach (TableEntity row in RangeAsync(
                StoreKeys.Partition(partition), prefix, null, cancellation, from).ConfigureAwait(false))
            {
                InstanceRecord record = await FromRowAsync(row, query.FetchInputsAndOutputs, cancellation)
                    .ConfigureAwait(false);
                if ((statuses is null || statuses.Contains(record.Status))
                    && (query.CreatedFrom is null || record.CreatedAt >= query.CreatedFrom.Value.UtcDateTime)
                    && (query.CreatedTo is null || record.CreatedAt <= query.CreatedTo.Value.UtcDateTime))
                {
                    if (page.Count == pageSize)
                    {
                        yield return new InstancePage(
                            page, string.Create(CultureInfo.InvariantCulture, $"{partition}|{row.RowKey}"));
                        page = [];
                    }

                    page.Add(record);
                }
            }
        }

        yield return new InstancePage(page);
    }

    private static (int Partition, string? From) ParseToken(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return (0, null);
        }

        int bar = token.IndexOf('|', StringComparison.Ordinal);
        return bar > 0 && int.TryParse(token.AsSpan(0, bar), CultureInfo.InvariantCulture, out int partition)
            ? (partition, token[(bar + 1)..])
            : throw new ArgumentException($"Continuation token '{token}' was not issued by this host.", nameof(token));
    }

    internal async IAsyncEnumerable<TableEntity> RangeAsync(
        string partition,
        string prefix,
        string[]? select,
        [EnumeratorCancellation] CancellationToken cancellation,
        string? from = null)
    {
        string filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {from ?? prefix} and RowKey lt {StoreKeys.After(prefix)}");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(
            filter, 1000, select, cancellation).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    private static bool IsConflict(RequestFailedException error) => error.Status is 404 or 409 or 412;

    private static ETag EtagOf(Response response) => response.Headers.ETag
        ?? throw new InvalidDataException("The table service answered a write without an ETag.");

    private static TableTransactionAction Delete(string partition, string rowKey) =>
        new(TableTransactionActionType.Delete, new TableEntity(partition, rowKey), ETag.All);

    private static string BlobFolder(string instanceId) => Uri.EscapeDataString(instanceId) + "/";

    private string PartitionKeyOf(string instanceId) => StoreKeys.Partition(PartitionOf(instanceId));

    private async Task DeleteRowsAsync(string partition, List<string> keys, CancellationToken cancellation)
    {
        foreach (string[] chunk in keys.Chunk(100))
        {
            try
            {
                await _table.SubmitTransactionAsync(
                    chunk.Select(key => Delete(partition, key)), cancellation).ConfigureAwait(false);
            }
            catch (RequestFailedException error) when (error.Status == 404)
            {
                // Someone removes the same rows: then one by one, where a missing row is no error.
                foreach (string key in chunk)
                {
                    await _table.DeleteEntityAsync(partition, key, ETag.All, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<TableTransactionAction> HistoryRowAsync(
        string instanceId,
        int generation,
        int batch,
        IReadOnlyList<HistoryEvent> events,
        CancellationToken cancellation)
    {
        TableEntity row = new(PartitionKeyOf(instanceId), StoreKeys.HistoryOf(instanceId, generation, batch));
        row["Data"] = await SpillAsync(instanceId, row.RowKey, DurableJson.Write(events), cancellation)
            .ConfigureAwait(false);

        // Upsert: the state row's ETag already guards the whole transaction.
        return new TableTransactionAction(TableTransactionActionType.UpsertReplace, row);
    }

    private async Task<InboxMessage> ToMessageAsync(TableEntity row, CancellationToken cancellation)
    {
        string json = await UnspillAsync(row.GetString("Data"), cancellation).ConfigureAwait(false)
            ?? throw new InvalidDataException($"Message row '{row.RowKey}' has no data.");
        return DurableJson.Read<InboxMessage>(json) with { RowKey = row.RowKey };
    }

    private async Task<TableEntity> ToRowAsync(InstanceRecord record, CancellationToken cancellation)
    {
        string id = record.InstanceId;
        string generation = record.Generation.ToString("D8", CultureInfo.InvariantCulture);
        TableEntity row = new(PartitionKeyOf(id), StoreKeys.StateOf(id))
        {
            ["InstanceId"] = id,
            ["Name"] = record.Name,
            ["Version"] = record.Version,
            ["ExecutionId"] = record.ExecutionId,
            ["Generation"] = record.Generation,
            ["Batches"] = record.Batches,
            ["HasCarriedEvents"] = record.HasCarriedEvents,
            ["RuntimeStatus"] = record.Status.ToString(),
            ["Input"] = await SpillAsync(id, $"{generation}-input", record.Input, cancellation).ConfigureAwait(false),
            ["Output"] = await SpillAsync(id, $"{generation}-output", record.Output, cancellation).ConfigureAwait(false),
            ["CustomStatus"] = await SpillAsync(
                id,
                string.Create(CultureInfo.InvariantCulture, $"{generation}-{record.Batches:D8}-status"),
                record.CustomStatus,
                cancellation).ConfigureAwait(false),
            ["CreatedTime"] = record.CreatedAt,
            ["LastUpdatedTime"] = record.UpdatedAt,
        };
        if (record.Failure is { } failure)
        {
            row["Failure"] = await SpillAsync(id, $"{generation}-failure", DurableJson.Write(failure), cancellation)
                .ConfigureAwait(false);
        }

        if (record.StartAt is { } startAt)
        {
            row["StartAt"] = startAt;
        }

        if (record.Parent is { } parent)
        {
            row["Parent"] = DurableJson.Write(parent);
        }

        if (record.Tags is { Count: > 0 } tags)
        {
            row["Tags"] = await SpillAsync(id, $"{generation}-tags", DurableJson.Write(tags), cancellation)
                .ConfigureAwait(false);
        }

        if (record.SeenMessageIds.Count > 0)
        {
            row["SeenMessageIds"] = DurableJson.Write(record.SeenMessageIds);
        }

        return row;
    }

    private async Task<InstanceRecord> FromRowAsync(TableEntity row, bool payloads, CancellationToken cancellation)
    {
        async Task<string?> Payload(string name) =>
            payloads ? await UnspillAsync(row.GetString(name), cancellation).ConfigureAwait(false) : null;

        string? failure = await Payload("Failure").ConfigureAwait(false);
        string? tags = await UnspillAsync(row.GetString("Tags"), cancellation).ConfigureAwait(false);
        return new InstanceRecord
        {
            InstanceId = row.GetString("InstanceId"),
            Name = row.GetString("Name"),
            Version = row.GetString("Version"),
            ExecutionId = row.GetString("ExecutionId"),
            Generation = row.GetInt32("Generation") ?? 0,
            Batches = row.GetInt32("Batches") ?? 0,
            HasCarriedEvents = row.GetBoolean("HasCarriedEvents") ?? false,
            Status = Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("RuntimeStatus")),
            Input = await Payload("Input").ConfigureAwait(false),
            Output = await Payload("Output").ConfigureAwait(false),
            CustomStatus = await Payload("CustomStatus").ConfigureAwait(false),
            Failure = failure is null ? null : DurableJson.Read<TaskFailureDetails>(failure),
            CreatedAt = row.GetDateTime("CreatedTime") ?? default,
            UpdatedAt = row.GetDateTime("LastUpdatedTime") ?? default,
            StartAt = row.GetDateTime("StartAt"),
            Parent = row.GetString("Parent") is { } parent ? DurableJson.Read<ParentLink>(parent) : null,
            Tags = tags is null ? null : DurableJson.Read<Dictionary<string, string>>(tags),
            SeenMessageIds = row.GetString("SeenMessageIds") is { } seen ? DurableJson.Read<List<string>>(seen) : [],
            ETag = row.ETag,
        };
    }

    // A blob is written before the row that points to it, under a name the retry writes again: a crash in between
    // leaves at most an orphan, which the purge of the instance removes.
    private async Task<string?> SpillAsync(
        string instanceId, string name, string? text, CancellationToken cancellation)
    {
        if (text is null || text.Length <= InlineCharsMax)
        {
            return text;
        }

        string blob = BlobFolder(instanceId) + Uri.EscapeDataString(name) + "-"
            + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
        await _payloads.GetBlobClient(blob).UploadAsync(BinaryData.FromString(text), overwrite: true, cancellation)
            .ConfigureAwait(false);
        return BlobMark + blob;
    }

    private async Task<string?> UnspillAsync(string? text, CancellationToken cancellation)
    {
        if (text is null || !text.StartsWith(BlobMark, StringComparison.Ordinal))
        {
            return text;
        }

        Response<Azure.Storage.Blobs.Models.BlobDownloadResult> blob = await _payloads
            .GetBlobClient(text[BlobMark.Length..]).DownloadContentAsync(cancellation).ConfigureAwait(false);
        return blob.Value.Content.ToString();
    }
}
