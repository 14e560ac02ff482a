using Arb.Engine;
using Arb.MemoryBank.Rows;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank;

/// <summary>The kill switch as one row per chain in the table <c>Breakers</c>: there while it is engaged.</summary>
/// <param name="tables">The memory bank.</param>
public sealed class TableKillSwitch(MemoryBankTables tables) : IKillSwitch
{
    private const string RowKey = "kill-switch";
    private const string Kind = "kill switch";
    private const string ReasonColumn = "Reason";
    private const int Schema = 1;

    private readonly BankTable _breakers = tables.Breakers;

    /// <inheritdoc/>
    public async Task<string?> GetReasonAsync(ulong chainId, CancellationToken cancellation) =>
        await FindAsync(chainId, cancellation) is { } row ? new RowReader(row, Kind, Schema).Text(ReasonColumn) : null;

    /// <inheritdoc/>
    public Task EngageAsync(ulong chainId, string reason, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        TableEntity row = new(ColumnText.Plain(chainId), RowKey) { [RowReader.SchemaColumn] = Schema, [ReasonColumn] = reason };
        return _breakers.TryAddAsync(row, cancellation);
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(ulong chainId, CancellationToken cancellation)
    {
        if (await FindAsync(chainId, cancellation) is { } row)
        {
            await _breakers.TryDeleteAsync(row, cancellation);
        }
    }

    private Task<TableEntity?> FindAsync(ulong chainId, CancellationToken cancellation) =>
        _breakers.FindAsync(ColumnText.Plain(chainId), RowKey, cancellation);
}
