using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A claim as a row.</summary>
internal static class ClaimRow
{
    public const string Kind = "claim";
    public const int Schema = 1;

    public static TableEntity Write(OpportunityKey key, ClaimState state)
    {
        TableEntity row = KeyColumns.NewRow(key, Schema);
        row["State"] = state.ToString();
        return row;
    }

    public static ClaimState Read(TableEntity entity) => new RowReader(entity, Kind, Schema).Named<ClaimState>("State");
}
