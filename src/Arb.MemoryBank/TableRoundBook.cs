using System.Runtime.CompilerServices;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>Rounds in the table <c>Rounds</c>: by chain and day of the block, and one row per chain that repeats the newest.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableRoundBook(MemoryBankTables tables) : IRoundBook
{
    private readonly BankTable _rounds = tables.Rounds;

    /// <inheritdoc/>
    public async Task<RoundSummary?> GetLatestAsync(ulong chainId, CancellationToken cancellation) =>
        await FindLatestAsync(chainId, cancellation) is { } row ? RoundRow.Read(row) : null;

    /// <inheritdoc/>
    public async Task RecordAsync(RoundSummary round, CancellationToken cancellation)
    {
        // The row stands before the pointer moves: after a crash between the two the round is scanned again, not lost.
        Task<bool> row = _rounds.TryAddAsync(RoundRow.Write(round), cancellation);
        Task<TableEntity?> pointer = FindLatestAsync(round.ChainId, cancellation);
        await Task.WhenAll(row, pointer);

        TableEntity? latest = await pointer;
        TableEntity newer = RoundRow.WriteLatest(round);
        for (int tries = 0; tries < BankTable.TriesMax; tries++)
        {
            if (latest is not null && RoundRow.Read(latest).BlockNumber >= round.BlockNumber)
            {
                return;
            }

            bool moved = latest is null
                ? await _rounds.TryAddAsync(newer, cancellation)
                : await _rounds.TryReplaceAsync(newer, latest.ETag, cancellation);
            if (moved)
            {
                return;
            }

            latest = await FindLatestAsync(round.ChainId, cancellation);
        }

        throw StorageFailure.Contended($"the newest round of chain {round.ChainId}", BankTable.TriesMax);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RoundSummary> QueryAsync(
        ulong chainId, ulong fromSeconds, ulong toSeconds, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (TableEntity row in _rounds.NewestFirstAsync(chainId, fromSeconds, toSeconds, columns: null, cancellation))
        {
            yield return RoundRow.Read(row);
        }
    }

    private Task<TableEntity?> FindLatestAsync(ulong chainId, CancellationToken cancellation) =>
        _rounds.FindAsync(RoundRow.LatestPartition(chainId), RoundRow.LatestRowKey, cancellation);
}
