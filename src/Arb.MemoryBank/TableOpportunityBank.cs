using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>
/// Opportunities, attempts and outcomes in the tables <c>Opportunities</c>, <c>Attempts</c> and <c>Outcomes</c>:
/// partitions by chain and target day, newest first within. Reasons longer than 1024 characters are cut.
/// </summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableOpportunityBank(MemoryBankTables tables) : IOpportunityBank
{
    private readonly BankTable _opportunities = tables.Opportunities;
    private readonly BankTable _attempts = tables.Attempts;
    private readonly BankTable _outcomes = tables.Outcomes;

    /// <inheritdoc/>
    public Task AddOpportunitiesAsync(IReadOnlyCollection<Opportunity> opportunities, CancellationToken cancellation) =>
        _opportunities.AddMissingAsync(opportunities.Select(OpportunityRow.Write), cancellation);

    /// <inheritdoc/>
    public async Task<Opportunity?> GetOpportunityAsync(OpportunityKey key, CancellationToken cancellation) =>
        await _opportunities.FindAsync(TimeKeys.Partition(key), TimeKeys.Row(key), cancellation) is { } row
            ? OpportunityRow.Read(row)
            : null;

    /// <inheritdoc/>
    public Task<bool> TryAddAttemptAsync(Attempt attempt, CancellationToken cancellation) =>
        _attempts.TryAddAsync(AttemptRow.Write(attempt), cancellation);

    /// <inheritdoc/>
    public async Task UpdateAttemptAsync(Attempt attempt, CancellationToken cancellation)
    {
        string rowKey = KeyColumns.AttemptRowKey(attempt.Key, attempt.Number);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            TableEntity row = await _attempts.FindAsync(TimeKeys.Partition(attempt.Key), rowKey, cancellation)
                ?? throw new InvalidOperationException(
                    $"Opportunity {attempt.Key.Id} has no attempt {attempt.Number} to update: add it before anything is sent.");
            Attempt stored = AttemptRow.Read(row);
            Attempt moved = AttemptRow.MovedOn(stored, attempt);
            if (moved == stored || await _attempts.TryReplaceAsync(AttemptRow.Write(moved), row.ETag, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"attempt {attempt.Number} of opportunity {attempt.Key.Id}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<Attempt>> GetAttemptsAsync(OpportunityKey key, CancellationToken cancellation)
    {
        ImmutableArray<Attempt>.Builder attempts = ImmutableArray.CreateBuilder<Attempt>();
        await foreach (TableEntity row in _attempts.QueryAsync(TimeKeys.PartsOf(key), columns: null, rowsPerPage: null, cancellation))
        {
            attempts.Add(AttemptRow.Read(row));
        }

        return attempts.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task PutOutcomeAsync(Outcome outcome, CancellationToken cancellation)
    {
        TableEntity row = OutcomeRow.Write(outcome);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            if (await _outcomes.TryAddAsync(row, cancellation))
            {
                return;
            }

            TableEntity? earlier = await _outcomes.FindAsync(row.PartitionKey, row.RowKey, cancellation);
            if (earlier is null)
            {
                continue;
            }

            Outcome stored = OutcomeRow.Read(earlier);
            if (stored == OutcomeRow.Read(row)
                || !OutcomeRow.Corrects(outcome.Kind, stored.Kind)
                || await _outcomes.TryReplaceAsync(row, earlier.ETag, cancellation))
            {
                return;
            }
        }

        throw StorageFailure.Contended($"the outcome of opportunity {outcome.Key.Id}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    public async Task<Outcome?> GetOutcomeAsync(OpportunityKey key, CancellationToken cancellation) =>
        await _outcomes.FindAsync(TimeKeys.Partition(key), TimeKeys.Row(key), cancellation) is { } row
            ? OutcomeRow.Read(row)
            : null;

    /// <inheritdoc/>
    public IAsyncEnumerable<Outcome> QueryOutcomesAsync(
        ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation) =>
        ReadAsync(_outcomes.NewestFirstAsync(chainId, fromSeconds, toSeconds, columns: null, cancellation), OutcomeRow.Read, cancellation);

    /// <inheritdoc/>
    /// <remarks>Attempts of one opportunity come together, by number.</remarks>
    public IAsyncEnumerable<Attempt> QueryAttemptsAsync(
        ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation) =>
        ReadAsync(_attempts.NewestFirstAsync(chainId, fromSeconds, toSeconds, columns: null, cancellation), AttemptRow.Read, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<OpportunityKey> QueryOpportunitiesAsync(
        ulong chainId, ulong fromSeconds, ulong toSeconds, CancellationToken cancellation) =>
        ReadAsync(
            _opportunities.NewestFirstAsync(chainId, fromSeconds, toSeconds, KeyColumns.Names, cancellation),
            OpportunityRow.ReadKey,
            cancellation);

    private static async IAsyncEnumerable<T> ReadAsync<T>(
        IAsyncEnumerable<TableEntity> rows, Func<TableEntity, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (TableEntity row in rows.WithCancellation(cancellation))
        {
            yield return read(row);
        }
    }
}
