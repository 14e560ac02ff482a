namespace Arb.Search;

/// <summary>
/// Candidates side by side in arrays: path, upper bound and where their exact size is kept. Removing one moves the last into its place.
/// </summary>
internal sealed class CandidateList
{
    /// <summary>Not sized.</summary>
    public const int Unsized = -1;

    /// <summary>Sized, and no notional profits.</summary>
    public const int Worthless = -2;

    private readonly int _stride;
    private int[] _edges;

    public CandidateList(int hopsMax, int capacity)
    {
        _stride = hopsMax;
        _edges = new int[capacity * hopsMax];
        Hops = new byte[capacity];
        Start = new byte[capacity];
        Profit = new double[capacity];
        Gas = new uint[capacity];
        Slot = new int[capacity];
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many find room without allocation.</summary>
    public int Capacity => Hops.Length;

    /// <summary>Hops of each.</summary>
    public byte[] Hops { get; private set; }

    /// <summary>Position of its start token.</summary>
    public byte[] Start { get; private set; }

    /// <summary>Upper bound of its gross profit, raw units of its start token.</summary>
    public double[] Profit { get; private set; }

    /// <summary>Gas of its hops.</summary>
    public uint[] Gas { get; private set; }

    /// <summary>Where its size is kept, or why not.</summary>
    public int[] Slot { get; private set; }

    /// <summary>Its edges, in order.</summary>
    public ReadOnlySpan<int> Path(int candidate) => _edges.AsSpan(candidate * _stride, Hops[candidate]);

    public void Clear() => Count = 0;

    public void Add(ReadOnlySpan<int> path, int start, double profit, uint gas)
    {
        if (Count == Capacity)
        {
            Reserve(2 * Count);
        }

        path.CopyTo(_edges.AsSpan(Count * _stride));
        Hops[Count] = (byte)path.Length;
        Start[Count] = (byte)start;
        Profit[Count] = profit;
        Gas[Count] = gas;
        Slot[Count] = Unsized;
        Count++;
    }

    /// <summary>Makes room.</summary>
    public void Reserve(int capacity)
    {
        if (capacity <= Capacity)
        {
            return;
        }

        Array.Resize(ref _edges, capacity * _stride);
        Hops = Resized(Hops, capacity);
        Start = Resized(Start, capacity);
        Profit = Resized(Profit, capacity);
        Gas = Resized(Gas, capacity);
        Slot = Resized(Slot, capacity);
    }

    public void Append(CandidateList other)
    {
        Reserve(Count + other.Count);
        other._edges.AsSpan(0, other.Count * _stride).CopyTo(_edges.AsSpan(Count * _stride));
        other.Hops.AsSpan(0, other.Count).CopyTo(Hops.AsSpan(Count));
        other.Start.AsSpan(0, other.Count).CopyTo(Start.AsSpan(Count));
        other.Profit.AsSpan(0, other.Count).CopyTo(Profit.AsSpan(Count));
        other.Gas.AsSpan(0, other.Count).CopyTo(Gas.AsSpan(Count));
        other.Slot.AsSpan(0, other.Count).CopyTo(Slot.AsSpan(Count));
        Count += other.Count;
    }

    public void RemoveAt(int candidate)
    {
        Count--;
        Move(Count, candidate);
    }

    /// <summary>Keeps only those named, which ascend.</summary>
    public void Keep(ReadOnlySpan<int> kept)
    {
        for (int i = 0; i < kept.Length; i++)
        {
            Move(kept[i], i);
        }

        Count = kept.Length;
    }

    /// <summary>An order without ties between different candidates.</summary>
    public int ComparePaths(int left, int right)
    {
        int order = Start[left].CompareTo(Start[right]);
        return order != 0 ? order : Path(left).SequenceCompareTo(Path(right));
    }

    private void Move(int from, int to)
    {
        if (from == to)
        {
            return;
        }

        Array.Copy(_edges, from * _stride, _edges, to * _stride, _stride);
        Hops[to] = Hops[from];
        Start[to] = Start[from];
        Profit[to] = Profit[from];
        Gas[to] = Gas[from];
        Slot[to] = Slot[from];
    }

    private static T[] Resized<T>(T[] array, int capacity)
    {
        Array.Resize(ref array, capacity);
        return array;
    }
}
