using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>What pools' probes came to, in the table <c>Pools</c>.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableProofBook(MemoryBankTables tables) : IProofBook
{
    private readonly BankTable _pools = tables.Pools;

    /// <inheritdoc/>
    public async Task<ImmutableDictionary<PoolKey, ProofRecord>> GetAsync(ulong chainId, CancellationToken cancellation)
    {
        ImmutableDictionary<PoolKey, ProofRecord>.Builder records = ImmutableDictionary.CreateBuilder<PoolKey, ProofRecord>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {ProofRow.Partition(chainId)}");
        await foreach (TableEntity row in _pools.QueryAsync(filter, columns: null, rowsPerPage: null, cancellation))
        {
            ProofRecord record = ProofRow.Read(row);
            records[record.Pool] = record;
        }

        return records.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task PutAsync(ulong chainId, IReadOnlyCollection<ProofRecord> records, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(records);
        await _pools.AddMissingAsync(records.Select(record => ProofRow.Write(chainId, record)), cancellation);
        foreach (ProofRecord record in records)
        {
            await ReplaceAsync(chainId, record, cancellation);
        }
    }

    private async Task ReplaceAsync(ulong chainId, ProofRecord record, CancellationToken cancellation)
    {
        TableEntity newer = ProofRow.Write(chainId, record);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity? stored = await _pools.FindAsync(newer.PartitionKey, newer.RowKey, cancellation);
            bool done = stored is null
                ? await _pools.TryAddAsync(newer, cancellation)
                : ProofRow.Read(stored) is { } known
                    && (known.BlockNumber > record.BlockNumber
                        || known == record
                        || await _pools.TryReplaceAsync(newer, stored.ETag, cancellation));
            if (done)
            {
                return;
            }
        }

        throw StorageFailure.Contended($"the probes of pool {record.Pool}", BankTable.TriesMax);
    }
}
