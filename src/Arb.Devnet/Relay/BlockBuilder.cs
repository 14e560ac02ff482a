using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Relay;

/// <summary>
/// Makes anvil's blocks: the bundles that pay best first, each whole or not at all, then the mempool by tip.
/// </summary>
/// <remarks>
/// anvil with <c>--order fifo</c> mines in order of arrival, so the order is made by emptying its pool and sending
/// everything again. A transaction that someone else sends in between stays in the mempool and never comes between a
/// bundle's transactions.
/// </remarks>
public sealed class BlockBuilder : IDisposable
{
    // Each more is a transaction of someone else that arrived within the few milliseconds of sending the bundles.
    private const int FillAttemptsMax = 8;

    private readonly SemaphoreSlim _building = new(1, 1);
    private readonly HashSet<Hash256> _ours = [];
    private readonly BuilderOptions _options;
    private readonly ulong _chainId;
    private readonly AnvilRpc _rpc;
    private readonly BundlePool _bundles;
    private readonly BundleSelector _selector;
    private readonly Mempool _mempool;
    private readonly ILogger _logger;

    internal BlockBuilder(
        BuilderOptions options,
        ulong chainId,
        AnvilRpc rpc,
        BundlePool bundles,
        BundleSimulator simulator,
        Mempool mempool,
        TimeProvider time,
        ILogger logger)
    {
        _options = options;
        _chainId = chainId;
        _rpc = rpc;
        _bundles = bundles;
        _selector = new BundleSelector(rpc, simulator, time, options.SelectionTimeMax);
        _mempool = mempool;
        _logger = logger;
    }

    /// <summary>Builds and mines the next block. Bundles that arrive after this began are late.</summary>
    /// <param name="timestampSeconds">Its timestamp, Unix seconds; later than the head's.</param>
    /// <param name="cancellation">Gives up; before the block is mined nothing of it is visible, and no mempool
    /// transaction is lost.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timestamp is not later than the head's.</exception>
    /// <exception cref="ChainUnavailableException">anvil is gone, or answers what cannot be trusted.</exception>
    /// <exception cref="JsonRpcException">anvil refuses to mine.</exception>
    public Task<BuiltBlock> BuildAsync(ulong timestampSeconds, CancellationToken cancellation) =>
        BuildAsync(timestampSeconds, empty: false, cancellation);

    /// <summary>As the other, or a block without any transaction, as a proposer's whose builder failed; its bundles are lost.</summary>
    /// <param name="timestampSeconds">Its timestamp, Unix seconds; later than the head's.</param>
    /// <param name="empty">Leaves everything out.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The block.</returns>
    public async Task<BuiltBlock> BuildAsync(ulong timestampSeconds, bool empty, CancellationToken cancellation)
    {
        await _building.WaitAsync(cancellation);
        try
        {
            NextBlock block = await DescribeAsync(timestampSeconds, cancellation);
            ImmutableArray<WaitingBundle> due = _bundles.Close(block.Number);
            await _mempool.ForgetMinedAsync(block.Parent.Number, cancellation);

            List<RejectedBundle> rejected = [];
            ImmutableArray<SelectedBundle> selected = [];
            if (empty)
            {
                await _mempool.ClearPoolAsync(cancellation);
                rejected.AddRange(due.Select(static bundle => new RejectedBundle(bundle.Hash, bundle.Signer, "the block is empty")));
            }

            while (!empty)
            {
                BundleSelection selection = await _selector.SelectAsync(block, due, cancellation);
                selected = selection.Selected;
                (WaitingBundle Bundle, string Why)? refused = await FillAsync(block, selected, cancellation);
                if (refused is not { } culprit)
                {
                    rejected.AddRange(selection.Rejected);
                    break;
                }

                // What stood behind it was simulated with it.
                rejected.Add(new RejectedBundle(culprit.Bundle.Hash, culprit.Bundle.Signer, culprit.Why));
                due = due.Remove(culprit.Bundle);
            }

            await _rpc.MineAsync(timestampSeconds, cancellation);
            BuiltBlock built = await VerifyAsync(block, selected, rejected, cancellation);
            _bundles.ForgetMined(built.Transactions);
            return built;
        }
        finally
        {
            _building.Release();
        }
    }

