using System.Globalization;
using Arb.Engine;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Storage;

/// <summary>
/// Keys of time-ordered rows: a partition per chain and UTC day, and within it reversed ticks, so that the newest row
/// comes first. Times are those of target blocks, never of a clock: a retried write finds the same row.
/// </summary>
internal static class TimeKeys
{
    /// <summary>9999-12-31 23:59:59 UTC, the last second a key can hold.</summary>
    public const ulong SecondsMax = 253_402_300_799;

    /// <summary>Sorts just after <c>-</c>, which ends the ticks of a row key and each part of an id.</summary>
    private const char AfterSeparator = '.';

    public static string Partition(ulong chainId, ulong seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{chainId}-{Time(seconds):yyyyMMdd}");

    /// <summary>Row key of something with an id of its own.</summary>
    /// <exception cref="ArgumentException">
    /// The id is empty or has other characters than letters and digits, which would blur where it ends.
    /// </exception>
    public static string Row(ulong seconds, string id) => $"{Reversed(seconds)}-{CheckedId(id)}";

    public static string Row(OpportunityKey key) => Row(key.TargetTimestampSeconds, key.Id);

    public static string Partition(OpportunityKey key) => Partition(key.ChainId, key.TargetTimestampSeconds);

    /// <summary>Filter for all rows whose key is the opportunity's, a dash, and more.</summary>
    public static string PartsOf(OpportunityKey key)
    {
        string row = Row(key);
        return TableClient.CreateQueryFilter(
            $"PartitionKey eq {Partition(key)} and RowKey ge {row + "-"} and RowKey lt {row + AfterSeparator}");
    }

    /// <summary>Filter for one partition's rows in the range, both ends included.</summary>
    public static string RowsWithin(string partition, ulong fromSeconds, ulong toSeconds) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partition} and RowKey ge {Reversed(toSeconds)} and RowKey lt {Reversed(fromSeconds) + AfterSeparator}");

    private static string Reversed(ulong seconds) =>
        (DateTime.MaxValue.Ticks - Time(seconds).Ticks).ToString("D19", CultureInfo.InvariantCulture);

    private static DateTime Time(ulong seconds)
    {
        if (seconds > SecondsMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(seconds), seconds, $"A timestamp is in Unix seconds, at most {SecondsMax}; is this one in milliseconds?");
        }

        return DateTime.UnixEpoch.AddSeconds(seconds);
    }

    private static string CheckedId(string id)
    {
        if (id.Length == 0 || !id.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException($"'{id}' is not an id: letters and digits only, as in 0x hex.", nameof(id));
        }

        return id;
    }
}
