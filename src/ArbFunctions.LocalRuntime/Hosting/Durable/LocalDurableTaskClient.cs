using System.Runtime.CompilerServices;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>The client functions get; behaves as the real host does where layers differ.</summary>
internal sealed class LocalDurableTaskClient(
    DurableEngine engine, FunctionCatalog functions, DataConverter converter, HostOptions options, TimeProvider time)
    : DurableTaskClient("local")
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private static readonly OrchestrationRuntimeStatus[] Unfinished =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended,
    ];

    public DataConverter Converter => converter;

    /// <summary>
    /// What is wrong with an orchestrator's name, or null. Only the HTTP API asks: a start through the client is
    /// accepted under any name, as in the real host, and the instance fails.
    /// </summary>
    public string? ProblemWith(string orchestrator) => functions.Orchestrators.ContainsKey(orchestrator)
        ? null
        : FunctionNotFound.Orchestrator(orchestrator, functions.Orchestrators.Keys).ErrorMessage;

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default) =>
        ScheduleRawAsync(orchestratorName.Name, converter.Serialize(input), options, cancellation);

    /// <summary>Starts an instance whose input is JSON already.</summary>
    public async Task<string> ScheduleRawAsync(
        string name, string? input, StartOrchestrationOptions? start, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string instanceId = start?.InstanceId ?? NewId();
        StoreKeys.CheckInstanceId(instanceId);
        OrchestrationRuntimeStatus[] refused = Refused(start?.DedupeStatuses);

        // The common case first: a new id costs one round trip and no read.
        InstanceRecord? existing = null;
        while (true)
        {
            DateTime now = time.GetUtcNow().UtcDateTime;
            InstanceRecord record = new()
            {
                InstanceId = instanceId,
                Name = name,
                Version = start?.Version is { } version ? version.Version : options.DefaultVersion,
                ExecutionId = NewId(),
                Generation = existing is null ? 0 : existing.Generation + 1,
                Input = input,
                StartAt = start?.StartAt?.UtcDateTime,
                Tags = start?.Tags is { Count: > 0 } tags ? tags : null,
                CreatedAt = now,
                UpdatedAt = now,
            };
            InstanceRecord? stored =
                await engine.Store.TryStartAsync(record, existing, cancellation).ConfigureAwait(false);
            if (stored is not null)
            {
                await engine.OnStartedAsync(stored, cancellation).ConfigureAwait(false);
                return instanceId;
            }

            existing = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false);
            if (existing is not null && refused.Contains(existing.Status))
            {
                throw new OrchestrationAlreadyExistsException(
                    $"An orchestration instance with the id '{instanceId}' already exists and is {existing.Status}.");
            }
        }
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        RaiseRawAsync(instanceId, eventName, converter.Serialize(eventPayload), cancellation);

    /// <summary>Raises an event whose payload is JSON already.</summary>
    public Task RaiseRawAsync(string instanceId, string eventName, string? payload, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return SendAsync(
            instanceId, new InboxMessage(MessageKind.EventRaised) { Name = eventName, Data = payload }, cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(
            instanceId,
            new InboxMessage(MessageKind.Terminate)
            {
                Data = converter.Serialize(options?.Output),
                Recursive = options?.Recursive ?? false,
            },
            cancellation);

    public override Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new InboxMessage(MessageKind.Suspend) { Name = reason }, cancellation);

    public override Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new InboxMessage(MessageKind.Resume) { Name = reason }, cancellation);

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        InstanceRecord started = await WaitAsync(
            instanceId, record => record.Status != OrchestrationRuntimeStatus.Pending, cancellation).ConfigureAwait(false);
        return Describe(started, getInputsAndOutputs);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Describe(await WaitForEndAsync(instanceId, cancellation).ConfigureAwait(false), getInputsAndOutputs);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord? record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false);
        return record is null ? null : Describe(record, getInputsAndOutputs);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new Instances(this, filter ?? new OrchestrationQuery());

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord? record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false);
        if (record is null)
        {
            return new PurgeResult(0, true);
        }

        return record.IsEnded
            ? new PurgeResult(
                await PurgeAsync(record, options?.Recursive ?? false, cancellation).ConfigureAwait(false), true)
            : throw new InvalidOperationException(PurgeRefusal(record.InstanceId, record.Status));
    }

    /// <summary>The extension's words for a purge of an instance that has not ended.</summary>
    public static string PurgeRefusal(string instanceId, OrchestrationRuntimeStatus status) =>
        "Only orchestrations in a terminal state can be purged, but the orchestration with instance ID "
        + $"{instanceId} has status {status}";

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        OrchestrationQuery query = new(
            filter.CreatedFrom, filter.CreatedTo, filter.Statuses, PageSize: 100, FetchInputsAndOutputs: true);
        int purged = 0;
        await foreach (Page<InstanceRecord> page in engine.Store.QueryAsync(query, null, 100, cancellation)
            .ConfigureAwait(false))
        {
            foreach (InstanceRecord record in page.Values.Where(record => record.IsEnded))
            {
                purged += await PurgeAsync(record, options?.Recursive ?? false, cancellation).ConfigureAwait(false);
            }
        }

        return new PurgeResult(purged, true);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false)
            ?? throw new ArgumentException($"There is no orchestration with the id '{instanceId}'.", nameof(instanceId));
        StartOrchestrationOptions start = new(restartWithNewInstanceId ? null : instanceId)
        {
            Version = record.Version,
        };
        try
        {
            return await ScheduleRawAsync(record.Name, record.Input, start, cancellation).ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException error)
        {
            throw new InvalidOperationException(
                $"An orchestration with the instanceId {instanceId} cannot be restarted.", error);
        }
    }

    public override async Task RewindInstanceAsync(
        string instanceId, string reason, CancellationToken cancellation = default)
    {
        InstanceRecord record = await ReadAsync(instanceId, cancellation).ConfigureAwait(false)
            ?? throw new ArgumentException($"There is no orchestration with the id '{instanceId}'.", nameof(instanceId));
        throw record.Status == OrchestrationRuntimeStatus.Failed
            ? new NotImplementedException("Rewind is not supported by the underlying storage provider.")
            : new InvalidOperationException(
                "The rewind operation is only supported on failed orchestration instances.");
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The instance with its payloads; null if there is none.</summary>
    internal Task<InstanceRecord?> ReadAsync(string instanceId, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return engine.Store.ReadAsync(instanceId, cancellation);
    }

    /// <summary>What the present generation of the instance recorded.</summary>
    internal async Task<IEnumerable<HistoryEvent>> ReadHistoryAsync(
        InstanceRecord record, CancellationToken cancellation) =>
        (await engine.Store.ReadHistoryAsync(record, cancellation).ConfigureAwait(false)).SelectMany(batch => batch);

    internal IAsyncEnumerable<Page<InstanceRecord>> ListAsync(OrchestrationQuery query, CancellationToken cancellation) =>
        engine.Store.QueryAsync(query, query.ContinuationToken, Math.Max(query.PageSize, 1), cancellation);

    internal Task<InstanceRecord> WaitForEndAsync(string instanceId, CancellationToken cancellation) =>
        WaitAsync(instanceId, record => record.IsEnded, cancellation);

    internal OrchestrationMetadata Describe(InstanceRecord record, bool payloads) => new(record.Name, record.InstanceId)
    {
        DataConverter = payloads ? converter : null,
        RuntimeStatus = record.Status,
        CreatedAt = new DateTimeOffset(DateTime.SpecifyKind(record.CreatedAt, DateTimeKind.Utc)),
        LastUpdatedAt = new DateTimeOffset(DateTime.SpecifyKind(record.UpdatedAt, DateTimeKind.Utc)),
        SerializedInput = payloads ? record.Input : null,
        SerializedOutput = payloads ? record.Output : null,
        SerializedCustomStatus = payloads ? record.CustomStatus : null,
        FailureDetails = payloads ? record.Failure : null,
        Tags = record.Tags ?? new Dictionary<string, string>(),
    };

    // The extension adds its own list to the caller's (overridableExistingInstanceStates, by default NonRunningStates):
    // an instance that has not ended is never replaced, whatever the caller asks for.
    private static OrchestrationRuntimeStatus[] Refused(IReadOnlyList<string>? dedupe) =>
    [
        .. Unfinished,
        .. (dedupe ?? []).Select(text =>
            Enum.TryParse(text, ignoreCase: true, out OrchestrationRuntimeStatus status)
            && StartOrchestrationOptionsExtensions.ValidDedupeStatuses.Contains(status)
                ? status
                : throw new ArgumentException($"'{text}' is not a dedupe status.", nameof(dedupe))),
    ];

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private async Task SendAsync(string instanceId, InboxMessage message, CancellationToken cancellation)
    {
        StoreKeys.CheckInstanceId(instanceId);
        InstanceRecord record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false)
            ?? throw new ArgumentException($"There is no orchestration with the id '{instanceId}'.", nameof(instanceId));
        if (record.IsEnded)
        {
            throw new InvalidOperationException(
                $"Orchestration '{instanceId}' is {record.Status}; it takes no more messages.");
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        InboxMessage sent = message with { At = now, MessageId = NewId() };
        InboxMessage? stored = await engine.Store.TryInsertAsync(instanceId, sent, cancellation).ConfigureAwait(false);
        if (stored is not null)
        {
            await engine.OnStoredAsync(instanceId, stored, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<int> PurgeAsync(InstanceRecord record, bool recursive, CancellationToken cancellation)
    {
        int purged = 0;
        if (recursive)
        {
            foreach (IReadOnlyList<HistoryEvent> batch in
                await engine.Store.ReadHistoryAsync(record, cancellation).ConfigureAwait(false))
            {
                foreach (HistoryEvent child in batch.Where(e => e.Kind == EventKind.SubOrchestrationCreated))
                {
                    InstanceRecord? ended = await engine.Store.ReadAsync(child.InstanceId!, cancellation)
                        .ConfigureAwait(false);
                    purged += ended is { IsEnded: true }
                        ? await PurgeAsync(ended, recursive, cancellation).ConfigureAwait(false)
                        : 0;
                }
            }
        }

        return purged + (await engine.Store.TryPurgeAsync(record, cancellation).ConfigureAwait(false) ? 1 : 0);
    }

    private async Task<InstanceRecord> WaitAsync(
        string instanceId, Func<InstanceRecord, bool> isReached, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            Task change = engine.NextChange(instanceId);
            InstanceRecord? record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false);
            if (record is not null && isReached(record))
            {
                engine.PulseChange(instanceId);
                return record;
            }

            // The instance may be held by another process, whose changes are only seen by looking.
            using CancellationTokenSource poll = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task tick = Task.Delay(Poll, time, poll.Token);
            await Task.WhenAny(change, tick).ConfigureAwait(false);
            await poll.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private sealed class Instances(LocalDurableTaskClient client, OrchestrationQuery query)
        : AsyncPageable<OrchestrationMetadata>
    {
        public override IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(
            string? continuationToken = default, int? pageSizeHint = default) =>
            PagesAsync(continuationToken ?? query.ContinuationToken, pageSizeHint ?? query.PageSize, CancellationToken.None);

        private async IAsyncEnumerable<Page<OrchestrationMetadata>> PagesAsync(
            string? token, int pageSize, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (Page<InstanceRecord> page in client.Store.QueryAsync(
                query, token, Math.Max(pageSize, 1), cancellation).ConfigureAwait(false))
            {
                yield return new Page<OrchestrationMetadata>(
                    [.. page.Values.Select(record => client.Describe(record, query.FetchInputsAndOutputs))],
                    page.ContinuationToken);
            }
        }
    }

    private DurableStore Store => engine.Store;
}
