using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>An atomic, ordered list of signed transactions for one target block.</summary>
/// <param name="Transactions">Signed transactions, in order.</param>
/// <param name="TargetBlock">The one block it is valid for.</param>
/// <param name="MaxTimestampSeconds">Latest block timestamp it is valid for, Unix seconds; derived from the parent block.</param>
/// <param name="ReplacementUuid">Version 4 style uuid, unique per opportunity and target block.</param>
public sealed record Bundle(
    ImmutableArray<SignedTransaction> Transactions,
    ulong TargetBlock,
    ulong MaxTimestampSeconds,
    Guid ReplacementUuid);

/// <summary>What a bundle relay said of a simulated bundle.</summary>
/// <param name="Succeeded">No transaction reverted.</param>
/// <param name="GasUsed">Total gas.</param>
/// <param name="CoinbasePaymentWei">Ether sent to the coinbase besides fees, wei.</param>
/// <param name="CoinbaseDifferenceWei">All the coinbase gained, tips included, wei.</param>
/// <param name="Error">Reason when a transaction reverted.</param>
public sealed record BundleSimulation(
    bool Succeeded,
    ulong GasUsed,
    UInt256 CoinbasePaymentWei,
    UInt256 CoinbaseDifferenceWei,
    string? Error);

/// <summary>What a bundle relay answered to a submission.</summary>
/// <param name="Accepted">It took the bundle (which promises nothing).</param>
/// <param name="BundleHash">Its hash for the bundle.</param>
/// <param name="Error">Reason when it was not taken.</param>
public sealed record BundleSubmissionReply(bool Accepted, string? BundleHash, string? Error);

/// <summary>A bundle relay: the RPC that takes our bundles.</summary>
public interface IBundleRelay
{
    /// <summary><c>eth_callBundle</c> on top of <paramref name="stateBlock"/>.</summary>
    /// <exception cref="ChainUnavailableException">The bundle relay could not be reached or answered nonsense.</exception>
    Task<BundleSimulation> SimulateAsync(Bundle bundle, ulong stateBlock, CancellationToken cancellation);

    /// <summary><c>eth_sendBundle</c>.</summary>
    /// <exception cref="ChainUnavailableException">The bundle relay could not be reached; whether it took the bundle is unknown.</exception>
    Task<BundleSubmissionReply> SubmitAsync(Bundle bundle, CancellationToken cancellation);
}
