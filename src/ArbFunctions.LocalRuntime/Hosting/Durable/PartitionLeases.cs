using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>What the leases tell the engine.</summary>
internal interface IPartitionOwner
{
    /// <summary>The partition is ours: load what is awake in it.</summary>
    void OnTaken(int partition);

    /// <summary>The partition is not ours any more: forget it.</summary>
    void OnLost(int partition);

    /// <summary>Another process may have put something into the partition.</summary>
    void OnSignal(int partition);

    /// <summary>Whether nothing of the partition is running, so that it can be handed over.</summary>
    bool IsQuiet(int partition);
}

/// <summary>
/// Shares the hub's partitions between the processes that live. A lease is a row with an owner and an expiry,
/// changed only under its ETag; one small query per beat reads all leases, workers and signals.
/// </summary>
internal sealed class PartitionLeases(
    DurableStore store, HostOptions options, TimeProvider time, ILoggerFactory loggers, IPartitionOwner owner)
{
    /// <summary>Signals are looked for this often while other workers live.</summary>
    private static readonly TimeSpan SharedBeat = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan AloneBeat = TimeSpan.FromSeconds(1);

    /// <summary>Even without a signal the partitions are looked through this often.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(10);

    private static int _workers;

    private readonly ILogger _log = loggers.CreateLogger("Durable.Leases");
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ETag> _held = [];
    private readonly Dictionary<int, string> _signals = [];
    private readonly string _worker = string.Create(
        CultureInfo.InvariantCulture, $"{ProcessIdentity.Current}#{Interlocked.Increment(ref _workers)}");

    private DateTimeOffset _validUntil;
    private DateTimeOffset _renewedAt;
    private DateTimeOffset _sweptAt;
    private volatile bool _isAlone;

    private string WorkerRow => "W" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(_worker)), 0, 12);

    /// <summary>Whether this process may work on the partition now.</summary>
    public bool Owns(int partition)
    {
        lock (_lock)
        {
            return _held.ContainsKey(partition) && time.GetUtcNow() < _validUntil;
        }
    }

    /// <summary>Whether no other process works on the hub, as far as the last beat could see.</summary>
    public bool IsAlone => _isAlone;

    public IReadOnlyList<int> Held
    {
        get
        {
            lock (_lock)
            {
                return [.. _held.Keys];
            }
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await BeatAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or TimeoutException)
            {
                DurableLog.RenewalFailed(_log, error);
                DropExpired();
            }

            await Task.Delay(_isAlone ? AloneBeat : SharedBeat, time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells the owner of a partition that something arrived.</summary>
    public async Task SignalAsync(int partition, CancellationToken cancellation)
    {
        TableEntity signal = new(StoreKeys.Control, SignalRow(partition))
        {
            ["Value"] = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
        };
        await store.Table.UpsertEntityAsync(signal, TableUpdateMode.Replace, cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives all leases back, so that another process need not wait for their expiry.</summary>
    public async Task ReleaseAllAsync(CancellationToken cancellation)
    {
        foreach (int partition in Held)
        {
            await TryReleaseAsync(partition, cancellation).ConfigureAwait(false);
        }

        await store.Table.DeleteEntityAsync(StoreKeys.Control, WorkerRow, ETag.All, cancellation)
            .ConfigureAwait(false);
    }

    private static string LeaseRow(int partition) => string.Create(CultureInfo.InvariantCulture, $"L{partition:D2}");

    private static string SignalRow(int partition) => string.Create(CultureInfo.InvariantCulture, $"S{partition:D2}");

    private async Task BeatAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        Dictionary<string, TableEntity> rows = [];
        await foreach (TableEntity row in store.Table.QueryAsync<TableEntity>(
            entity => entity.PartitionKey == StoreKeys.Control, 1000, null, cancellation).ConfigureAwait(false))
        {
            rows[row.RowKey] = row;
        }

        int others = await CountOthersAsync(rows, now, cancellation).ConfigureAwait(false);
        _isAlone = others == 0;
        NoticeTaken(rows);
        DropExpired();
        if (now - _renewedAt >= options.LeaseDuration / 4)
        {
            await RenewAsync(now, cancellation).ConfigureAwait(false);
        }

        int share = (store.PartitionCount + others) / (others + 1);
        await TakeFreeAsync(rows, share, cancellation).ConfigureAwait(false);
        await GiveExcessAsync(share, others, cancellation).ConfigureAwait(false);
        NoticeSignals(rows, now);
    }

    private async Task<int> CountOthersAsync(
        Dictionary<string, TableEntity> rows, DateTimeOffset now, CancellationToken cancellation)
    {
        int others = 0;
        foreach (TableEntity row in rows.Values.Where(row => row.RowKey[0] == 'W' && row.RowKey != WorkerRow))
        {
            if (IsLive(row, now))
            {
                others++;
            }
            else
            {
                await store.Table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellation)
                    .ConfigureAwait(false);
            }
        }

        return others;
    }

    private static bool IsLive(TableEntity row, DateTimeOffset now) =>
        row.GetString("Owner") is { Length: > 0 } holder
        && row.GetDateTimeOffset("Expires") > now
        && !ProcessIdentity.IsDead(holder);

    /// <summary>A lease under another owner's name was taken while this process slept past its expiry.</summary>
    private void NoticeTaken(Dictionary<string, TableEntity> rows)
    {
        foreach (int partition in Held)
        {
            if (!rows.TryGetValue(LeaseRow(partition), out TableEntity? row) || row.GetString("Owner") != _worker)
            {
                Lose(partition);
            }
        }
    }

    private void DropExpired()
    {
        if (time.GetUtcNow() >= _validUntil)
        {
            foreach (int partition in Held)
            {
                Lose(partition);
            }
        }
    }

    private void Lose(int partition)
    {
        lock (_lock)
        {
            if (!_held.Remove(partition))
            {
                return;
            }
        }

        DurableLog.PartitionLost(_log, partition, _worker);
        owner.OnLost(partition);
    }

    private async Task RenewAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        int[] partitions = [.. Held];
        List<TableTransactionAction> actions =
        [
            new(TableTransactionActionType.UpsertReplace, Row(WorkerRow, now)),
            .. partitions.Select(partition => new TableTransactionAction(
                TableTransactionActionType.UpdateReplace, Row(LeaseRow(partition), now), EtagOf(partition))),
        ];
        Response<IReadOnlyList<Response>> response =
            await store.Table.SubmitTransactionAsync(actions, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            for (int i = 0; i < partitions.Length; i++)
            {
                if (_held.ContainsKey(partitions[i]))
                {
                    _held[partitions[i]] = response.Value[i + 1].Headers.ETag!.Value;
                }
            }

            _renewedAt = now;
            _validUntil = now + options.LeaseDuration;
        }
    }

    private ETag EtagOf(int partition)
    {
        lock (_lock)
        {
            return _held[partition];
        }
    }

    private TableEntity Row(string rowKey, DateTimeOffset now) => new(StoreKeys.Control, rowKey)
    {
        ["Owner"] = _worker,
        ["Expires"] = now + options.LeaseDuration,
    };

    private async Task TakeFreeAsync(
        Dictionary<string, TableEntity> rows, int share, CancellationToken cancellation)
    {
        for (int partition = 0; partition < store.PartitionCount && Held.Count < share; partition++)
        {
            DateTimeOffset now = time.GetUtcNow();
            rows.TryGetValue(LeaseRow(partition), out TableEntity? row);
            if (Held.Contains(partition) || (row is not null && IsLive(row, now)))
            {
                continue;
            }

            TableEntity mine = Row(LeaseRow(partition), now);
            try
            {
                Response response = row is null
                    ? await store.Table.AddEntityAsync(mine, cancellation).ConfigureAwait(false)
                    : await store.Table.UpdateEntityAsync(mine, row.ETag, TableUpdateMode.Replace, cancellation)
                        .ConfigureAwait(false);
                lock (_lock)
                {
                    _held[partition] = response.Headers.ETag!.Value;
                    _validUntil = _held.Count == 1 ? now + options.LeaseDuration : _validUntil;
                }

                DurableLog.PartitionTaken(_log, partition, _worker);
                owner.OnTaken(partition);
            }
            catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
            {
                // Another process was faster; the next beat sees its name.
                continue;
            }
        }
    }

    private async Task GiveExcessAsync(int share, int others, CancellationToken cancellation)
    {
        int excess = others == 0 ? 0 : Held.Count - share;
        foreach (int partition in Held)
        {
            if (excess > 0 && owner.IsQuiet(partition)
                && await TryReleaseAsync(partition, cancellation).ConfigureAwait(false))
            {
                excess--;
            }
        }
    }

    private async Task<bool> TryReleaseAsync(int partition, CancellationToken cancellation)
    {
        ETag etag;
        lock (_lock)
        {
            if (!_held.Remove(partition, out etag))
            {
                return false;
            }
        }

        // Forget first, then let go: nothing new starts here once the row shows no owner.
        owner.OnLost(partition);
        TableEntity free = new(StoreKeys.Control, LeaseRow(partition)) { ["Owner"] = string.Empty };
        try
        {
            await store.Table.UpdateEntityAsync(free, etag, TableUpdateMode.Replace, cancellation)
                .ConfigureAwait(false);
            DurableLog.PartitionReleased(_log, partition, _worker);
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            return false;
        }
    }

    private void NoticeSignals(Dictionary<string, TableEntity> rows, DateTimeOffset now)
    {
        bool sweep = now - _sweptAt >= Sweep;
        _sweptAt = sweep ? now : _sweptAt;
        foreach (int partition in Held)
        {
            string value = rows.TryGetValue(SignalRow(partition), out TableEntity? row) ? row.GetString("Value") : string.Empty;
            bool changed = _signals.TryGetValue(partition, out string? seen) && seen != value;
            _signals[partition] = value;
            if (changed || sweep)
            {
                owner.OnSignal(partition);
            }
        }
    }
}
