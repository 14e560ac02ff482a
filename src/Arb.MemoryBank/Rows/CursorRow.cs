using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A <see cref="DiscoveryCursor"/> as a row, in a partition beside the chain's pools.</summary>
internal static class CursorRow
{
    public const string Kind = "discovery cursor";
    public const int Schema = 1;

    public static string Partition(ulong chainId) => $"{ColumnText.Plain(chainId)}-cursor";

    public static TableEntity Write(DiscoveryCursor cursor) => new(Partition(cursor.ChainId), cursor.Factory.ToString())
    {
        [RowReader.SchemaColumn] = Schema,
        ["ChainId"] = ColumnText.Plain(cursor.ChainId),
        ["NextBlock"] = ColumnText.Ordered(cursor.NextBlock),
        ["HeadBlock"] = ColumnText.Ordered(cursor.HeadBlock),
        ["Pools"] = cursor.Pools,
    };

    public static DiscoveryCursor Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new DiscoveryCursor(
            row.UInt64("ChainId"), row.Address("RowKey"), row.UInt64("NextBlock"), row.UInt64("HeadBlock"), row.Int32("Pools"));
    }
}
