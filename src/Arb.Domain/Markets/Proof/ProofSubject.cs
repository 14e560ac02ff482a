namespace Arb.Domain;

/// <summary>What probes of a pool speak for.</summary>
public static class ProofSubject
{
    /// <summary>
    /// Variant, sources and decimals of the model, and whatever in the state makes the contract take another path: a running ramp, a fee
    /// of nothing, a fee that may grow. Where any of it changes, earlier probes say nothing.
    /// </summary>
    public static string Of(PoolListing listing, PoolState state)
    {
        ArgumentNullException.ThrowIfNull(listing);
        string kind = state switch
        {
            CurveStableSwapState curve =>
                $"{(curve.AmpRamps ? "ramping" : "steady")} {(curve.FeeE10.IsZero ? "free" : "with fee")} "
                + (curve.OffpegFeeMultiplierE10 > CurveStableSwapPool.WholeE10 ? "growing" : "fixed"),
            SolidlyState solidly => solidly.FeePips == 0 ? "free" : "with fee",
            _ => string.Empty,
        };
        return $"{listing.Family} {listing.Traits?.Text} [{string.Join(' ', listing.Decimals)}] {kind}";
    }
}
