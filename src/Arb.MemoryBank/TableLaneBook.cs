using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>Lanes in the table <c>Lanes</c>: one row per chain with all its leases.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableLaneBook(MemoryBankTables tables) : ILaneBook
{
    private readonly BankTable _lanes = tables.Lanes;

    /// <inheritdoc/>
    /// <remarks>
    /// Lanes are tried in the order given. Null also when the opportunity holds a lane that is not among
    /// <paramref name="operators"/> any more: a second lane would let two of its transactions live.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="untilBlock"/> is before <paramref name="headBlock"/>: such a lease would be over at once.
    /// </exception>
    public async Task<LaneLease?> TryLeaseAsync(
        ulong chainId,
        IReadOnlyList<Address> operators,
        OpportunityKey holder,
        ulong headBlock,
        ulong untilBlock,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(untilBlock, headBlock);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity? row = await FindAsync(chainId, cancellation);
            LaneLeases leases = row is null ? LaneLeases.None : LaneLeasesRow.Read(row);
            if (leases.Lease(operators, holder.Id, headBlock, untilBlock) is not var (lease, after))
            {
                return null;
            }

            if (ReferenceEquals(after, leases) || await TryWriteAsync(chainId, row, after, cancellation))
            {
                return lease;
            }
        }

        throw StorageFailure.Contended($"the lanes of chain {chainId}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(ulong chainId, OpportunityKey holder, CancellationToken cancellation)
    {
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            if (await FindAsync(chainId, cancellation) is not { } row)
            {
                return;
            }

            LaneLeases leases = LaneLeasesRow.Read(row);
            LaneLeases after = leases.Without(holder.Id);
            if (ReferenceEquals(after, leases) || await TryWriteAsync(chainId, row, after, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"the lanes of chain {chainId}", BankTable.TriesMax);
    }

    private Task<TableEntity?> FindAsync(ulong chainId, CancellationToken cancellation) =>
        _lanes.FindAsync(LaneLeasesRow.Partition(chainId), LaneLeasesRow.RowKey, cancellation);

    private Task<bool> TryWriteAsync(ulong chainId, TableEntity? read, LaneLeases leases, CancellationToken cancellation)
    {
        TableEntity row = LaneLeasesRow.Write(chainId, leases);
        return read is null ? _lanes.TryAddAsync(row, cancellation) : _lanes.TryReplaceAsync(row, read.ETag, cancellation);
    }
}
