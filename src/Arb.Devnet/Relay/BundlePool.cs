using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>Bundles waiting for their target blocks. Safe for concurrent use.</summary>
internal sealed class BundlePool(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<WaitingBundle> _waiting = [];
    private readonly List<PrivateTransaction> _private = [];
    private long _arrivals;
    private ulong _closedThrough;

    /// <summary>
    /// Adds a bundle in order of arrival. One under the same uuid of the same signer, or the very same one again, is
    /// replaced. A bundle for a block that is already being built is taken and forgotten, as a late one is on
    /// mainnet.
    /// </summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(WaitingBundle bundle)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(other => IsReplacedBy(other, bundle));
            if (_waiting.Count >= capacity)
            {
                return false;
            }

            if (bundle.TargetBlock > _closedThrough)
            {
                _waiting.Add(bundle with { Arrival = _arrivals++ });
            }

            return true;
        }
    }

    /// <summary>Forgets what a signer sent under a uuid and returns the hashes.</summary>
    public ImmutableArray<Hash256> Cancel(Address signer, Guid replacementUuid)
    {
        lock (_gate)
        {
            ImmutableArray<Hash256> cancelled =
            [
                .. _waiting.Where(bundle => IsUnder(bundle, signer, replacementUuid)).Select(bundle => bundle.Hash),
            ];
            _waiting.RemoveAll(bundle => IsUnder(bundle, signer, replacementUuid));
            return cancelled;
        }
    }

    /// <summary>Keeps a private transaction until it lands, is cancelled, or its last block is over; the same one again is renewed.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(PrivateTransaction transaction)
    {
        lock (_gate)
        {
            _private.RemoveAll(other => other.Transaction.Hash == transaction.Transaction.Hash && other.Signer == transaction.Signer);
            if (_private.Count >= capacity)
            {
                return false;
            }

            _private.Add(transaction with { Arrival = _arrivals++ });
            return true;
        }
    }

    /// <summary>Forgets a private transaction of a signer; false when there is none.</summary>
    public bool CancelPrivate(Address signer, Hash256 transaction)
    {
        lock (_gate)
        {
            return _private.RemoveAll(one => one.Signer == signer && one.Transaction.Hash == transaction) > 0;
        }
    }

    /// <summary>Forgets private transactions that are in a block.</summary>
    public void ForgetMined(IReadOnlyCollection<Hash256> transactions)
    {
        lock (_gate)
        {
            _private.RemoveAll(one => transactions.Contains(one.Transaction.Hash));
        }
    }

    /// <summary>
    /// Takes the bundles for a block whose building begins now. From here on, bundles for it or for earlier blocks
    /// are late.
    /// </summary>
    public ImmutableArray<WaitingBundle> Close(ulong blockNumber)
    {
        lock (_gate)
        {
            _closedThrough = blockNumber;
            _private.RemoveAll(transaction => transaction.LastBlock < blockNumber);
            ImmutableArray<WaitingBundle> due =
            [
                .. _waiting.Where(bundle => bundle.TargetBlock == blockNumber)
                    .Concat(_private.Select(transaction => transaction.AsBundle(blockNumber)))
                    .OrderBy(bundle => bundle.Arrival),
            ];
            _waiting.RemoveAll(bundle => bundle.TargetBlock <= blockNumber);
            return due;
        }
    }

    private static bool IsReplacedBy(WaitingBundle old, WaitingBundle bundle) =>
        (bundle.ReplacementUuid is { } uuid && IsUnder(old, bundle.Signer, uuid))
        || (old.Signer == bundle.Signer && old.Hash == bundle.Hash && old.TargetBlock == bundle.TargetBlock);

    private static bool IsUnder(WaitingBundle bundle, Address signer, Guid uuid) =>
        bundle.Signer == signer && bundle.ReplacementUuid == uuid;
}
