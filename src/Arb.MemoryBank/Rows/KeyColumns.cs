using Arb.Engine;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>The columns that carry an opportunity's key, the same in every table that has one.</summary>
internal static class KeyColumns
{
    public const int AttemptNumberMax = 999;

    /// <summary>All that <see cref="Read"/> needs.</summary>
    public static readonly string[] Names =
        ["PartitionKey", "RowKey", RowReader.SchemaColumn, "Id", "ChainId", "BlockNumber", "TargetTimestampSeconds"];

    /// <summary>A row of the opportunity's own, with its key columns written.</summary>
    public static TableEntity NewRow(OpportunityKey key, int schema) => NewRow(key, TimeKeys.Row(key), schema);

    /// <summary>A row of one numbered attempt, with its key columns written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number does not fit the key's three digits.</exception>
    public static TableEntity NewAttemptRow(OpportunityKey key, int number, int schema) =>
        NewRow(key, AttemptRowKey(key, number), schema);

    public static string AttemptRowKey(OpportunityKey key, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, AttemptNumberMax);
        return $"{TimeKeys.Row(key)}-{number:D3}";
    }

    public static OpportunityKey Read(RowReader row) =>
        new(row.Text("Id"), row.UInt64("ChainId"), row.UInt64("BlockNumber"), row.UInt64("TargetTimestampSeconds"));

    private static TableEntity NewRow(OpportunityKey key, string rowKey, int schema) => new(TimeKeys.Partition(key), rowKey)
    {
        [RowReader.SchemaColumn] = schema,
        ["Id"] = key.Id,
        ["ChainId"] = ColumnText.Plain(key.ChainId),
        ["BlockNumber"] = ColumnText.Ordered(key.BlockNumber),
        ["TargetTimestampSeconds"] = ColumnText.Ordered(key.TargetTimestampSeconds),
    };
}
