using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A <see cref="TokenVerdict"/> as a row: a partition per chain, so that one query gives all that a round needs.</summary>
internal static class TokenVerdictRow
{
    public const string Kind = "token verdict";
    public const int Schema = 1;

    public static string Partition(ulong chainId) => $"{ColumnText.Plain(chainId)}-safety";

    public static TableEntity Write(ulong chainId, TokenVerdict verdict) => new(Partition(chainId), verdict.Token.ToString())
    {
        [RowReader.SchemaColumn] = Schema,
        ["Risk"] = verdict.Risk.ToString(),
        ["Detail"] = ColumnText.Reason(verdict.Detail),
        ["BlockNumber"] = ColumnText.Ordered(verdict.BlockNumber),
        ["TimestampSeconds"] = ColumnText.Plain(verdict.TimestampSeconds),
    };

    public static TokenVerdict Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new TokenVerdict(
            row.Address("RowKey"),
            row.Named<TokenRisk>("Risk"),
            row.Text("Detail"),
            row.UInt64("BlockNumber"),
            row.UInt64("TimestampSeconds"));
    }
}
