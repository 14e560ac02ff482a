using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Devnet.Relay;

/// <summary>
/// The public mempool as the builder knows it. anvil's pool is cleared for every block and cannot hold what the base
/// fee has overtaken, so the raw transactions are kept here until their nonce is used.
/// </summary>
/// <remarks>
/// To drop one transaction is, in anvil, to drop all of its sender's later ones too, even one that arrived a moment
/// ago. So the pool is not only read before it is cleared; <see cref="PendingFeed"/> reports arrivals as well, unless
/// they are dropped within the instant that anvil takes to look them up. <see
/// cref="BlockBuilder.SendToMempoolAsync"/> closes that last gap.
/// </remarks>
internal sealed class Mempool(AnvilRpc rpc)
{
    // Each more is someone who sends while the pool is being cleared.
    private const int ClearAttemptsMax = 8;
    private const ulong PrivateForBlocks = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash256, Pending> _pending = [];
    private readonly Dictionary<Hash256, ulong> _private = [];
    private long _arrivals;

    /// <summary>Says that a transaction is a bundle's: that it is seen in the pool does not make it public.</summary>
    public void MarkPrivate(Hash256 transaction, ulong block)
    {
        lock (_gate)
        {
            _private[transaction] = block;
        }
    }

    /// <summary>Whether a transaction was a bundle's of late.</summary>
    public bool IsPrivate(Hash256 transaction)
    {
        lock (_gate)
        {
            return _private.ContainsKey(transaction);
        }
    }

    /// <summary>Takes in a transaction seen in the pool; one that is known or private changes nothing.</summary>
    /// <exception cref="FormatException">Its members do not make the transaction they are said to be.</exception>
    public void Learn(PoolEntry entry)
    {
        if (IsNew(entry.Hash))
        {
            Add(entry, PooledTransactionEncoding.TryEncode(entry.Shown));
        }
    }

    /// <summary>Learns what anvil's pool holds and clears it of everything that could be mined.</summary>
    /// <exception cref="ChainUnavailableException">anvil is gone, and what it held with it.</exception>
    public async Task ClearPoolAsync(CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < ClearAttemptsMax; attempt++)
        {
            ImmutableArray<PoolEntry> entries = await rpc.GetPoolAsync(cancellation);
            PoolEntry[] fresh = [.. entries.Where(entry => IsNew(entry.Hash))];
            if (fresh.Length > 0)
            {
                ImmutableArray<byte[]?> raws =
                    await rpc.GetRawsAsync([.. fresh.Select(entry => entry.Hash)], cancellation);
                foreach ((PoolEntry entry, byte[]? raw) in fresh.Zip(raws))
                {
                    Add(entry, raw ?? PooledTransactionEncoding.TryEncode(entry.Shown));
                }
            }

            // What waits for a nonce cannot be mined and stays: clearing it could lose what nobody reports.
            Hash256[] executable = [.. entries.Where(entry => entry.IsExecutable).Select(entry => entry.Hash)];
            if (executable.Length == 0)
            {
                return;
            }

            await rpc.DropAsync(executable, cancellation);
        }
    }

    /// <summary>Whether the pool holds executable transactions of others right now.</summary>
    /// <param name="ours">Transactions the builder itself put there.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<bool> HasStrangersAsync(IReadOnlySet<Hash256> ours, CancellationToken cancellation) =>
        (await rpc.GetPoolAsync(cancellation)).Any(entry => entry.IsExecutable && !ours.Contains(entry.Hash));

    /// <summary>Forgets transactions whose nonce is used.</summary>
    public async Task ForgetMinedAsync(ulong head, CancellationToken cancellation)
    {
        Pending[] known = Known();
        if (known.Length == 0)
        {
            return;
        }

        Address[] senders = [.. known.Select(pending => pending.Entry.From).Distinct()];
        ImmutableDictionary<Address, ulong> nonces = await rpc.GetNoncesAsync(senders, head, cancellation);
        lock (_gate)
        {
            foreach (Pending pending in known.Where(one => one.Entry.Nonce < nonces[one.Entry.From]))
            {
                _pending.Remove(pending.Entry.Hash);
            }

            foreach (Hash256 old in _private.Where(one => one.Value + PrivateForBlocks < head).Select(one => one.Key).ToArray())
            {
                _private.Remove(old);
            }
        }
    }

    /// <summary>
    /// Raw transactions that can pay a base fee, the best tip first, each sender's in order of nonce; without those
    /// whose nonce a bundle takes.
    /// </summary>
    public ImmutableArray<ReadOnlyMemory<byte>> ByTip(UInt256 baseFee, IReadOnlySet<(Address From, ulong Nonce)> taken)
    {
        PriorityQueue<Queue<Pending>, (UInt256 Tip, long Arrival)> senders = new(BestTipFirst);
        foreach (IGrouping<Address, Pending> sender in Known()
            .Where(pending => pending.Entry.MaxFeePerGasWei >= baseFee
                && !taken.Contains((pending.Entry.From, pending.Entry.Nonce)))
            .OrderBy(pending => pending.Entry.Nonce)
            .GroupBy(pending => pending.Entry.From))
        {
            Queue<Pending> own = new(sender);
            senders.Enqueue(own, own.Peek().Rank(baseFee));
        }

        ImmutableArray<ReadOnlyMemory<byte>>.Builder ordered = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        while (senders.TryDequeue(out Queue<Pending>? own, out _))
        {
            ordered.Add(own.Dequeue().Raw);
            if (own.TryPeek(out Pending? next))
            {
                senders.Enqueue(own, next.Rank(baseFee));
            }
        }

        return ordered.ToImmutable();
    }

    private Pending[] Known()
    {
        lock (_gate)
        {
            return [.. _pending.Values];
        }
    }

    private bool IsNew(Hash256 transaction)
    {
        lock (_gate)
        {
            return !_private.ContainsKey(transaction) && !_pending.ContainsKey(transaction);
        }
    }

    private void Add(PoolEntry entry, byte[]? raw)
    {
        if (raw is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_private.ContainsKey(entry.Hash) || _pending.ContainsKey(entry.Hash))
            {
                return;
            }

            // The pool has let a better-paying one take the place of another with its nonce.
            foreach (Hash256 replaced in _pending.Values
                .Where(other => other.Entry.From == entry.From && other.Entry.Nonce == entry.Nonce)
                .Select(other => other.Entry.Hash)
                .ToArray())
            {
                _pending.Remove(replaced);
            }

            _pending.Add(entry.Hash, new Pending(entry, raw, _arrivals++));
        }
    }

    private static readonly Comparer<(UInt256 Tip, long Arrival)> BestTipFirst =
        Comparer<(UInt256 Tip, long Arrival)>.Create(static (left, right) =>
        {
            int byTip = right.Tip.CompareTo(left.Tip);
            return byTip != 0 ? byTip : left.Arrival.CompareTo(right.Arrival);
        });

    private sealed record Pending(PoolEntry Entry, byte[] Raw, long Arrival)
    {
        public (UInt256 Tip, long Arrival) Rank(UInt256 baseFee)
        {
            UInt256 room = checked(Entry.MaxFeePerGasWei - baseFee);
            return (Entry.MaxPriorityFeePerGasWei < room ? Entry.MaxPriorityFeePerGasWei : room, Arrival);
        }
    }
}
