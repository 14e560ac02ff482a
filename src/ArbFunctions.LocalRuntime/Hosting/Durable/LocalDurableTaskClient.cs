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
        if (!functions.Orchestrators.ContainsKey(name))
        {
            throw new ArgumentException(
                FunctionNotFound.For("orchestrator", name, functions.Orchestrators.Keys).ErrorMessage, nameof(name));
        }

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

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(
            instanceId,
            record => record.Status != OrchestrationRuntimeStatus.Pending,
            getInputsAndOutputs,
            cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, record => record.IsEnded, getInputsAndOutputs, cancellation);

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
        return new PurgeResult(
            record is { IsEnded: true }
                ? await PurgeAsync(record, options?.Recursive ?? false, cancellation).ConfigureAwait(false)
                : 0,
            true);
    }

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
        return await ScheduleRawAsync(record.Name, record.Input, start, cancellation).ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

    private static OrchestrationRuntimeStatus[] Refused(IReadOnlyList<string>? dedupe)
    {
        if (dedupe is null)
        {
            return Unfinished;
        }

        OrchestrationRuntimeStatus[] refused =
        [
            .. dedupe.Select(text => Enum.TryParse(text, ignoreCase: true, out OrchestrationRuntimeStatus status)
                && StartOrchestrationOptionsExtensions.ValidDedupeStatuses.Contains(status)
                ? status
                : throw new ArgumentException($"'{text}' is not a dedupe status.", nameof(dedupe))),
        ];

        // Durable would terminate the running instance and then trip over its status Terminated.
        return refused.Contains(OrchestrationRuntimeStatus.Terminated) && !Unfinished.All(refused.Contains)
            ? throw new ArgumentException(
                "Dedupe statuses cannot include Terminated while a pending, running or suspended instance may be replaced.",
                nameof(dedupe))
            : refused;
    }

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
                    PurgeResult result = await PurgeInstanceAsync(
                        child.InstanceId!, new PurgeInstanceOptions(true), cancellation).ConfigureAwait(false);
                    purged += result.PurgedInstanceCount;
                }
            }
        }

        return purged + (await engine.Store.TryPurgeAsync(record, cancellation).ConfigureAwait(false) ? 1 : 0);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceRecord, bool> isReached, bool payloads, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            Task change = engine.NextChange(instanceId);
            InstanceRecord? record = await engine.Store.ReadAsync(instanceId, cancellation).ConfigureAwait(false);
            if (record is not null && isReached(record))
            {
                engine.PulseChange(instanceId);
                return Describe(record, payloads);
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
