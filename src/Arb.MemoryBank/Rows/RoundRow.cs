using System.Collections.Immutable;
using System.Text.Json;
using Arb.Engine;
using Arb.MemoryBank.Storage;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Rows;

/// <summary>A <see cref="RoundSummary"/> as a row of its own, and again as the chain's newest.</summary>
internal static class RoundRow
{
    public const string Kind = "round";
    public const int Schema = 1;
    public const string LatestRowKey = "round";

    private const int FaultsMax = 24;
    private const int FaultCharactersMax = 256;

    /// <summary>Sorts after every day of the chain, outside all time ranges.</summary>
    public static string LatestPartition(ulong chainId) => ColumnText.Plain(chainId) + "-latest";

    public static TableEntity Write(RoundSummary round) => Write(
        round,
        TimeKeys.Partition(round.ChainId, round.BlockTimestampSeconds),
        TimeKeys.Row(round.BlockTimestampSeconds, round.BlockHash.ToString()));

    public static TableEntity WriteLatest(RoundSummary round) => Write(round, LatestPartition(round.ChainId), LatestRowKey);

    public static RoundSummary Read(TableEntity entity)
    {
        RowReader row = new(entity, Kind, Schema);
        return new RoundSummary(
            row.UInt64("ChainId"),
            row.UInt64("BlockNumber"),
            row.Hash("BlockHash"),
            row.UInt64("BlockTimestampSeconds"),
            row.Int32("Pools"),
            row.Int32("Candidates"),
            row.Int32("Opportunities"),
            row.Int32("Published"),
            row.Json(
                "Dropped",
                ColumnJson.Default.DictionaryStringInt32,
                dropped => dropped.ToImmutableSortedDictionary(StringComparer.Ordinal)))
        {
            // Rows from before this column have none.
            Faults = row.OptionalText("Faults") is null
                ? RoundSummary.NoFaults
                : row.Json(
                    "Faults",
                    ColumnJson.Default.DictionaryStringString,
                    static faults => RoundSummary.NoFaults.AddRange(faults)),
        };
    }

    private static TableEntity Write(RoundSummary round, string partition, string rowKey) => new(partition, rowKey)
    {
        [RowReader.SchemaColumn] = Schema,
        ["ChainId"] = ColumnText.Plain(round.ChainId),
        ["BlockNumber"] = ColumnText.Ordered(round.BlockNumber),
        ["BlockHash"] = round.BlockHash.ToString(),
        ["BlockTimestampSeconds"] = ColumnText.Ordered(round.BlockTimestampSeconds),
        ["Pools"] = round.Pools,
        ["Candidates"] = round.Candidates,
        ["Opportunities"] = round.Opportunities,
        ["Published"] = round.Published,
        ["Faults"] = JsonSerializer.Serialize(Shortened(round.Faults), ColumnJson.Default.DictionaryStringString),
        ["Dropped"] = JsonSerializer.Serialize(
            new Dictionary<string, int>(round.Dropped, StringComparer.Ordinal), ColumnJson.Default.DictionaryStringInt32),
    };

    /// <summary>As many as surely fit a column: a fault is for people and must not cost the row.</summary>
    private static Dictionary<string, string> Shortened(ImmutableSortedDictionary<string, string> faults) =>
        faults.Take(FaultsMax).ToDictionary(
            static fault => fault.Key.Length <= FaultCharactersMax ? fault.Key : fault.Key[..FaultCharactersMax],
            static fault => fault.Value.Length <= FaultCharactersMax ? fault.Value : fault.Value[..FaultCharactersMax],
            StringComparer.Ordinal);
}
