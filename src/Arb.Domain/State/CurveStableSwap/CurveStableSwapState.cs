using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>
/// A Curve StableSwap pool. What its logs say is not enough to compute the state after them (the admin's share of a fee and the dust of
/// a conversion are in no log), so a log that changes it makes it be read anew; ramps and rates make it be read at every block.
/// </summary>
/// <param name="Key">Which pool.</param>
/// <param name="Balances">Raw units, without the admin's share.</param>
/// <param name="Rates">What one raw unit is worth on the curve, scaled by 10^18.</param>
/// <param name="Amp">Amplification with its precision.</param>
/// <param name="FeeE10">Fee, in 10^-10.</param>
/// <param name="AdminFeeE10">The admin's share of it, in 10^-10.</param>
/// <param name="OffpegFeeMultiplierE10">How often the fee may grow off the peg, in 10^-10; 0 where it does not.</param>
/// <param name="AmpRamps">The amplification changes with time.</param>
/// <param name="Moves">Rates or balances change without a log.</param>
public sealed record CurveStableSwapState(
    PoolKey Key,
    ImmutableArray<UInt256> Balances,
    ImmutableArray<UInt256> Rates,
    UInt256 Amp,
    UInt256 FeeE10,
    UInt256 AdminFeeE10,
    UInt256 OffpegFeeMultiplierE10,
    bool AmpRamps,
    bool Moves) : PoolState(Key)
{
    /// <inheritdoc/>
    public override bool ChangesWithoutLogs => AmpRamps || Moves;

    /// <inheritdoc/>
    public override LogEffect Apply(ChainLog log, out PoolState after)
    {
        ArgumentNullException.ThrowIfNull(log);
        after = this;
        return log.Address == Key.Contract && CurveLogs.ChangesPool(log.Topic) ? LogEffect.Outdated : LogEffect.None;
    }

    /// <inheritdoc/>
    public override string? FindContradiction() =>
        Balances.Length != Rates.Length ? $"{Balances.Length} balances came with {Rates.Length} rates"
        : Amp.IsZero ? "its amplification is 0"
        : Rates.Contains(UInt256.Zero) ? "a rate is 0"
        : FeeE10 >= CurveStableSwapPool.WholeE10 || AdminFeeE10 > CurveStableSwapPool.WholeE10 ? "a fee is more than all"
        : null;

    /// <inheritdoc/>
    public override IPoolModel? ToModel(PoolListing listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return listing.Traits is CurveTraits traits
            ? new CurveStableSwapPool(
                traits.Variant,
                new CurveState
                {
                    Balances = Balances,
                    Rates = Rates,
                    Amp = Amp,
                    AmpPrecision = (ulong)traits.AmpPrecision,
                    FeeE10 = FeeE10,
                    AdminFeeE10 = AdminFeeE10,
                    OffpegFeeMultiplierE10 = OffpegFeeMultiplierE10,
                })
            : null;
    }

    /// <inheritdoc/>
    public bool Equals(CurveStableSwapState? other) =>
        other is not null
        && Key == other.Key
        && Balances.AsSpan().SequenceEqual(other.Balances.AsSpan())
        && Rates.AsSpan().SequenceEqual(other.Rates.AsSpan())
        && Amp == other.Amp
        && FeeE10 == other.FeeE10
        && AdminFeeE10 == other.AdminFeeE10
        && OffpegFeeMultiplierE10 == other.OffpegFeeMultiplierE10
        && AmpRamps == other.AmpRamps
        && Moves == other.Moves;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Balances.Length, Amp, FeeE10);
}
