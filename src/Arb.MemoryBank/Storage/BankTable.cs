using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Arb.MemoryBank.Storage;

/// <summary>One table. Every read and write goes through here, so limits, conflicts and outages are handled in one place.</summary>
internal sealed class BankTable
{
    /// <summary>
    /// Tries of a conditional write. Of all who write a row at once one succeeds, so up to this many at once all end well.
    /// </summary>
    public const int TriesMax = 128;

    /// <summary>Transactions in flight for one call; more only queue up at the partition.</summary>
    private const int ParallelBatches = 8;

    private readonly TableClient _client;
    private readonly Func<CancellationToken, ValueTask> _ready;

    /// <summary>Takes the table, and what to await before its first use.</summary>
    public BankTable(TableClient client, Func<CancellationToken, ValueTask> ready)
    {
        _client = client;
        _ready = ready;
    }

    public string Name => _client.Name;

    /// <summary>The row, or null when there is none.</summary>
    public Task<TableEntity?> FindAsync(string partition, string row, CancellationToken cancellation) => CallAsync(
        async () =>
        {
            NullableResponse<TableEntity> found =
                await _client.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
            return found.HasValue ? found.Value : null;
        },
        cancellation);

    /// <summary>Inserts a row; false when there is one by that key, which stays as it is.</summary>
    public Task<bool> TryAddAsync(TableEntity row, CancellationToken cancellation)
    {
        TableLimits.Check(row);
        return CallAsync(
            async () =>
            {
                try
                {
                    await _client.AddEntityAsync(row, cancellation);
                    return true;
                }
                catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
                {
                    return false;
                }
            },
            cancellation);
    }

    /// <summary>Replaces the version read under <paramref name="version"/>; false when it has changed or gone since.</summary>
    public Task<bool> TryReplaceAsync(TableEntity row, ETag version, CancellationToken cancellation)
    {
        TableLimits.Check(row);
        return IfUnchangedAsync(
            () => _client.UpdateEntityAsync(row, version, TableUpdateMode.Replace, cancellation), cancellation);
    }

    /// <summary>Deletes the version read; false when it has changed or gone since.</summary>
    public Task<bool> TryDeleteAsync(TableEntity read, CancellationToken cancellation) =>
        IfUnchangedAsync(() => _client.DeleteEntityAsync(read.PartitionKey, read.RowKey, read.ETag, cancellation), cancellation);

    /// <summary>
    /// Inserts the rows that are not there yet, in as few transactions as the limits allow; the others stay as they are.
    /// </summary>
    public async Task AddMissingAsync(IEnumerable<TableEntity> rows, CancellationToken cancellation)
    {
        List<List<TableEntity>> batches = [];
        foreach (IGrouping<string, TableEntity> partition in rows.GroupBy(r => r.PartitionKey, StringComparer.Ordinal))
        {
            // In key order, so that a conflict is resolved by reading one narrow range.
            batches.AddRange(TableLimits.Batches(
                [.. partition.DistinctBy(r => r.RowKey).OrderBy(r => r.RowKey, StringComparer.Ordinal)]));
        }

        ParallelOptions options = new() { MaxDegreeOfParallelism = ParallelBatches, CancellationToken = cancellation };
        await Parallel.ForEachAsync(batches, options, async (batch, token) => await AddMissingOfBatchAsync(batch, token));
    }

    /// <summary>
    /// Replaces rows of one partition whose version (their ETag) has not changed since it was read, in as few transactions as the limits
    /// allow. Returns the rows of the transactions that met a change: of those nothing was written.
    /// </summary>
    public async Task<IReadOnlyCollection<TableEntity>> ReplaceUnchangedAsync(
        IReadOnlyList<TableEntity> rows, CancellationToken cancellation)
    {
        System.Collections.Concurrent.ConcurrentBag<TableEntity> missed = [];
        ParallelOptions options = new() { MaxDegreeOfParallelism = ParallelBatches, CancellationToken = cancellation };
        await Parallel.ForEachAsync(TableLimits.Batches([.. rows]), options, async (batch, token) =>
        {
            bool replaced = await IfUnchangedAsync(
                async () =>
                {
                    Response<IReadOnlyList<Response>> done = await _client.SubmitTransactionAsync(
                        batch.Select(r => new TableTransactionAction(TableTransactionActionType.UpdateReplace, r, r.ETag)), token);
                    return done.GetRawResponse();
                },
                token);
            if (!replaced)
            {
                foreach (TableEntity row in batch)
                {
                    missed.Add(row);
                }
            }
        });
        return missed;
    }

