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
            await _pools.PutNewestAsync(
                ProofRow.Write(chainId, record),
                stored => ProofRow.Read(stored) is { } known && (known.BlockNumber > record.BlockNumber || known == record),
                $"the probes of pool {record.Pool}",
                cancellation);
        }
    }
}
