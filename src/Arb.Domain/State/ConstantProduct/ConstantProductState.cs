namespace Arb.Domain;

/// <summary>
/// A Uniswap V2 pair's reserves. They change with a Sync event and only then (UniswapV2Pair._update), so a donation moves no
/// quote before somebody calls <c>sync()</c>, and <c>skim</c> never does.
/// </summary>
/// <param name="Key">Which pool.</param>
/// <param name="Reserve0">Reserve of token0, raw units.</param>
/// <param name="Reserve1">Reserve of token1, raw units.</param>
public sealed record ConstantProductState(PoolKey Key, UInt256 Reserve0, UInt256 Reserve1) : PoolState(Key)
{
    /// <inheritdoc/>
    public override LogEffect Apply(ChainLog log, out PoolState after)
    {
        ArgumentNullException.ThrowIfNull(log);
        after = this;
        if (log.Topic != LogTopics.PairSync)
        {
            return LogEffect.None;
        }

        LogWords words = log.Words;
        if (words.Count != 2)
        {
            return LogEffect.Contradiction;
        }

        after = this with { Reserve0 = words[0], Reserve1 = words[1] };
        return LogEffect.Applied;
    }

    /// <inheritdoc/>
    public override string? FindContradiction() =>
        Reserve0 > ConstantProductPool.ReserveMax || Reserve1 > ConstantProductPool.ReserveMax
            ? "a reserve has more than 112 bits"
            : null;

    /// <inheritdoc/>
    public override IPoolModel ToModel(PoolListing listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return new ConstantProductPool(listing.ToPair(), Reserve0, Reserve1);
    }
}
