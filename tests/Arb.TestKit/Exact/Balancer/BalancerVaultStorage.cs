using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>
/// Finds where the Vault keeps a pool's balances (its three specialisations keep them differently), so that a call can run on other
/// ones. Nothing is assumed of the contract's slot numbers: a place counts only when it holds what the pool was just given.
/// </summary>
internal sealed class BalancerVaultStorage(ExactChain chain, Address vault)
{
    private const int SlotsMax = 32;

    /// <summary>Looks for the balances that a pool was just given.</summary>
    /// <param name="poolId">The pool; its bytes 20 and 21 are its specialisation.</param>
    /// <param name="registered">Its registered tokens.</param>
    /// <param name="balances">Balances of the tokens at <paramref name="indices"/>.</param>
    /// <param name="indices">Which registered tokens.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BalancerPoolSlots> FindAsync(
        Hash256 poolId,
        ImmutableArray<Address> registered,
        ImmutableArray<UInt256> balances,
        ImmutableArray<int> indices,
        CancellationToken cancellation)
    {
        byte[] id = new byte[Hash256.Size];
        poolId.CopyTo(id);
        for (ulong mapping = 0; mapping < SlotsMax; mapping++)
        {
            BalancerPoolSlots slots = Candidate(id, registered, indices, mapping);
            bool holds = true;
            foreach ((UInt256 slot, UInt256 value) in slots.Values(balances))
            {
                UInt256 stored = await ReadAsync(slot, cancellation);
                holds &= (stored & BalancerPoolSlots.BalanceMask) == value;
            }

            if (holds)
            {
                return slots;
            }
        }

        throw new InvalidOperationException("The Vault's balances are not where they are looked for.");
    }

    private static BalancerPoolSlots Candidate(
        byte[] id, ImmutableArray<Address> registered, ImmutableArray<int> indices, ulong mapping)
    {
        UInt256 pool = Mapped(id, mapping);
        switch (id[21])
        {
            case 0:
                // EnumerableMap: length, then entries of token and balance by index.
                return new BalancerPoolSlots(
                    false, [.. indices.Select(index => Mapped(Word((ulong)index), pool + UInt256.One) + UInt256.One)]);
            case 1:
                return new BalancerPoolSlots(false, [.. indices.Select(index => Mapped(Word(registered[index]), pool))]);
            default:
                // Two tokens, then shared balances by the hash of the pair.
                byte[] pair = new byte[2 * Address.Size];
                registered[0].CopyTo(pair);
                registered[1].CopyTo(pair.AsSpan(Address.Size));
                byte[] key = new byte[Hash256.Size];
                Keccak.Hash256(pair).CopyTo(key);
                return new BalancerPoolSlots(true, [Mapped(key, pool + (UInt256)2UL)]);
        }
    }

    private static UInt256 Mapped(byte[] key, UInt256 mapping)
    {
        byte[] both = [.. key, .. Word(mapping)];
        byte[] hash = new byte[Hash256.Size];
        Keccak.Hash256(both).CopyTo(hash);
        return UInt256.FromBigEndian(hash);
    }

    private static byte[] Word(UInt256 value)
    {
        byte[] word = new byte[UInt256.Size];
        value.WriteBigEndian(word);
        return word;
    }

    private static byte[] Word(Address value)
    {
        byte[] word = new byte[UInt256.Size];
        value.CopyTo(word.AsSpan(UInt256.Size - Address.Size));
        return word;
    }

    private async Task<UInt256> ReadAsync(UInt256 slot, CancellationToken cancellation)
    {
        byte[] value = await chain.Node.CallAsync(
            "eth_getStorageAt",
            writer =>
            {
                writer.WriteStringValue(vault.ToString());
                writer.WriteStringValue(Hex.Of(Word(slot)));
                writer.WriteStringValue("latest");
            },
            static result => RpcJson.Bytes(result, "storage"),
            cancellation);
        return UInt256.FromBigEndian(value);
    }
}

/// <summary>Storage slots of a pool's balances.</summary>
/// <param name="Shared">One slot holds both balances of a pool of two tokens.</param>
/// <param name="Slots">One slot per token, or the shared one.</param>
internal sealed record BalancerPoolSlots(bool Shared, ImmutableArray<UInt256> Slots)
{
    /// <summary>Without the number of the block of the last change, above 224 bits.</summary>
    public static UInt256 BalanceMask => UInt256.MaxValue >> 32;

    /// <summary>What each slot holds for these balances when no asset manager holds a share.</summary>
    public IEnumerable<(UInt256 Slot, UInt256 Value)> Values(ImmutableArray<UInt256> balances) => Shared
        ? [(Slots[0], (balances[1] << 112) | balances[0])]
        : Slots.Zip(balances);
}
