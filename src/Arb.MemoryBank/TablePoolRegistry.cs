using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>Pools in the table <c>Pools</c>: a partition per chain, a row per address.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TablePoolRegistry(MemoryBankTables tables) : IPoolRegistry
{
    private readonly BankTable _pools = tables.Pools;

    /// <inheritdoc/>
    public async Task<ImmutableArray<PoolInfo>> GetPoolsAsync(ulong chainId, CancellationToken cancellation)
    {
        ImmutableArray<PoolInfo>.Builder pools = ImmutableArray.CreateBuilder<PoolInfo>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {PoolRow.Partition(chainId)}");
        await foreach (TableEntity row in _pools.QueryAsync(filter, columns: null, rowsPerPage: null, cancellation))
        {
            pools.Add(PoolRow.Read(row));
        }

        return pools.ToImmutable();
    }

    /// <inheritdoc/>
    public Task AddPoolsAsync(ulong chainId, IReadOnlyCollection<PoolInfo> pools, CancellationToken cancellation) =>
        _pools.AddMissingAsync(pools.Select(p => PoolRow.Write(chainId, p)), cancellation);
}
