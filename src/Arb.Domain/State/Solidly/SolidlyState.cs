namespace Arb.Domain;

/// <summary>A Solidly pair's reserves, which change with a Sync event and only then, and its fee, which a factory may set without a log.</summary>
/// <param name="Key">Which pool.</param>
/// <param name="Reserve0">Reserve of token0, raw units.</param>
/// <param name="Reserve1">Reserve of token1, raw units.</param>
/// <param name="FeePips">Swap fee.</param>
/// <param name="FeeMoves">The fee is the factory's word: it is read at every block.</param>
public sealed record SolidlyState(PoolKey Key, UInt256 Reserve0, UInt256 Reserve1, int FeePips, bool FeeMoves) : PoolState(Key)
{
    /// <inheritdoc/>
    public override bool ChangesWithoutLogs => FeeMoves;

    /// <inheritdoc/>
    public override LogEffect Apply(ChainLog log, out PoolState after)
    {
        ArgumentNullException.ThrowIfNull(log);
        after = this;
        if (log.Topic != LogTopics.SolidlySync)
        {
            return LogEffect.None;
        }

        // Velodrome and Aerodrome index nothing; a log of another shape is not theirs.
        LogWords words = log.Words;
        if (log.Topics.Length != 1 || words.Count != 2)
        {
            return LogEffect.Contradiction;
        }

        after = this with { Reserve0 = words[0], Reserve1 = words[1] };
        return LogEffect.Applied;
    }

    /// <inheritdoc/>
    public override string? FindContradiction() =>
        FeePips is < 0 or >= Domain.FeePips.Whole ? $"a fee of {FeePips} pips" : null;

    /// <inheritdoc/>
    public override IPoolModel? ToModel(PoolListing listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return listing is { Traits: SolidlyTraits traits, Decimals: [int decimals0, int decimals1] }
            ? new SolidlyPool(
                traits.Variant,
                listing.Family == PoolFamily.SolidlyStable,
                decimals0,
                decimals1,
                new FeePips(FeePips),
                Reserve0,
                Reserve1)
            : null;
    }
}
