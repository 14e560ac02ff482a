using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>
/// Every pool's state at exactly one block, with what it takes to go back over the last <see cref="UndoDepthMax"/> blocks.
/// Immutable; all of it is a function of the fresh reads and logs that went in.
/// </summary>
public sealed class MarketState
{
    /// <summary>Blocks it can go back.</summary>
    public const int UndoDepthMax = 64;

    private MarketState(
        BlockStamp block,
        ImmutableDictionary<PoolKey, PoolState> pools,
        ImmutableArray<UndoStep> undo,
        ImmutableDictionary<PoolKey, Quarantine> quarantined)
    {
        Block = block;
        Pools = pools;
        Undo = undo;
        Quarantined = quarantined;
    }

    /// <summary>The block.</summary>
    public BlockStamp Block { get; }

    /// <summary>Pools known at that block.</summary>
    public ImmutableDictionary<PoolKey, PoolState> Pools { get; }

    /// <summary>Steps back, oldest first.</summary>
    public ImmutableArray<UndoStep> Undo { get; }

    /// <summary>Pools kept out.</summary>
    public ImmutableDictionary<PoolKey, Quarantine> Quarantined { get; }

    /// <summary>A market of no pools at a block.</summary>
    public static MarketState At(BlockStamp block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new MarketState(
            block,
            ImmutableDictionary<PoolKey, PoolState>.Empty,
            [],
            ImmutableDictionary<PoolKey, Quarantine>.Empty);
    }

    /// <summary>Puts a stored market together again.</summary>
    /// <exception cref="ArgumentException">The steps back do not lead from block to parent.</exception>
    public static MarketState Restore(
        BlockStamp block,
        IEnumerable<PoolState> pools,
        ImmutableArray<UndoStep> undo,
        ImmutableDictionary<PoolKey, Quarantine> quarantined)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(pools);
        BlockStamp child = block;
        for (int i = undo.Length - 1; i >= 0; i--)
        {
            BlockStamp parent = undo[i].Parent;
            if (child.ParentHash != parent.Hash || child.Number != parent.Number + 1)
            {
                throw new ArgumentException($"Block {child.Number} does not follow {parent.Number} {parent.Hash}.", nameof(undo));
            }

            child = parent;
        }

