using Arb.Domain;

namespace Arb.Engine;

/// <summary>A market after following the chain.</summary>
/// <param name="State">The market at the head; null when it could not be followed there.</param>
/// <param name="Undone">Blocks taken back.</param>
/// <param name="Followed">Blocks applied.</param>
/// <param name="End">Set when the node cannot be trusted; otherwise a null state means: read everything anew.</param>
/// <param name="Detail">Why, for people.</param>
internal sealed record FollowResult(MarketState? State, int Undone, int Followed, RoundEnd? End, string? Detail);

/// <summary>Walks from a head back to a block the market knows, undoes what was replaced and applies what is new, all by block hash.</summary>
internal sealed class ChainFollower(IBlockLogReader logs, int catchUpBlocksMax)
{
    public async Task<FollowResult> FollowAsync(MarketState from, BlockStamp head, CancellationToken cancellation)
    {
        if (from.Block.ChainId != head.ChainId)
        {
            return Anew($"the market is of chain {from.Block.ChainId}");
        }

        Dictionary<Hash256, int> known = Known(from);
        if (known.TryGetValue(head.Hash, out int behind) && behind > 0)
        {
            return Stop(RoundEnd.NodeLags, $"Block {head.Number} is {behind} behind block {from.Block.Number}, which builds on it.");
        }

        ulong oldest = from.Undo.IsEmpty ? from.Block.Number : from.Undo[0].Parent.Number;
        Stack<BlockLogs> path = [];
        Hash256 cursor = head.Hash;
        ulong number = head.Number;
        while (!known.ContainsKey(cursor))
        {
            if (number <= oldest)
            {
                return Anew($"a reorganisation replaced block {oldest}, and the market goes back no further");
            }

            if (path.Count == catchUpBlocksMax)
            {
                return Anew($"block {from.Block.Number} is more than {catchUpBlocksMax} blocks behind {head.Number}");
            }

            BlockLogs? block = await logs.FindAsync(cursor, cancellation);
            if (block is null)
            {
                return path.Count == 0
                    ? Stop(RoundEnd.NodeContradictsItself, $"The node does not know its own head {cursor}.")
                    : Stop(RoundEnd.ChainGap, $"The node does not know block {number} {cursor}, parent of block {number + 1}.");
            }

            if (block.Block.Number != number || (path.Count == 0 && block.Block != head))
            {
                return Stop(RoundEnd.NodeContradictsItself, $"Block {cursor} was said to be number {number} and now has another header.");
            }

            path.Push(block);
            cursor = block.Block.ParentHash;
            number--;
        }

        return Replay(from, known[cursor], path);
    }

    private static FollowResult Replay(MarketState from, int undone, Stack<BlockLogs> path)
    {
        MarketState state = from;
        for (int i = 0; i < undone; i++)
        {
            state = state.TryUndo() ?? throw new InvalidOperationException("A block in the ring cannot be undone to.");
        }

        int followed = path.Count;
        while (path.TryPop(out BlockLogs? block))
        {
            state = state.Apply(block.Block, block.Logs, out _);
        }

        return new FollowResult(state, undone, followed, null, null);
    }

    /// <summary>Blocks the market is at or can go back to, and by how many.</summary>
    private static Dictionary<Hash256, int> Known(MarketState market)
    {
        Dictionary<Hash256, int> known = new() { [market.Block.Hash] = 0 };
        for (int i = market.Undo.Length - 1; i >= 0; i--)
        {
            known[market.Undo[i].Parent.Hash] = market.Undo.Length - i;
        }

        return known;
    }

    private static FollowResult Anew(string why) => new(null, 0, 0, null, why);

    private static FollowResult Stop(RoundEnd end, string why) => new(null, 0, 0, end, why);
}
