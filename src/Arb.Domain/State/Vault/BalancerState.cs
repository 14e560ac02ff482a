using System.Collections.Immutable;
using System.Numerics;

namespace Arb.Domain;

/// <summary>A Balancer V2 pool's balances in the vault, swap fee and, for stable pools, amplification.</summary>
/// <param name="Key">Which pool.</param>
/// <param name="Vault">The vault: the only contract whose word about balances counts.</param>
/// <param name="Tokens">Tokens, in the vault's order.</param>
/// <param name="Balances">Raw units, cash and managed together.</param>
/// <param name="SwapFeeX18">Swap fee, fraction scaled by 10^18.</param>
/// <param name="Amplification">With its precision of 1,000; 0 for weighted pools.</param>
/// <param name="AmplificationRamps">It changes with time until it reaches its end value.</param>
public sealed record BalancerState(
    PoolKey Key,
    Address Vault,
    ImmutableArray<Address> Tokens,
    ImmutableArray<UInt256> Balances,
    UInt256 SwapFeeX18,
    UInt256 Amplification,
    bool AmplificationRamps) : PoolState(Key)
{
    /// <inheritdoc/>
    public override bool ChangesWithoutLogs => AmplificationRamps;

    /// <inheritdoc/>
    public override LogEffect Apply(ChainLog log, out PoolState after)
    {
        ArgumentNullException.ThrowIfNull(log);
        after = this;

        // Anyone can emit an event that looks like the vault's and names this pool.
        if (log.Address == Vault)
        {
            return log.Topic == LogTopics.VaultSwap ? ApplySwap(log, out after)
                : log.Topic == LogTopics.VaultPoolBalanceChanged ? ApplyBalanceChange(log, out after)
                : log.Topic == LogTopics.VaultPoolBalanceManaged ? ApplyManaged(log, out after)
                : LogEffect.None;
        }

        if (log.Address != Key.Contract)
        {
            return LogEffect.None;
        }

        LogWords words = log.Words;
        if (log.Topic == LogTopics.PoolSwapFeePercentageChanged)
        {
            after = words.Count == 1 ? this with { SwapFeeX18 = words[0] } : this;
            return words.Count == 1 ? LogEffect.Applied : LogEffect.Contradiction;
        }

        if (log.Topic == LogTopics.PoolAmpUpdateStarted)
        {
            after = words.Count == 4 ? this with { Amplification = words[0], AmplificationRamps = true } : this;
            return words.Count == 4 ? LogEffect.Applied : LogEffect.Contradiction;
        }

        if (log.Topic == LogTopics.PoolAmpUpdateStopped)
        {
            after = words.Count == 1 ? this with { Amplification = words[0], AmplificationRamps = false } : this;
            return words.Count == 1 ? LogEffect.Applied : LogEffect.Contradiction;
        }

        return LogEffect.None;
    }

    /// <inheritdoc/>
    public override string? FindContradiction()
    {
        if (Balances.Length != Tokens.Length)
        {
            return $"{Balances.Length} balances came for {Tokens.Length} tokens";
        }

        // BalanceAllocation keeps cash and managed in 112 bits each, and their sum too.
        return Balances.Any(static balance => balance.BitLength > 112) ? "a balance has more than 112 bits" : null;
    }

    /// <inheritdoc/>
    public override IPoolModel? ToModel(PoolListing listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        if (Balances.Any(static balance => balance.IsZero) || listing.Decimals.Length != Tokens.Length)
        {
            return null;
        }

        if (listing.Family == PoolFamily.BalancerWeighted)
        {
            return new BalancerWeightedPool(
                Balances, listing.Decimals, listing.Weights, SwapFeeX18, (BalancerWeightedVariant)listing.Variant);
        }

        // A pool that lists its own shares (a composable one) prices them by joins and exits, which the model does not have.
        return Tokens.Contains(Key.Contract)
            ? null
            : new BalancerStablePool(
                Balances,
                [.. listing.Decimals.Select(static decimals => (UInt256)BigInteger.Pow(10, 36 - decimals))],
                Amplification,
                SwapFeeX18,
                (BalancerStableVariant)listing.Variant);
    }

    /// <inheritdoc/>
    public bool Equals(BalancerState? other) =>
        other is not null
        && Key == other.Key
        && Vault == other.Vault
        && Tokens.AsSpan().SequenceEqual(other.Tokens.AsSpan())
        && Balances.AsSpan().SequenceEqual(other.Balances.AsSpan())
        && SwapFeeX18 == other.SwapFeeX18
        && Amplification == other.Amplification
        && AmplificationRamps == other.AmplificationRamps;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Balances.Length, SwapFeeX18);

    private LogEffect ApplySwap(ChainLog log, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;
        if (log.Topics.Length != 4
            || words.Count != 2
            || !TryFind(log.TopicWord(2), out int tokenIn)
            || !TryFind(log.TopicWord(3), out int tokenOut)
            || !UInt256.TryAdd(Balances[tokenIn], words[0], out UInt256 balanceIn)
            || !UInt256.TrySubtract(Balances[tokenOut], words[1], out UInt256 balanceOut))
        {
            return LogEffect.Contradiction;
        }

        after = this with { Balances = Balances.SetItem(tokenIn, balanceIn).SetItem(tokenOut, balanceOut) };
        return LogEffect.Applied;
    }

    /// <summary>Joins and exits: each balance moves by its delta, less the protocol fee that is paid out at once.</summary>
    private LogEffect ApplyBalanceChange(ChainLog log, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;
        int n = Tokens.Length;

        // Three arrays of n: three offsets, then length and elements of each.
        if (words.Count != 3 + (3 * (n + 1)) || words[3 + n + 1] != (UInt256)(ulong)n || words[3 + (2 * (n + 1))] != (UInt256)(ulong)n)
        {
            return LogEffect.Contradiction;
        }

        ImmutableArray<UInt256>.Builder balances = Balances.ToBuilder();
        for (int i = 0; i < n; i++)
        {
            // The delta is signed: two's complement wraps to the right sum, and the range check below sees a wrong one.
            balances[i] += words[3 + n + 2 + i] - words[3 + (2 * (n + 1)) + 1 + i];
        }

        after = this with { Balances = balances.ToImmutable() };
        return LogEffect.Applied;
    }

    private LogEffect ApplyManaged(ChainLog log, out PoolState after)
    {
        after = this;
        LogWords words = log.Words;
        if (log.Topics.Length != 4 || words.Count != 2 || !TryFind(log.TopicWord(3), out int token))
        {
            return LogEffect.Contradiction;
        }

        after = this with { Balances = Balances.SetItem(token, Balances[token] + words[0] + words[1]) };
        return LogEffect.Applied;
    }

    private bool TryFind(UInt256 word, out int index)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        word.WriteBigEndian(bytes);
        index = Tokens.IndexOf(new Address(bytes[12..]));
        return index >= 0;
    }
}
