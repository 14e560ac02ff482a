using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>Pools in the table <c>Pools</c>: a partition per chain, a row per pool; the factories' cursors in a partition beside it.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TablePoolRegistry(MemoryBankTables tables) : IPoolRegistry
{
    private readonly BankTable _pools = tables.Pools;

    /// <inheritdoc/>
    public async Task<ImmutableArray<RegisteredPool>> GetPoolsAsync(ulong chainId, CancellationToken cancellation)
    {
        ImmutableArray<RegisteredPool>.Builder pools = ImmutableArray.CreateBuilder<RegisteredPool>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {PoolRow.Partition(chainId)}");
        await foreach (TableEntity row in _pools.QueryAsync(filter, columns: null, rowsPerPage: null, cancellation))
        {
            pools.Add(PoolRow.Read(row));
        }

        return pools.ToImmutable();
    }

    /// <inheritdoc/>
    public Task AddPoolsAsync(ulong chainId, IReadOnlyCollection<PoolListing> pools, CancellationToken cancellation) =>
        _pools.AddMissingAsync(pools.Select(pool => PoolRow.Write(chainId, new RegisteredPool(pool, null))), cancellation);

    /// <inheritdoc/>
    public async Task SetExclusionsAsync(
        ulong chainId, IReadOnlyDictionary<PoolKey, string?> reasons, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        List<TableEntity> changed = [];
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {PoolRow.Partition(chainId)}");
        await foreach (TableEntity row in _pools.QueryAsync(filter, columns: null, rowsPerPage: null, cancellation))
        {
            RegisteredPool known = PoolRow.Read(row);
            if (reasons.TryGetValue(known.Listing.Key, out string? reason) && known.Excluded != reason)
            {
                TableEntity replaced = PoolRow.Write(chainId, known with { Excluded = reason });
                replaced.ETag = row.ETag;
                changed.Add(replaced);
            }
        }

        // Of a batch that meets a change since it was read nothing is written: those rows are done one by one.
        foreach (TableEntity missed in await _pools.ReplaceUnchangedAsync(changed, cancellation))
        {
            RegisteredPool pool = PoolRow.Read(missed);
            await SetExclusionAsync(chainId, pool.Listing.Key, pool.Excluded, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<DiscoveryCursor?> GetCursorAsync(ulong chainId, Address factory, CancellationToken cancellation) =>
        await _pools.FindAsync(CursorRow.Partition(chainId), factory.ToString(), cancellation) is { } row ? CursorRow.Read(row) : null;

    /// <inheritdoc/>
    public async Task MoveCursorAsync(DiscoveryCursor cursor, CancellationToken cancellation)
    {
        TableEntity moved = CursorRow.Write(cursor);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity? row = await _pools.FindAsync(CursorRow.Partition(cursor.ChainId), cursor.Factory.ToString(), cancellation);
            if (row is not null && CursorRow.Read(row).NextBlock >= cursor.NextBlock)
            {
                return;
            }

            if (row is null
                ? await _pools.TryAddAsync(moved, cancellation)
                : await _pools.TryReplaceAsync(moved, row.ETag, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"the discovery cursor of {cursor.Factory}", BankTable.TriesMax);
    }

    private async Task SetExclusionAsync(ulong chainId, PoolKey pool, string? reason, CancellationToken cancellation)
    {
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity? row = await _pools.FindAsync(PoolRow.Partition(chainId), PoolRow.RowKey(pool), cancellation);
            if (row is null)
            {
                return;
            }

            RegisteredPool known = PoolRow.Read(row);
            if (known.Excluded == reason
                || await _pools.TryReplaceAsync(PoolRow.Write(chainId, known with { Excluded = reason }), row.ETag, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"pool {pool}", BankTable.TriesMax);
    }
}
