using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Relay;

/// <summary>Blocks that were replaced.</summary>
/// <param name="FirstNumber">Number of the first of them.</param>
/// <param name="Removed">Hashes of the blocks that are gone.</param>
/// <param name="Added">Hashes of those in their place.</param>
/// <param name="LostTransactions">Transactions that are in no block any more.</param>
internal sealed record Reorganisation(
    ulong FirstNumber,
    ImmutableArray<Hash256> Removed,
    ImmutableArray<Hash256> Added,
    ImmutableArray<Hash256> LostTransactions);

/// <summary>
/// Replaces the newest blocks by <c>anvil_reorg</c>, which is one step for whoever looks on. By itself anvil 1.7.1 gives the new
/// blocks their parent's time and continues the old chain's base fee; both are put right here.
/// </summary>
internal sealed class ChainReplacement(AnvilRpc rpc, ulong blockSeconds)
{
    /// <summary>Fee recipient of replacing blocks: another proposer's, so that no block can be the one it replaces.</summary>
    public static Address OtherCoinbase { get; } = Address.Parse("0x00000000000000000000000000000000000c0b1e");

    /// <summary>Replaces blocks.</summary>
    /// <param name="depth">How many.</param>
    /// <param name="keep">Which of their transactions are in the new ones, each at its height.</param>
    /// <param name="coinbase">Fee recipient to go on with.</param>
    /// <param name="cancellation">Gives up before anything is replaced.</param>
    public async Task<Reorganisation> RunAsync(
        int depth, Func<Hash256, bool> keep, Address coinbase, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ParentBlock head = await BlockAsync("latest", cancellation);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)depth, head.Number);
        ulong first = head.Number - (ulong)depth + 1;
        ParentBlock parent = await BlockAsync(Hex.Quantity(first - 1), cancellation);
        List<(int Height, byte[] Raw)> kept = [];
        List<Hash256> lost = [];
        ImmutableArray<Hash256>.Builder removed = ImmutableArray.CreateBuilder<Hash256>(depth);
        for (int i = 0; i < depth; i++)
        {
            (ParentBlock block, ImmutableArray<Hash256> transactions) = await rpc.GetMinedAsync(first + (ulong)i, cancellation);
            removed.Add(block.Hash);
            lost.AddRange(transactions.Where(transaction => !keep(transaction)));
            Hash256[] staying = [.. transactions.Where(keep)];
            foreach (byte[]? raw in await rpc.GetRawsAsync(staying, cancellation))
            {
                kept.Add((i, raw ?? throw new ChainUnavailableException(
                    $"eth_getRawTransactionByHash at {rpc.Origin} failed: a mined transaction is not known.")));
            }
        }

        await rpc.SetCoinbaseAsync(OtherCoinbase, cancellation);
        if ((await rpc.GetBalanceAsync(OtherCoinbase, cancellation)).IsZero)
        {
            // As the builder's own: paying an account that does not exist costs more gas (EIP-161).
            await rpc.SetBalanceAsync(OtherCoinbase, UInt256.One, cancellation);
        }

        await rpc.ReorganiseAsync(depth, kept, parent.NextBaseFeePerGasWei, blockSeconds, CancellationToken.None);
        await rpc.SetCoinbaseAsync(coinbase, CancellationToken.None);
        return new Reorganisation(
            first, removed.MoveToImmutable(), await CheckAsync(head, parent, depth, CancellationToken.None), [.. lost]);
    }

    private async Task<ImmutableArray<Hash256>> CheckAsync(
        ParentBlock oldHead, ParentBlock parent, int depth, CancellationToken cancellation)
    {
        ImmutableArray<Hash256>.Builder added = ImmutableArray.CreateBuilder<Hash256>(depth);
        ParentBlock before = parent;
        for (int i = 0; i < depth; i++)
        {
            ParentBlock block = await BlockAsync(Hex.Quantity(before.Number + 1), cancellation);
            if (block.ParentHash != before.Hash
                || block.TimestampSeconds != before.TimestampSeconds + blockSeconds
                || block.BaseFeePerGasWei != before.NextBaseFeePerGasWei)
            {
                throw new ChainUnavailableException(
                    $"anvil_reorg at {rpc.Origin} failed: block {block.Number} does not follow its parent.");
            }

            added.Add(block.Hash);
            before = block;
        }

        ParentBlock head = await BlockAsync("latest", cancellation);
        return head.Number == oldHead.Number
            ? added.MoveToImmutable()
            : throw new ChainUnavailableException(
                $"anvil_reorg at {rpc.Origin} failed: the head is {head.Number} and was {oldHead.Number}.");
    }

    private async Task<ParentBlock> BlockAsync(string block, CancellationToken cancellation) =>
        await rpc.GetBlockAsync(block, cancellation)
        ?? throw new ChainUnavailableException($"eth_getBlockByNumber at {rpc.Origin} failed: there is no block {block}.");
}
