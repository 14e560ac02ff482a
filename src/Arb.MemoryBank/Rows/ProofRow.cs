using Arb.Domain;
using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A <see cref="ProofRecord"/> as a row, in a partition of its own beside the pools.</summary>
internal static class ProofRow
{
    public const string Kind = "pool proof";
    public const int Schema = 1;

    public static string Partition(ulong chainId) => $"{ColumnText.Plain(chainId)}-proofs";

    public static TableEntity Write(ulong chainId, ProofRecord record)
    {
        TableEntity row = new(Partition(chainId), PoolRow.RowKey(record.Pool))
        {
            [RowReader.SchemaColumn] = Schema,
            ["Contract"] = record.Pool.Contract.ToString(),
            ["Subject"] = ColumnText.Reason(record.Subject),
            ["Reason"] = record.Reason.ToString(),
            ["Detail"] = ColumnText.Reason(record.Detail),
            ["BlockNumber"] = ColumnText.Ordered(record.BlockNumber),
        };
        if (!record.Pool.Id.IsZero)
        {
            row["PoolId"] = record.Pool.Id.ToString();
        }

        return row;
    }

    public static ProofRecord Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new ProofRecord(
            new PoolKey(row.Address("Contract"), row.OptionalHash("PoolId") ?? default),
            row.Text("Subject"),
            row.Named<LiveReason>("Reason"),
            row.Text("Detail"),
            row.UInt64("BlockNumber"));
    }
}