    /// <summary>Writes a row unless the stored one is to stay: what several processes learn about one thing ends as the newest of it.</summary>
    /// <param name="row">The row.</param>
    /// <param name="stays">Whether a stored row is as new, or newer.</param>
    /// <param name="what">What the row is about, for the message of the error.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Arb.Engine.MemoryUnavailableException">The store cannot be reached, or others wrote the row again and again.</exception>
    public async Task PutNewestAsync(TableEntity row, Func<TableEntity, bool> stays, string what, CancellationToken cancellation)
    {
        for (int tries = 0; tries < TriesMax; tries++)
        {
            TableEntity? stored = await FindAsync(row.PartitionKey, row.RowKey, cancellation);
            bool done = stored is null
                ? await TryAddAsync(row, cancellation)
                : stays(stored) || await TryReplaceAsync(row, stored.ETag, cancellation);
            if (done)
            {
                return;
            }
        }

        throw StorageFailure.Contended(what, TriesMax);
    }

    /// <summary>Rows that match, in key order, page by page.</summary>
    /// <param name="filter">OData filter; must bound the partition.</param>
    /// <param name="columns">Columns wanted, or null for all.</param>
    /// <param name="rowsPerPage">Rows per call, 1 to 1000, or null for the service's most.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async IAsyncEnumerable<TableEntity> QueryAsync(
        string filter,
        IReadOnlyList<string>? columns,
        int? rowsPerPage,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _ready(cancellation);
        await using IAsyncEnumerator<TableEntity> rows =
            _client.QueryAsync<TableEntity>(filter, rowsPerPage, columns, cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception e) when (StorageFailure.Translate(_client.Uri, e, cancellation) is { } unavailable)
            {
                throw unavailable;
            }

            yield return rows.Current;
        }
    }

    private async Task AddMissingOfBatchAsync(List<TableEntity> batch, CancellationToken cancellation)
    {
        for (int round = 0; round < TriesMax; round++)
        {
            if (batch.Count == 1)
            {
                // A single row that is already there is as good as added.
                await TryAddAsync(batch[0], cancellation);
                return;
            }

            if (batch.Count == 0 || await TryAddAllAsync(batch, cancellation))
            {
                return;
            }

            HashSet<string> present = await RowKeysAsync(batch[0].PartitionKey, batch[0].RowKey, batch[^1].RowKey, cancellation);
            batch = [.. batch.Where(r => !present.Contains(r.RowKey))];
        }

        throw StorageFailure.Contended($"{batch.Count} rows of table {Name}", TriesMax);
    }

    private Task<bool> TryAddAllAsync(List<TableEntity> batch, CancellationToken cancellation) => CallAsync(
        async () =>
        {
            try
            {
                await _client.SubmitTransactionAsync(
                    batch.Select(r => new TableTransactionAction(TableTransactionActionType.Add, r)), cancellation);
                return true;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
            {
                return false;
            }
        },
        cancellation);

    private async Task<HashSet<string>> RowKeysAsync(string partition, string first, string last, CancellationToken cancellation)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey le {last}");
        await foreach (TableEntity row in QueryAsync(filter, ["RowKey"], rowsPerPage: null, cancellation))
        {
            keys.Add(row.RowKey);
        }

        return keys;
    }

    private Task<bool> IfUnchangedAsync(Func<Task<Response>> write, CancellationToken cancellation) => CallAsync(
        async () =>
        {
            try
            {
                // DeleteEntity reports a missing row as a response, UpdateEntity as an exception.
                return (await write()).Status != 404;
            }
            catch (RequestFailedException e) when (e.Status == 412 || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                return false;
            }
        },
        cancellation);

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        await _ready(cancellation);
        try
        {
            return await call();
        }
        catch (Exception e) when (StorageFailure.Translate(_client.Uri, e, cancellation) is { } unavailable)
        {
            throw unavailable;
        }
    }
}
