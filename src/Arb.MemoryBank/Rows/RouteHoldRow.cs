using System.Globalization;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>Which opportunity holds a route, and until which block without release.</summary>
/// <param name="HolderId">The opportunity.</param>
/// <param name="UntilBlock">Last block the hold stands.</param>
internal sealed record RouteHold(string HolderId, ulong UntilBlock)
{
    /// <summary>The hold after this opportunity asked for it; null when another's still stands.</summary>
    public RouteHold? TakenBy(string holderId, ulong headBlock, ulong untilBlock)
    {
        if (HolderId == holderId)
        {
            // A repeated or delayed call must not shorten what a later one was promised.
            return untilBlock > UntilBlock ? this with { UntilBlock = untilBlock } : this;
        }

        return headBlock > UntilBlock ? new RouteHold(holderId, untilBlock) : null;
    }
}

/// <summary>A <see cref="RouteHold"/> as a row: each route a partition of its own, so that no partition is hot.</summary>
internal static class RouteHoldRow
{
    public const string Kind = "route hold";
    public const int Schema = 1;
    public const string RowKey = "hold";

    public static string Partition(ulong chainId, string routeId) =>
        string.Create(CultureInfo.InvariantCulture, $"{chainId}-route-{routeId}");

    public static TableEntity Write(string partition, RouteHold hold) => new(partition, RowKey)
    {
        [RowReader.SchemaColumn] = Schema,
        ["HolderId"] = hold.HolderId,
        ["UntilBlock"] = ColumnText.Ordered(hold.UntilBlock),
    };

    public static RouteHold Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new RouteHold(row.Text("HolderId"), row.UInt64("UntilBlock"));
    }
}
