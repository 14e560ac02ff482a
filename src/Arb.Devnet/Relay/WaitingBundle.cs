using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>A bundle that the bundle relay accepted.</summary>
/// <param name="Hash">Keccak-256 over its transactions' hashes.</param>
/// <param name="Signer">Searcher that signed the request.</param>
/// <param name="Arrival">Count of bundles before it: decides ties.</param>
/// <param name="Transactions">Its transactions.</param>
/// <param name="TargetBlock">The one block it is valid for.</param>
/// <param name="MinTimestampSeconds">Earliest block timestamp; 0 for none.</param>
/// <param name="MaxTimestampSeconds">Latest block timestamp; 0 for none.</param>
/// <param name="MayRevert">Hashes of transactions that may revert or fail without spoiling the bundle.</param>
/// <param name="ReplacementUuid">Under which its signer may replace or cancel it.</param>
internal sealed record WaitingBundle(
    Hash256 Hash,
    Address Signer,
    long Arrival,
    ImmutableArray<BundleTransaction> Transactions,
    ulong TargetBlock,
    ulong MinTimestampSeconds,
    ulong MaxTimestampSeconds,
    ImmutableHashSet<Hash256> MayRevert,
    Guid? ReplacementUuid);
