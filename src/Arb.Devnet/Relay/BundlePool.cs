using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Devnet.Relay;

/// <summary>Bundles waiting for their target blocks. Safe for concurrent use.</summary>
internal sealed class BundlePool(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<WaitingBundle> _waiting = [];
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

    /// <summary>
    /// Takes the bundles for a block whose building begins now. From here on, bundles for it or for earlier blocks
    /// are late.
    /// </summary>
    public ImmutableArray<WaitingBundle> Close(ulong blockNumber)
    {
        lock (_gate)
        {
            _closedThrough = blockNumber;
            ImmutableArray<WaitingBundle> due = [.. _waiting.Where(bundle => bundle.TargetBlock == blockNumber)];
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
