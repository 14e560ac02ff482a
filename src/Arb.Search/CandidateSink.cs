namespace Arb.Search;

/// <summary>
/// Counts what a walk finds and keeps it, up to a limit: beyond it the half with the greatest upper bounds of profit stays, whatever
/// the order they came in.
/// </summary>
/// <param name="list">Where they are kept.</param>
/// <param name="most">Most kept.</param>
/// <param name="prices">Wei per raw unit of each start token, to compare bounds across them.</param>
internal sealed class CandidateSink(CandidateList list, int most, double[] prices)
{
    private double _least = double.NegativeInfinity;

    /// <summary>Candidates found.</summary>
    public long Total { get; private set; }

    /// <summary>More were found than are kept.</summary>
    public bool Overflowed { get; private set; }

    public CandidateList List => list;

    public void Reset()
    {
        Total = 0;
        Overflowed = false;
        _least = double.NegativeInfinity;
    }

    public void Add(ReadOnlySpan<int> path, int start, double profit, uint gas)
    {
        Total++;
        if (Overflowed && profit * prices[start] < _least)
        {
            return;
        }

        if (list.Count == most)
        {
            KeepBestHalf();
        }

        list.Add(path, start, profit, gas);
    }

    /// <summary>Takes in what another kept.</summary>
    public void Merge(CandidateSink other)
    {
        list.Append(other.List);
        Total += other.Total;
        Overflowed |= other.Overflowed;
    }

    /// <summary>After the last merge: back to the limit, the same for any number of parts.</summary>
    public void Settle()
    {
        if (Overflowed || list.Count > most)
        {
            KeepBestHalf();
        }
    }

    private void KeepBestHalf()
    {
        int keep = Math.Min(list.Count, most / 2);
        double[] values = new double[list.Count];
        int[] order = new int[list.Count];
        for (int i = 0; i < order.Length; i++)
        {
            values[i] = list.Profit[i] * prices[list.Start[i]];
            order[i] = i;
        }

        Array.Sort(order, (a, b) => values[a] != values[b] ? values[b].CompareTo(values[a]) : list.ComparePaths(a, b));
        Overflowed = true;
        _least = keep == 0 ? double.NegativeInfinity : values[order[keep - 1]];
        Array.Sort(order, 0, keep);
        list.Keep(order.AsSpan(0, keep));
    }
}