        return undo.Length <= UndoDepthMax
            ? new MarketState(block, pools.ToImmutableDictionary(static pool => pool.Key), undo, quarantined)
            : throw new ArgumentException($"{undo.Length} steps back are more than {UndoDepthMax}.", nameof(undo));
    }

    /// <summary>The market one block on.</summary>
    /// <param name="block">The block whose parent this market is at.</param>
    /// <param name="logs">All its logs under <see cref="LogTopics.All"/>, in order.</param>
    /// <param name="lost">Pools whose logs contradict their state, or do not tell all of it: no longer among <see cref="Pools"/>, to be read anew.</param>
    /// <exception cref="ArgumentException">The block does not follow this one.</exception>
    public MarketState Apply(BlockStamp block, IReadOnlyList<ChainLog> logs, out ImmutableArray<LostPool> lost)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(logs);
        if (block.ParentHash != Block.Hash || block.Number != Block.Number + 1)
        {
            throw new ArgumentException($"Block {block.Number} {block.Hash} does not follow {Block.Number} {Block.Hash}.", nameof(block));
        }

        Dictionary<PoolKey, PoolState> changed = [];
        Dictionary<PoolKey, string> broken = [];
        for (int i = 0; i < logs.Count; i++)
        {
            ApplyOne(logs[i], changed, broken);
        }

        ImmutableDictionary<PoolKey, PoolState>.Builder pools = Pools.ToBuilder();
        ImmutableArray<PoolBefore>.Builder before = ImmutableArray.CreateBuilder<PoolBefore>(changed.Count);
        foreach ((PoolKey key, PoolState after) in changed)
        {
            before.Add(new PoolBefore(key, Pools[key]));
            if ((broken.GetValueOrDefault(key) ?? after.FindContradiction()) is { } reason)
            {
                broken[key] = reason;
                pools.Remove(key);
            }
            else
            {
                pools[key] = after;
            }
        }

        lost = [.. broken.Select(static entry => new LostPool(entry.Key, entry.Value))];
        ImmutableArray<UndoStep> undo = Undo.Length == UndoDepthMax ? Undo.RemoveAt(0) : Undo;
        return new MarketState(
            block, pools.ToImmutable(), undo.Add(new UndoStep(Block, before.ToImmutable())), Released(block.Number));
    }

    /// <summary>The market one block back; null when that block is no longer, or never was, in the ring.</summary>
    public MarketState? TryUndo()
    {
        if (Undo.IsEmpty)
        {
            return null;
        }

        UndoStep step = Undo[^1];
        ImmutableDictionary<PoolKey, PoolState>.Builder pools = Pools.ToBuilder();
        foreach (PoolBefore pool in step.Pools)
        {
            if (pool.Before is null)
            {
                pools.Remove(pool.Key);
            }
            else
            {
                pools[pool.Key] = pool.Before;
            }
        }

        return new MarketState(step.Parent, pools.ToImmutable(), Undo.RemoveAt(Undo.Length - 1), Quarantined);
    }

    /// <summary>With pools that were read anew at this very block; going back before it forgets those that were not known there.</summary>
    public MarketState With(IEnumerable<PoolState> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        ImmutableDictionary<PoolKey, PoolState>.Builder pools = Pools.ToBuilder();
        Dictionary<PoolKey, PoolBefore> before =
            Undo.IsEmpty ? [] : Undo[^1].Pools.ToDictionary(static pool => pool.Key);
        foreach (PoolState pool in read)
        {
            before.TryAdd(pool.Key, new PoolBefore(pool.Key, pools.GetValueOrDefault(pool.Key)));
            pools[pool.Key] = pool;
        }

        ImmutableArray<UndoStep> undo =
            Undo.IsEmpty ? Undo : Undo.SetItem(Undo.Length - 1, Undo[^1] with { Pools = [.. before.Values] });
        return new MarketState(Block, pools.ToImmutable(), undo, Quarantined);
    }

    /// <summary>Without pools that are no longer listed, at this and every earlier block.</summary>
    public MarketState Without(IReadOnlyCollection<PoolKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0)
        {
            return this;
        }

        HashSet<PoolKey> gone = [.. keys];
        return new MarketState(
            Block,
            Pools.RemoveRange(gone),
            [.. Undo.Select(step => step with { Pools = [.. step.Pools.Where(pool => !gone.Contains(pool.Key))] })],
            Quarantined.RemoveRange(gone));
    }

    /// <summary>With a pool kept out: what was known of it is forgotten, here and in every step back.</summary>
    public MarketState WithQuarantine(PoolKey key, Quarantine quarantine)
    {
        MarketState without = Without([key]);
        return new MarketState(Block, without.Pools, without.Undo, Quarantined.SetItem(key, quarantine));
    }

    private ImmutableDictionary<PoolKey, Quarantine> Released(ulong block) =>
        Quarantined.IsEmpty
            ? Quarantined
            : Quarantined.RemoveRange(Quarantined.Where(entry => entry.Value.UntilBlock < block).Select(static entry => entry.Key));

    private void ApplyOne(ChainLog log, Dictionary<PoolKey, PoolState> changed, Dictionary<PoolKey, string> broken)
    {
        if (!TryFind(log, changed, out PoolKey key, out PoolState? state) || broken.ContainsKey(key))
        {
            return;
        }

        switch (state.Apply(log, out PoolState after))
        {
            case LogEffect.Applied:
                changed[key] = after;
                break;
            case LogEffect.Outdated:
                changed[key] = state;
                broken[key] = $"log {log.Index} changed it by more than it says";
                break;
            case LogEffect.Contradiction:
                changed[key] = state;
                broken[key] = $"log {log.Index} of {log.Address} does not fit its state";
                break;
            case LogEffect.None:
            default:
                break;
        }
    }

    /// <summary>
    /// A pool is a contract of its own, or has an id in another's log, or is the contract a Balancer id begins with. Whose word a
    /// log is, the state decides.
    /// </summary>
    private bool TryFind(
        ChainLog log,
        Dictionary<PoolKey, PoolState> changed,
        out PoolKey key,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PoolState? state)
    {
        key = new PoolKey(log.Address);
        if (TryGet(key, changed, out state))
        {
            return true;
        }

        if (log.Topics.Length < 2)
        {
            return false;
        }

        key = new PoolKey(log.Address, log.Topics[1]);
        if (TryGet(key, changed, out state))
        {
            return true;
        }

        Span<byte> id = stackalloc byte[Hash256.Size];
        log.Topics[1].CopyTo(id);
        key = new PoolKey(new Address(id[..Address.Size]));
        return TryGet(key, changed, out state) && state is BalancerState;
    }

    private bool TryGet(
        PoolKey key,
        Dictionary<PoolKey, PoolState> changed,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PoolState? state) =>
        changed.TryGetValue(key, out state) || Pools.TryGetValue(key, out state);
}
