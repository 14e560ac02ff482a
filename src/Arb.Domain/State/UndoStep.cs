using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>A pool before a block.</summary>
/// <param name="Key">Which pool.</param>
/// <param name="Before">Its state; null when it was not known then.</param>
public sealed record PoolBefore(PoolKey Key, PoolState? Before);

/// <summary>What takes a market back over one block.</summary>
/// <param name="Parent">The block before.</param>
/// <param name="Pools">Every pool the block changed.</param>
public sealed record UndoStep(BlockStamp Parent, ImmutableArray<PoolBefore> Pools);

/// <summary>A pool that is not quoted for a while, because what was known of it was wrong.</summary>
/// <param name="Reason">What was wrong, for people.</param>
/// <param name="UntilBlock">Last block it stays out.</param>
public sealed record Quarantine(string Reason, ulong UntilBlock);

/// <summary>A pool whose state is not known after a block.</summary>
/// <param name="Key">Which pool.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record LostPool(PoolKey Key, string Reason);
