using System.Collections.Concurrent;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Reads every exchange at once; one that is slow or fails costs the others nothing.</summary>
internal sealed class FreshReads(IPoolStateReader reader, MarketKeeperOptions options, TimeProvider time)
{
    /// <summary>Pools read, pools that cannot be read, and exchanges that did not come to their end.</summary>
    public async Task<(List<PoolState> Read, List<LostPool> Unreadable, Dictionary<string, string> Faults)> ReadAsync(
        BlockStamp block, IReadOnlyCollection<PoolListing> pools, CancellationToken cancellation)
    {
        ConcurrentBag<PoolReads> parts = [];
        ConcurrentDictionary<string, string> faults = new(StringComparer.Ordinal);
        using CancellationTokenSource patience = new(options.Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        await Task.WhenAll(pools.GroupBy(static pool => pool.Dex, StringComparer.Ordinal).Select(
            dex => ReadDexAsync(block, dex.Key, [.. dex], parts, faults, cancellation, either.Token)));
        List<PoolState> read = [];
        List<LostPool> unreadable = [];
        foreach (PoolReads part in parts)
        {
            read.AddRange(part.States);
            unreadable.AddRange(part.Unreadable);
        }

        return (read, unreadable, new Dictionary<string, string>(faults, StringComparer.Ordinal));
    }

    private async Task ReadDexAsync(
        BlockStamp block,
        string dex,
        PoolListing[] pools,
        ConcurrentBag<PoolReads> parts,
        ConcurrentDictionary<string, string> faults,
        CancellationToken cancellation,
        CancellationToken either)
    {
        int done = 0;
        try
        {
            foreach (PoolListing[] part in pools.Chunk(options.PartPools))
            {
                // A reader that does not heed its token must not hold the round up either.
                parts.Add(await reader.ReadAsync(block, part, either).WaitAsync(either));
                done += part.Length;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            faults[dex] = $"slow: {done} of {pools.Length} pools within {options.Patience.TotalSeconds:0.###} s";
        }
        catch (ChainUnavailableException failed) when (failed.Fault == ChainFault.Unreachable)
        {
            faults[dex] = $"{done} of {pools.Length} pools, then: {failed.Message}";
        }
    }
}
