using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Tries tokens out in simulation; nothing is ever sent.</summary>
public interface ITokenProbe
{
    /// <summary>Simulates a round trip in the name of the executor; null when the payment token's balance cannot be simulated.</summary>
    /// <exception cref="ChainUnavailableException">The node does not have that block, or answered nonsense.</exception>
    Task<TokenTrip?> RoundTripAsync(BlockStamp block, TokenTripRequest request, CancellationToken cancellation);

    /// <summary>What each holding is at the block, raw units, and what it would be a day later if nothing were sent; null where it cannot be read.</summary>
    /// <exception cref="ChainUnavailableException">The node does not have that block, or answered nonsense.</exception>
    Task<ImmutableArray<(UInt256 Now, UInt256 Later)?>> ReadHoldingsAsync(
        BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation);

    /// <summary>Those holdings that changed in the last blocks by another amount than the token's transfer logs tell.</summary>
    /// <exception cref="ChainUnavailableException">The node does not have those blocks, or answered nonsense.</exception>
    Task<ImmutableArray<TokenHolding>> FindUnannouncedChangesAsync(
        BlockStamp block, IReadOnlyList<TokenHolding> holdings, CancellationToken cancellation);
}

/// <summary>Verdicts about tokens.</summary>
public interface ITokenBook
{
    /// <summary>All verdicts of a chain, by token.</summary>
    Task<ImmutableDictionary<Address, TokenVerdict>> GetAsync(ulong chainId, CancellationToken cancellation);

    /// <summary>Writes verdicts; one about an earlier block than the stored one changes nothing.</summary>
    Task PutAsync(ulong chainId, IReadOnlyCollection<TokenVerdict> verdicts, CancellationToken cancellation);
}
