namespace Arb.Engine;

/// <summary>
/// A few values that stay good for a while. Only a copy: whoever asks says how to get the value anew. One caller loads, the others wait
/// for it; a load that fails keeps nothing.
/// </summary>
/// <param name="timeToLive">How long a value is handed out after it was asked for.</param>
/// <param name="entriesMax">Most values kept; the oldest makes room.</param>
/// <param name="time">Clock.</param>
internal sealed class TimedCache<TKey, TValue>(TimeSpan timeToLive, int entriesMax, TimeProvider time) : IDisposable
    where TKey : notnull
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<TKey, Entry> _entries = [];
    private int _generation;

    /// <summary>The value of a key, loaded when there is none or it is too old.</summary>
    public async Task<TValue> GetAsync(TKey key, Func<CancellationToken, Task<TValue>> load, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(load);
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_entries.TryGetValue(key, out Entry? known) && IsGood(known))
            {
                return known.Value;
            }

            // Its age counts from before the load: a slow answer is no younger than its question.
            Entry asked = new(default!, time.GetTimestamp(), Volatile.Read(ref _generation));
            TValue value = await load(cancellation);
            MakeRoom(key);
            _entries[key] = asked with { Value = value };
            return value;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets everything; a load under way is not handed out later either.</summary>
    public void Clear() => Interlocked.Increment(ref _generation);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private bool IsGood(Entry entry) =>
        entry.Generation == Volatile.Read(ref _generation) && time.GetElapsedTime(entry.Since) < timeToLive;

    private void MakeRoom(TKey key)
    {
        foreach (TKey old in _entries.Where(pair => !IsGood(pair.Value)).Select(static pair => pair.Key).ToArray())
        {
            _entries.Remove(old);
        }

        if (_entries.Count >= entriesMax && !_entries.ContainsKey(key))
        {
            _entries.Remove(_entries.MinBy(static pair => pair.Value.Since).Key);
        }
    }

    private sealed record Entry(TValue Value, long Since, int Generation);
}
