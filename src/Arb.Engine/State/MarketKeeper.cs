using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>
/// Brings the market to each new head: by logs from what it knows, by fresh reads where it knows nothing. Either every pool it
/// hands out is exactly that of the head, or it hands out nothing and says why.
/// </summary>
/// <remarks>The warm copy is only a cache; the truth is the stored copy and the logs since.</remarks>
public sealed class MarketKeeper : IDisposable
{
    /// <summary>How the reason of every pool begins that is kept out because it was found to be wrong.</summary>
    internal const string QuarantineReason = "quarantined: ";

    private readonly IBlockLogReader _logs;
    private readonly IMarketStore _store;
    private readonly MarketKeeperOptions _options;
    private readonly FreshReads _reads;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private MarketState? _warm;
    private ulong _storedBlock;

    /// <summary>Keeps nothing yet.</summary>
    public MarketKeeper(
        IPoolStateReader reader, IBlockLogReader logs, IMarketStore store, MarketKeeperOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _logs = options.WitnessLogs is { } second ? new WitnessedLogReader(logs, second) : logs;
        _store = store;
        _options = options;
        _reads = new FreshReads(reader, options, time);
    }

    /// <summary>The market at exactly <paramref name="head"/>.</summary>
    /// <param name="head">The node's head.</param>
    /// <param name="listed">Pools wanted; others are forgotten.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<MarketUpdate> AdvanceAsync(
        BlockStamp head, IReadOnlyList<PoolListing> listed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(listed);
        await _gate.WaitAsync(cancellation);
        try
        {
            return await WitnessAsync(head, cancellation) ?? await AdvanceInTurnAsync(head, listed, cancellation);
        }
        catch (ChainUnavailableException failed)
        {
            // What is kept is still right for its own block: the next round goes on from there.
            return MarketUpdate.Stop(EndOf(failed.Fault), failed.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private static RoundEnd EndOf(ChainFault fault) => fault switch
    {
        ChainFault.WrongBlock => RoundEnd.WrongBlock,
        ChainFault.Contradiction => RoundEnd.NodeContradictsItself,
        ChainFault.Disagreement => RoundEnd.NodesDisagree,
        _ => RoundEnd.NodeUnreachable,
    };

    private async Task<MarketUpdate?> WitnessAsync(BlockStamp head, CancellationToken cancellation)
    {
        if (_options.Witness is not { } witness)
        {
            return null;
        }

        BlockStamp theirHead = await witness.GetHeadAsync(cancellation);
        if (theirHead.Number > head.Number + 1)
        {
            return MarketUpdate.Stop(
                RoundEnd.NodeLags, $"The node is at block {head.Number}, the second endpoint at {theirHead.Number}.");
        }

        // One that is itself behind has nothing to say about the head.
        BlockStamp? same = theirHead.Number < head.Number ? null : await witness.GetBlockAsync(head.Number, cancellation);
        return same is null || same.Hash == head.Hash
            ? null
            : MarketUpdate.Stop(
                RoundEnd.NodesDisagree, $"Block {head.Number} is {head.Hash} here and {same.Hash} at the second endpoint.");
    }

    private async Task<MarketUpdate> AdvanceInTurnAsync(
        BlockStamp head, IReadOnlyList<PoolListing> listed, CancellationToken cancellation)
    {
        Dictionary<string, string> faults = new(StringComparer.Ordinal);
        MarketOrigin origin = MarketOrigin.Warm;
        MarketState? from = _warm;
        string? detail = null;
        if (from is null)
        {
            origin = MarketOrigin.Stored;
            (from, detail) = await LoadAsync(head.ChainId, faults, cancellation);
        }

        FollowResult? followed = from is null
            ? null
            : await new ChainFollower(_logs, _options.CatchUpBlocksMax).FollowAsync(from, head, cancellation);
        if (followed?.End is { } end)
        {
            return MarketUpdate.Stop(end, followed.Detail!);
        }

        MarketState state = followed?.State ?? MarketState.At(head);
        origin = followed?.State is null ? MarketOrigin.Fresh : origin;
        MarketUpdate update = await RefreshAsync(state, listed, faults, cancellation);
        _warm = update.State;
        await StoreAsync(update.State!, faults, cancellation);
        return update with
        {
            Detail = followed?.Detail ?? detail,
            Origin = origin,
            Undone = followed?.Undone ?? 0,
            Followed = followed?.Followed ?? 0,
            Faults = faults.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    private async Task<MarketUpdate> RefreshAsync(
        MarketState followed,
        IReadOnlyList<PoolListing> listed,
        Dictionary<string, string> faults,
        CancellationToken cancellation)
    {
        Dictionary<PoolKey, PoolListing> wanted = listed.ToDictionary(static pool => pool.Key);
        MarketState state = followed.Without([.. followed.Pools.Keys.Where(key => !wanted.ContainsKey(key))]);
        List<PoolListing> samples = Samples(state, listed);
        List<PoolListing> toRead =
        [
            .. listed.Where(pool => !state.Quarantined.ContainsKey(pool.Key)
                && (!state.Pools.TryGetValue(pool.Key, out PoolState? known) || known.ChangesWithoutLogs)),
            .. samples,
        ];
        (List<PoolState> read, List<LostPool> unreadable, Dictionary<string, string> slow) =
            toRead.Count == 0 ? ([], [], []) : await _reads.ReadAsync(state.Block, toRead, cancellation);
        foreach ((string dex, string fault) in slow)
        {
            faults[dex] = fault;
        }

        HashSet<PoolKey> sampled = [.. samples.Select(static pool => pool.Key)];
        state = Compare(state, read.Where(pool => sampled.Contains(pool.Key)), unreadable.Where(pool => sampled.Contains(pool.Key)), faults);
        state = state.With(read.Where(pool => !sampled.Contains(pool.Key)));

        // A pool that must be read at every block and was not this time is not known at this one.
        HashSet<PoolKey> fresh = [.. read.Select(static pool => pool.Key)];
        state = state.Without([.. state.Pools.Values.Where(pool => pool.ChangesWithoutLogs && !fresh.Contains(pool.Key)).Select(static pool => pool.Key)]);
        return new MarketUpdate(state, null, null) { Read = read.Count, Missing = Missing(state, listed, unreadable, faults) };
    }

    /// <summary>A few pools, others at every block, so that each is compared once in a while.</summary>
    private List<PoolListing> Samples(MarketState state, IReadOnlyList<PoolListing> listed)
    {
        List<PoolListing> samples = [];
        int count = Math.Min(_options.SamplePools, listed.Count);
        for (int i = 0; i < count; i++)
        {
            PoolListing pool = listed[(int)(((state.Block.Number * (ulong)count) + (ulong)i) % (ulong)listed.Count)];
            if (state.Pools.TryGetValue(pool.Key, out PoolState? known) && !known.ChangesWithoutLogs && !state.Undo.IsEmpty)
            {
                samples.Add(pool);
            }
        }

        return samples;
    }

    private MarketState Compare(
        MarketState state, IEnumerable<PoolState> read, IEnumerable<LostPool> unreadable, Dictionary<string, string> faults)
    {
        foreach (PoolState fresh in read)
        {
            if (state.Pools.TryGetValue(fresh.Key, out PoolState? kept) && !kept.Equals(fresh))
            {
                state = Quarantine(state, fresh.Key, "what the logs made of it is not what the chain holds", faults);
            }
        }

        foreach (LostPool lost in unreadable)
        {
            state = Quarantine(state, lost.Key, lost.Reason, faults);
        }

        return state;
    }

    private MarketState Quarantine(MarketState state, PoolKey key, string reason, Dictionary<string, string> faults)
    {
        faults[$"quarantine {key}"] = reason;
        return state.WithQuarantine(key, new Quarantine(reason, state.Block.Number + _options.QuarantineBlocks));
    }

    private static ImmutableArray<LostPool> Missing(
        MarketState state, IReadOnlyList<PoolListing> listed, List<LostPool> unreadable, Dictionary<string, string> faults)
    {
        Dictionary<PoolKey, string> reasons = [];
        foreach (LostPool lost in unreadable)
        {
            reasons[lost.Key] = lost.Reason;
        }

        return
        [
            .. listed.Where(pool => !state.Pools.ContainsKey(pool.Key)).Select(pool => new LostPool(
                pool.Key,
                state.Quarantined.TryGetValue(pool.Key, out Quarantine? kept) ? QuarantineReason + kept.Reason
                    : reasons.GetValueOrDefault(pool.Key) ?? faults.GetValueOrDefault(pool.Dex) ?? "it was not read")),
        ];
    }

    private async Task<(MarketState? State, string? Detail)> LoadAsync(
        ulong chainId, Dictionary<string, string> faults, CancellationToken cancellation)
    {
        try
        {
            StoredMarket stored = await _store.LoadAsync(chainId, cancellation);
            _storedBlock = stored.State?.Block.Number ?? 0;
            return (stored.State, stored.Reason);
        }
        catch (MemoryUnavailableException unreachable)
        {
            faults["snapshot"] = unreachable.Message;
            return (null, unreachable.Message);
        }
    }

    private async Task StoreAsync(MarketState state, Dictionary<string, string> faults, CancellationToken cancellation)
    {
        if (_storedBlock != 0 && state.Block.Number < _storedBlock + _options.StoreEveryBlocks)
        {
            return;
        }

        try
        {
            await _store.SaveAsync(state, cancellation);
            _storedBlock = state.Block.Number;
        }
        catch (MemoryUnavailableException unreachable)
        {
            faults["snapshot"] = unreachable.Message;
        }
    }
}
