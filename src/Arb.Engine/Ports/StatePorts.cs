using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>What a fresh read gave.</summary>
/// <param name="States">Pools read, in the order asked.</param>
/// <param name="Unreadable">The others, each with its reason.</param>
public sealed record PoolReads(ImmutableArray<PoolState> States, ImmutableArray<LostPool> Unreadable);

/// <summary>Reads the whole state of pools of any family.</summary>
public interface IPoolStateReader
{
    /// <summary>All pools at exactly <paramref name="block"/>, in as few calls as the node's limits allow.</summary>
    /// <exception cref="ChainUnavailableException">The node does not have that block, or answered inconsistently.</exception>
    Task<PoolReads> ReadAsync(BlockStamp block, IReadOnlyList<PoolListing> pools, CancellationToken cancellation);
}

/// <summary>A block with every log that can change a pool.</summary>
/// <param name="Block">The block.</param>
/// <param name="Logs">Its logs under <see cref="LogTopics.All"/>, in order.</param>
public sealed record BlockLogs(BlockStamp Block, ImmutableArray<ChainLog> Logs);

/// <summary>Reads logs by block hash: a node that lags answers a range of numbers with an empty list, but a hash with an error.</summary>
public interface IBlockLogReader
{
    /// <summary>The block of exactly that hash with its logs; null when the node does not know it.</summary>
    /// <exception cref="ChainUnavailableException">The node could not be asked, or its answers do not fit together.</exception>
    Task<BlockLogs?> FindAsync(Hash256 blockHash, CancellationToken cancellation);
}

/// <summary>A stored market, or why there is none to be had.</summary>
/// <param name="State">The market; null when none is stored or it cannot be used.</param>
/// <param name="Reason">Why it cannot be used; null when there is one, or none was stored.</param>
public sealed record StoredMarket(MarketState? State, string? Reason);

/// <summary>Keeps the newest market of a chain for instances that start cold. Only a copy: what is not there is read from the chain.</summary>
public interface IMarketStore
{
    /// <summary>The stored market. Damage and another version are reasons, not errors.</summary>
    /// <exception cref="MemoryUnavailableException">The store cannot be reached.</exception>
    Task<StoredMarket> LoadAsync(ulong chainId, CancellationToken cancellation);

    /// <summary>Stores a market unless one of the same or a later block is there; false when it was not stored.</summary>
    /// <exception cref="MemoryUnavailableException">The store cannot be reached.</exception>
    Task<bool> SaveAsync(MarketState market, CancellationToken cancellation);
}