    /// <summary>
    /// Replaces the newest blocks by as many others of another fee recipient: the public transactions again, the bundles only if
    /// they are to be kept. The node shows nothing in between.
    /// </summary>
    /// <param name="depth">How many blocks.</param>
    /// <param name="keepsBundles">Bundles are in the new blocks as well.</param>
    /// <param name="cancellation">Gives up before anything is replaced.</param>
    /// <returns>What was replaced.</returns>
    /// <exception cref="ChainUnavailableException">anvil is gone, or did something else.</exception>
    /// <exception cref="JsonRpcException">anvil refuses.</exception>
    internal async Task<Reorganisation> ReorganiseAsync(int depth, bool keepsBundles, CancellationToken cancellation)
    {
        await _building.WaitAsync(cancellation);
        try
        {
            await _mempool.ClearPoolAsync(cancellation);
            ChainReplacement replacement = new(_rpc, _options.BlockSeconds);
            return await replacement.RunAsync(
                depth, transaction => keepsBundles || !_mempool.IsPrivate(transaction), _options.Coinbase, cancellation);
        }
        finally
        {
            _building.Release();
        }
    }

    /// <summary>Sends a transaction to the public mempool, never while a block is being built.</summary>
    /// <remarks>
    /// One sent to anvil itself in the very moment its pool is cleared, behind a pending one of the same sender, can
    /// be lost: anvil drops it together with that one, and forgets it before it reports it. Here this cannot happen.
    /// </remarks>
    /// <param name="raw">The signed transaction.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JsonRpcException">anvil does not take it.</exception>
    /// <exception cref="ChainUnavailableException">anvil is gone.</exception>
    public async Task SendToMempoolAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        await _building.WaitAsync(cancellation);
        try
        {
            await _rpc.SendAsync(raw, cancellation);
        }
        finally
        {
            _building.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _building.Dispose();

    private async Task<NextBlock> DescribeAsync(ulong timestampSeconds, CancellationToken cancellation)
    {
        ParentBlock head = await _rpc.GetBlockAsync("latest", cancellation)
            ?? throw new ChainUnavailableException($"eth_getBlockByNumber at {_rpc.Origin} failed: there is no head.");
        if (timestampSeconds <= head.TimestampSeconds)
        {
            throw new ArgumentOutOfRangeException(
                nameof(timestampSeconds),
                $"Block {head.Number + 1} cannot have timestamp {timestampSeconds}: the head's is {head.TimestampSeconds}.");
        }

        return new NextBlock(
            _chainId, head, head.Number + 1, timestampSeconds, head.NextBaseFeePerGasWei, _options.Coinbase);
    }

    /// <summary>Fills anvil's pool in the order the block shall have; returns a bundle anvil does not take, if there
    /// is one.</summary>
    private async Task<(WaitingBundle Bundle, string Why)?> FillAsync(
        NextBlock block, ImmutableArray<SelectedBundle> selected, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            await _mempool.ClearPoolAsync(cancellation);
            _ours.Clear();
            foreach (SelectedBundle one in selected)
            {
                if (await SendAsync(block, one.Bundle, cancellation) is { } why)
                {
                    return (one.Bundle, why);
                }
            }

            // What came between two of a bundle's transactions would be mined there. What comes later is mined behind
            // them.
            if (selected.IsEmpty || !await _mempool.HasStrangersAsync(_ours, cancellation))
            {
                break;
            }

            if (attempt == FillAttemptsMax)
            {
                RelayLog.CrowdedPool(_logger, block.Number, attempt);
                break;
            }
        }

        HashSet<(Address From, ulong Nonce)> taken =
        [
            .. selected.SelectMany(one => one.Bundle.Transactions).Select(t => (t.From, t.Envelope.Nonce)),
        ];
        ImmutableArray<ReadOnlyMemory<byte>> mempool = _mempool.ByTip(block.BaseFeePerGasWei, taken);
        foreach (JsonRpcException? error in await _rpc.SendAllAsync(mempool, cancellation))
        {
            if (error is not null)
            {
                // It stays known and is tried again for the next block, until its nonce is used.
                RelayLog.MempoolTransactionHeldBack(_logger, block.Number, error.ErrorMessage);
            }
        }

        return null;
    }

