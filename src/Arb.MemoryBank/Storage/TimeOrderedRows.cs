using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace Arb.MemoryBank.Storage;

/// <summary>Reads time-ordered rows across days, newest first, by partition and row key range only.</summary>
internal static class TimeOrderedRows
{
    private const ulong SecondsPerDay = 86_400;

    /// <summary>Up to here it is cheaper to ask every day than to ask first which days there are.</summary>
    private const ulong DaysAskedBlindly = 7;

    /// <summary>Rows of a chain from <paramref name="fromSeconds"/> to <paramref name="toSeconds"/>, both included, newest first.</summary>
    public static async IAsyncEnumerable<TableEntity> NewestFirstAsync(
        this BankTable table,
        ulong chainId,
        ulong fromSeconds,
        ulong toSeconds,
        IReadOnlyList<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        ulong to = Math.Min(toSeconds, TimeKeys.SecondsMax);
        if (fromSeconds > to)
        {
            yield break;
        }

        List<string> days = (to / SecondsPerDay) - (fromSeconds / SecondsPerDay) < DaysAskedBlindly
            ? AllDays(chainId, fromSeconds, to)
            : await DaysWithRowsAsync(table, chainId, fromSeconds, to, cancellation);

        for (int i = days.Count - 1; i >= 0; i--)
        {
            // The range's ends lie in the first and last day or beyond a day between, so they serve for every day.
            string filter = TimeKeys.RowsWithin(days[i], fromSeconds, to);
            await foreach (TableEntity row in table.QueryAsync(filter, columns, rowsPerPage: null, cancellation))
            {
                yield return row;
            }
        }
    }

    private static List<string> AllDays(ulong chainId, ulong from, ulong to)
    {
        List<string> days = [];
        for (ulong day = from / SecondsPerDay; day <= to / SecondsPerDay; day++)
        {
            days.Add(TimeKeys.Partition(chainId, day * SecondsPerDay));
        }

        return days;
    }

    /// <summary>
    /// Hops from each day that has rows to the next, so that "everything" costs by what is there, not by the calendar.
    /// </summary>
    private static async Task<List<string>> DaysWithRowsAsync(
        BankTable table, ulong chainId, ulong from, ulong to, CancellationToken cancellation)
    {
        List<string> days = [];
        string last = TimeKeys.Partition(chainId, to);
        string? day = await FirstPartitionAsync(
            table,
            TableClient.CreateQueryFilter($"PartitionKey ge {TimeKeys.Partition(chainId, from)} and PartitionKey le {last}"),
            cancellation);
        while (day is not null)
        {
            days.Add(day);
            day = await FirstPartitionAsync(
                table, TableClient.CreateQueryFilter($"PartitionKey gt {day} and PartitionKey le {last}"), cancellation);
        }

        return days;
    }

    private static async Task<string?> FirstPartitionAsync(BankTable table, string filter, CancellationToken cancellation)
    {
        await foreach (TableEntity row in table.QueryAsync(filter, ["PartitionKey"], rowsPerPage: 1, cancellation))
        {
            return row.PartitionKey;
        }

        return null;
    }
}
