using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>What the last blocks cost, as the node tells it.</summary>
/// <param name="TipsPerGasWei">A low tip of each of the last blocks that had transactions, wei per gas, oldest first.</param>
public sealed record FeeHistory(ImmutableArray<UInt256> TipsPerGasWei);

/// <summary>Reads what gas cost lately.</summary>
public interface IFeeHistoryReader
{
    /// <summary>The blocks up to exactly <paramref name="head"/>.</summary>
    /// <exception cref="ChainUnavailableException">The node could not be asked, or answered about other blocks.</exception>
    Task<FeeHistory> ReadAsync(BlockStamp head, CancellationToken cancellation);
}
