using Arb.Domain;

namespace Arb.Engine;

/// <summary>
/// Believes a block's logs only when a second endpoint tells the same ones for the same hash. A second endpoint that does not have the
/// block yet has nothing to say about it.
/// </summary>
internal sealed class WitnessedLogReader(IBlockLogReader first, IBlockLogReader second) : IBlockLogReader
{
    public async Task<BlockLogs?> FindAsync(Hash256 blockHash, CancellationToken cancellation)
    {
        Task<BlockLogs?> ours = first.FindAsync(blockHash, cancellation);
        Task<BlockLogs?> theirs = second.FindAsync(blockHash, cancellation);
        await Task.WhenAll(ours, theirs);
        if (await ours is { } told && await theirs is { } other && FindDifference(told, other) is { } difference)
        {
            throw new ChainUnavailableException($"Block {told.Block.Number} {blockHash} is told in two ways: {difference}.")
            {
                Fault = ChainFault.Disagreement,
            };
        }

        return await ours;
    }

    private static string? FindDifference(BlockLogs ours, BlockLogs theirs)
    {
        if (ours.Block != theirs.Block)
        {
            return "its header is another one at the second endpoint";
        }

        if (ours.Logs.Length != theirs.Logs.Length)
        {
            return $"it has {ours.Logs.Length} logs of pools here and {theirs.Logs.Length} at the second endpoint";
        }

        for (int i = 0; i < ours.Logs.Length; i++)
        {
            if (!AreSame(ours.Logs[i], theirs.Logs[i]))
            {
                return $"log {ours.Logs[i].Index} of {ours.Logs[i].Address} is another one at the second endpoint";
            }
        }

        return null;
    }

    private static bool AreSame(ChainLog one, ChainLog other) =>
        one.Address == other.Address
        && one.Index == other.Index
        && one.Topics.AsSpan().SequenceEqual(other.Topics.AsSpan())
        && one.Data.Span.SequenceEqual(other.Data.Span);
}
