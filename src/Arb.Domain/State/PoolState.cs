namespace Arb.Domain;

/// <summary>All that a pool's quotes depend on, at one block. Immutable; equal when every field is equal.</summary>
/// <param name="Key">Which pool.</param>
public abstract record PoolState(PoolKey Key)
{
    /// <summary>The state also changes without logs (a ramp, a rate): it is read anew at every block.</summary>
    public virtual bool ChangesWithoutLogs => false;

    /// <summary>Takes a log of the pool's contract, or about the pool.</summary>
    /// <param name="log">The log; logs come in the order of the block.</param>
    /// <param name="after">The state after it; this one unless applied.</param>
    public abstract LogEffect Apply(ChainLog log, out PoolState after);

    /// <summary>Why the fields cannot all be true together, or null. Catches a lost log and a node that answers nonsense.</summary>
    public abstract string? FindContradiction();

    /// <summary>The exact arithmetic of this state, or null when it has none (not initialised, or of a kind that is not modelled).</summary>
    /// <param name="listing">What never changes about the pool.</param>
    public abstract IPoolModel? ToModel(PoolListing listing);
}
