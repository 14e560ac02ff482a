using Arb.Domain;

namespace Arb.Engine;

/// <summary>Bundles of one transaction for the block after a head.</summary>
internal static class BundleFactory
{
    /// <summary>Valid for the next block only; its latest timestamp derives from the parent block, with one slot for a missed one.</summary>
    public static Bundle For(SignedTransaction transaction, BlockStamp head, TradingPolicy policy, Guid replacement) => new(
        [transaction],
        head.Number + 1,
        head.TimestampSeconds + (2 * (ulong)policy.SlotLength.TotalSeconds),
        replacement);
}
