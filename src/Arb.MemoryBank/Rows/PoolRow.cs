using Arb.Domain;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A <see cref="PoolInfo"/> as a row. Lower-case hex sorts as addresses do, so rows come ordered by address.</summary>
internal static class PoolRow
{
    public const string Kind = "pool";
    public const int Schema = 1;

    public static string Partition(ulong chainId) => ColumnText.Plain(chainId);

    public static TableEntity Write(ulong chainId, PoolInfo pool) => new(Partition(chainId), pool.Address.ToString())
    {
        [RowReader.SchemaColumn] = Schema,
        ["Dex"] = pool.Dex,
        ["Token0"] = pool.Token0.ToString(),
        ["Token1"] = pool.Token1.ToString(),
        ["FeePips"] = pool.Fee.Value,
    };

    public static PoolInfo Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new PoolInfo(
            row.Address("RowKey"),
            row.Text("Dex"),
            row.Address("Token0"),
            row.Address("Token1"),
            row.Fee("FeePips"));
    }
}