    private async Task<string?> SendAsync(NextBlock block, WaitingBundle bundle, CancellationToken cancellation)
    {
        foreach (BundleTransaction transaction in bundle.Transactions)
        {
            _ours.Add(transaction.Hash);
            _mempool.MarkPrivate(transaction.Hash, block.Number);
            try
            {
                await _rpc.SendAsync(transaction.Envelope.Raw, cancellation);
            }
            catch (JsonRpcException refused)
            {
                return $"anvil does not take {transaction.Hash}: {refused.ErrorMessage}";
            }
        }

        return null;
    }

    private async Task<BuiltBlock> VerifyAsync(
        NextBlock block,
        ImmutableArray<SelectedBundle> selected,
        List<RejectedBundle> rejected,
        CancellationToken cancellation)
    {
        (ParentBlock mined, ImmutableArray<Hash256> transactions) = await _rpc.GetMinedAsync(block.Number, cancellation);
        if (mined.ParentHash != block.Parent.Hash || mined.TimestampSeconds != block.TimestampSeconds)
        {
            throw new ChainUnavailableException(
                $"Block {block.Number} at {_rpc.Origin} is not the one that was built: something else mines there too. "
                + "Start anvil with --no-mining and call evm_mine nowhere else.");
        }

        ImmutableDictionary<Hash256, (bool Succeeded, ulong GasUsed)> receipts =
            await _rpc.GetReceiptsAsync(block.Number, cancellation);
        ImmutableArray<IncludedBundle>.Builder included = ImmutableArray.CreateBuilder<IncludedBundle>();
        int position = 0;
        foreach (SelectedBundle one in selected)
        {
            Hash256[] hashes = [.. one.Bundle.Transactions.Select(transaction => transaction.Hash)];
            if (IsWhole(one, hashes, transactions, position, receipts))
            {
                included.Add(new IncludedBundle(one.Bundle.Hash, one.Bundle.Signer, [.. hashes], one.CoinbaseDifferenceWei));
            }
            else
            {
                RelayLog.BrokenBundle(_logger, block.Number, one.Bundle.Hash);
                rejected.Add(new RejectedBundle(one.Bundle.Hash, one.Bundle.Signer, "anvil did not mine it as it was simulated"));
            }

            position += hashes.Length;
        }

        ulong gasUsed = receipts.Values.Aggregate(0UL, static (sum, receipt) => checked(sum + receipt.GasUsed));
        RelayLog.Built(_logger, block.Number, transactions.Length, included.Count, rejected.Count);
        return new BuiltBlock(
            block.Number, mined.Hash, mined.TimestampSeconds, gasUsed, transactions, included.ToImmutable(), [.. rejected]);
    }

    private static bool IsWhole(
        SelectedBundle one,
        Hash256[] hashes,
        ImmutableArray<Hash256> transactions,
        int position,
        ImmutableDictionary<Hash256, (bool Succeeded, ulong GasUsed)> receipts)
    {
        for (int i = 0; i < hashes.Length; i++)
        {
            bool inPlace = position + i < transactions.Length && transactions[position + i] == hashes[i];
            if (!inPlace || receipts[hashes[i]].Succeeded == one.Reverting.Contains(hashes[i]))
            {
                return false;
            }
        }

        return true;
    }
}
