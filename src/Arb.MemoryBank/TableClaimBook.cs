using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>
/// Claims and route holds in the table <c>Claims</c>: claims by chain and target day, each route in a partition of its own.
/// </summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableClaimBook(MemoryBankTables tables) : IClaimBook
{
    private readonly BankTable _claims = tables.Claims;

    /// <inheritdoc/>
    public async Task<(bool Inserted, ClaimState State)> ClaimAsync(OpportunityKey key, CancellationToken cancellation)
    {
        TableEntity claim = ClaimRow.Write(key, ClaimState.Claimed);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            if (await _claims.TryAddAsync(claim, cancellation))
            {
                return (true, ClaimState.Claimed);
            }

            if (await _claims.FindAsync(claim.PartitionKey, claim.RowKey, cancellation) is { } earlier)
            {
                return (false, ClaimRow.Read(earlier));
            }
        }

        throw StorageFailure.Contended($"the claim of opportunity {key.Id}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The opportunity was never claimed.</exception>
    public async Task MarkStartedAsync(OpportunityKey key, CancellationToken cancellation)
    {
        TableEntity started = ClaimRow.Write(key, ClaimState.Started);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity claim = await _claims.FindAsync(started.PartitionKey, started.RowKey, cancellation)
                ?? throw new InvalidOperationException($"Opportunity {key.Id} was never claimed, so it cannot be marked started.");
            if (ClaimRow.Read(claim) == ClaimState.Started
                || await _claims.TryReplaceAsync(started, claim.ETag, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"the claim of opportunity {key.Id}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="untilBlock"/> is before <paramref name="headBlock"/>: such a hold would be over at once.
    /// </exception>
    public async Task<bool> TryHoldRouteAsync(
        string routeId, OpportunityKey holder, ulong headBlock, ulong untilBlock, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(untilBlock, headBlock);
        string partition = RouteHoldRow.Partition(holder.ChainId, routeId);
        TableEntity first = RouteHoldRow.Write(partition, new RouteHold(holder.Id, untilBlock));
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            // A released hold leaves no row, so most holds are settled by this one call.
            if (await _claims.TryAddAsync(first, cancellation))
            {
                return true;
            }

            if (await _claims.FindAsync(partition, RouteHoldRow.RowKey, cancellation) is not { } row)
            {
                continue;
            }

            RouteHold stored = RouteHoldRow.Read(row);
            RouteHold? taken = stored.TakenBy(holder.Id, headBlock, untilBlock);
            if (taken is null)
            {
                return false;
            }

            if (taken == stored
                || await _claims.TryReplaceAsync(RouteHoldRow.Write(partition, taken), row.ETag, cancellation))
            {
                return true;
            }
        }

        throw StorageFailure.Contended($"the hold of route {routeId}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    public async Task ReleaseRouteAsync(string routeId, OpportunityKey holder, CancellationToken cancellation)
    {
        string partition = RouteHoldRow.Partition(holder.ChainId, routeId);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity? row = await _claims.FindAsync(partition, RouteHoldRow.RowKey, cancellation);
            if (row is null
                || RouteHoldRow.Read(row).HolderId != holder.Id
                || await _claims.TryDeleteAsync(row, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"the release of route {routeId}", BankTable.TriesMax);
    }
}
