using System.Collections.Immutable;

namespace Arb.Domain;

/// <summary>What never changes about a pool of any family: enough to read its state.</summary>
/// <param name="Key">Which pool.</param>
/// <param name="Family">What it is made of.</param>
/// <param name="Dex">Exchange it belongs to, as configured.</param>
/// <param name="Tokens">Its tokens, in its own order.</param>
/// <param name="Fee">Swap fee by its creation; families whose fee can change have it in their state.</param>
public sealed record PoolListing(PoolKey Key, PoolFamily Family, string Dex, ImmutableArray<Address> Tokens, FeePips Fee)
{
    /// <summary>Distance of usable ticks; 0 where there are none.</summary>
    public int TickSpacing { get; init; }

    /// <summary>Balancer's vault; zero elsewhere.</summary>
    public Address Vault { get; init; }

    /// <summary>Balancer's pool id; zero elsewhere.</summary>
    public Hash256 VaultId { get; init; }

    /// <summary>
    /// Which generation or fork of its family it is: the number of <see cref="ConcentratedLiquidityVariant"/>,
    /// <see cref="BalancerWeightedVariant"/> or <see cref="BalancerStableVariant"/>; 0 where the family has one arithmetic only.
    /// </summary>
    public int Variant { get; init; }

    /// <summary>Weights in the pool's own order, 10^18 being the whole; empty where there are none.</summary>
    public ImmutableArray<UInt256> Weights { get; init; } = [];

    /// <summary>Decimals in the pool's own order; empty where the arithmetic does not depend on them.</summary>
    public ImmutableArray<int> Decimals { get; init; } = [];

    /// <summary>Variant and sources of a Curve or Solidly pool; null elsewhere.</summary>
    public PoolTraits? Traits { get; init; }

    /// <summary>A Uniswap V2 pair's listing.</summary>
    public static PoolListing Of(PoolInfo pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return new PoolListing(new PoolKey(pair.Address), PoolFamily.UniswapV2, pair.Dex, [pair.Token0, pair.Token1], pair.Fee);
    }

    /// <summary>As a pair's model knows it.</summary>
    public PoolInfo ToPair() => new(Key.Contract, Dex, Tokens[0], Tokens[1], Fee);

    /// <summary>
    /// Index of a token in the pool's own order; -1 when the pool does not trade it. A token that is not listed stands for the native
    /// currency (address zero, Uniswap V4) where the pool has it: routes name the wrapped token, and the executor unwraps.
    /// </summary>
    public int IndexOf(Address token)
    {
        int index = Tokens.IndexOf(token);
        return index >= 0 ? index : Tokens.IndexOf(default(Address));
    }

    /// <inheritdoc/>
    public bool Equals(PoolListing? other) =>
        other is not null
        && Key == other.Key
        && Family == other.Family
        && Dex == other.Dex
        && Tokens.AsSpan().SequenceEqual(other.Tokens.AsSpan())
        && Fee == other.Fee
        && TickSpacing == other.TickSpacing
        && Vault == other.Vault
        && VaultId == other.VaultId
        && Variant == other.Variant
        && Weights.AsSpan().SequenceEqual(other.Weights.AsSpan())
        && Decimals.AsSpan().SequenceEqual(other.Decimals.AsSpan())
        && Traits == other.Traits;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();
}
