using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>An <see cref="Opportunity"/> as a row; route and amounts are JSON columns.</summary>
internal static class OpportunityRow
{
    public const string Kind = "opportunity";
    public const int Schema = 2;

    /// <exception cref="ArgumentException">Key and block are of different blocks.</exception>
    public static TableEntity Write(Opportunity opportunity)
    {
        BlockStamp block = opportunity.Block;
        if (block.ChainId != opportunity.Key.ChainId || block.Number != opportunity.Key.BlockNumber)
        {
            throw new ArgumentException(
                $"Opportunity {opportunity.Key.Id} is keyed by block {opportunity.Key.BlockNumber} of chain {opportunity.Key.ChainId} "
                + $"and was seen at block {block.Number} of chain {block.ChainId}; they must be the same.",
                nameof(opportunity));
        }

        TableEntity row = KeyColumns.NewRow(opportunity.Key, Schema);
        row["RouteId"] = opportunity.RouteId;
        row["BlockHash"] = block.Hash.ToString();
        row["ParentHash"] = block.ParentHash.ToString();
        row["BlockTimestampSeconds"] = ColumnText.Ordered(block.TimestampSeconds);
        row["BaseFeePerGasWei"] = block.BaseFeePerGasWei.ToString();
        row["BlockGasUsed"] = ColumnText.Plain(block.GasUsed);
        row["BlockGasLimit"] = ColumnText.Plain(block.GasLimit);
        row["Route"] = JsonSerializer.Serialize(
            [.. opportunity.Cycle.Route.Hops.Select(ToColumn)], ColumnJson.Default.HopColumnArray);
        row["Amounts"] = JsonSerializer.Serialize(
            [.. opportunity.Cycle.Amounts.Select(a => a.ToString())], ColumnJson.Default.StringArray);
        row["Premium"] = opportunity.Cycle.Premium.ToString();
        row["GasEstimate"] = ColumnText.Plain(opportunity.GasEstimate);
        row["GasCostWei"] = opportunity.GasCostWei.ToString();
        row["BidWei"] = opportunity.BidWei.ToString();
        row["NetProfitWei"] = ColumnText.Plain(opportunity.NetProfitWei);
        row["Score"] = ColumnText.Plain(opportunity.Score);
        return row;
    }

    public static Opportunity Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        OpportunityKey key = KeyColumns.Read(row);
        return new Opportunity(
            key,
            row.Text("RouteId"),
            new BlockStamp(
                key.ChainId,
                key.BlockNumber,
                row.Hash("BlockHash"),
                row.Hash("ParentHash"),
                row.UInt64("BlockTimestampSeconds"),
                row.Word("BaseFeePerGasWei"),
                row.UInt64("BlockGasUsed"),
                row.UInt64("BlockGasLimit")),
            new SizedCycle(
                row.Json("Route", ColumnJson.Default.HopColumnArray, hops => new Route([.. hops.Select(FromColumn)])),
                row.Json("Amounts", ColumnJson.Default.StringArray, amounts => amounts.Select(UInt256.Parse).ToImmutableArray()),
                row.Word("Premium")),
            row.UInt64("GasEstimate"),
            row.Word("GasCostWei"),
            row.Word("BidWei"),
            row.Signed("NetProfitWei"),
            row.Number("Score"));
    }

    /// <summary>The key alone, from a row read with <see cref="KeyColumns.Names"/>.</summary>
    public static OpportunityKey ReadKey(TableEntity entity) => KeyColumns.Read(new RowReader(entity, Kind, Schema));

    private static HopColumn ToColumn(Hop hop) => new(ListingColumn.Of(hop.Pool), hop.TokenIn.ToString(), hop.TokenOut.ToString());

    private static Hop FromColumn(HopColumn column) => new(
        column.Pool.ToListing(), Address.Parse(column.TokenIn), Address.Parse(column.TokenOut));
}
