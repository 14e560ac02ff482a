using Arb.Domain;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Relay;

/// <summary>Log messages of the builder and the bundle relay; ids 700 to 719.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(
        EventId = 700, Level = LogLevel.Debug,
        Message = "Built block {Number}: {Transactions} transactions, {Bundles} bundles, {Rejected} bundles rejected")]
    public static partial void Built(ILogger logger, ulong number, int transactions, int bundles, int rejected);

    [LoggerMessage(
        EventId = 701, Level = LogLevel.Error,
        Message = "Bundle {BundleHash} in block {Number} was not mined as it was simulated")]
    public static partial void BrokenBundle(ILogger logger, ulong number, Hash256 bundleHash);

    [LoggerMessage(
        EventId = 702, Level = LogLevel.Warning,
        Message = "The pool would not keep still for block {Number} in {Attempts} attempts; receipts decide on its bundles")]
    public static partial void CrowdedPool(ILogger logger, ulong number, int attempts);

    [LoggerMessage(
        EventId = 703, Level = LogLevel.Debug,
        Message = "A mempool transaction waits beyond block {Number}: {Reason}")]
    public static partial void MempoolTransactionHeldBack(ILogger logger, ulong number, string reason);

    [LoggerMessage(
        EventId = 704, Level = LogLevel.Warning,
        Message = "No block for slot {TimestampSeconds}: {Reason}")]
    public static partial void SlotFailed(ILogger logger, ulong timestampSeconds, string reason);

    [LoggerMessage(
        EventId = 705, Level = LogLevel.Error,
        Message = "The slot clock stops: {Reason}")]
    public static partial void ClockStopped(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 706, Level = LogLevel.Error,
        Message = "A listener failed on block {Number}")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, ulong number);

    [LoggerMessage(
        EventId = 707, Level = LogLevel.Debug,
        Message = "{Method} from {Signer}: HTTP {Status}")]
    public static partial void Answered(ILogger logger, string method, Address signer, int status);

    [LoggerMessage(
        EventId = 708, Level = LogLevel.Error,
        Message = "{Method} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(
        EventId = 709, Level = LogLevel.Warning,
        Message = "The feed of pending transactions ended: {Reason}. One that arrives while a block is built may be lost")]
    public static partial void FeedEnded(ILogger logger, string reason);
}
