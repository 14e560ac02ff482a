using System.Collections.Immutable;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets.Balancer;

/// <summary>Balancer pools to quote on, with the arguments of a swap.</summary>
internal static class BalancerPools
{
    public static readonly UInt256 One = 1_000_000_000_000_000_000UL;

    /// <summary>Weighted pools of everyday and lopsided balances, their weights from 1 % to 99 %.</summary>
    public static readonly Gen<BalancerWeightedPool> Weighted = Gen.Int[2, 8].SelectMany(count => Gen.Select(
        Gen.ULong[1_000_000, ulong.MaxValue].Array[count],
        Gen.OneOf(0, 6, 8, 18).Array[count],
        Gen.Int[1, 50].Array[count],
        Fee,
        Gen.OneOf(BalancerWeightedVariant.V1, BalancerWeightedVariant.V2Onwards)).Select((balances, decimals, weights, fee, variant) =>
            new BalancerWeightedPool(Numbers(balances), [.. decimals], Weights(weights), fee, variant)));

    /// <summary>Stable pools whose balances differ by a factor of a hundred at most, with and without rates.</summary>
    public static readonly Gen<BalancerStablePool> Stable = Gen.Int[2, 5].SelectMany(count => Gen.Select(
        Gen.ULong[1_000_000, 100_000_000].Array[count],
        Gen.OneOf(6, 8, 18).Array[count],
        Gen.ULong[900_000_000_000_000_000, 1_300_000_000_000_000_000].Array[count],
        Gen.UInt[1, 5_000],
        Fee,
        Gen.OneOf(BalancerStableVariant.V1, BalancerStableVariant.V2Onwards)).Select((whole, decimals, rates, amp, fee, variant) =>
            new BalancerStablePool(
                [.. whole.Select((balance, i) => balance * Ten(decimals[i]))],
                [.. decimals.Select((d, i) => Ten(18 - d) * rates[i])],
                amp * 1_000UL,
                fee,
                variant)));

    /// <summary>A pool and two of its tokens.</summary>
    public static Gen<(T Pool, int TokenIn, int TokenOut)> WithPair<T>(this Gen<T> pools)
        where T : IPoolModel =>
        Gen.Select(pools, Gen.Int[0, 7], Gen.Int[1, 7]).Select((pool, first, step) =>
        {
            int tokenIn = first % pool.TokenCount;
            return (pool, tokenIn, (tokenIn + 1 + (step % (pool.TokenCount - 1))) % pool.TokenCount);
        });

    private static Gen<UInt256> Fee => Gen.ULong[1_000_000_000_000, 100_000_000_000_000_000].Select(fee => (UInt256)fee);

    public static UInt256 Ten(int power)
    {
        UInt256 value = UInt256.One;
        for (int i = 0; i < power; i++)
        {
            value *= 10UL;
        }

        return value;
    }

    public static ImmutableArray<UInt256> Numbers(params ulong[] values) => [.. values.Select(value => (UInt256)value)];

    private static ImmutableArray<UInt256> Weights(int[] parts)
    {
        ulong sum = (ulong)parts.Sum();
        ulong[] weights = [.. parts.Select(part => 1_000_000_000_000_000_000UL / sum * (ulong)part)];
        weights[0] += 1_000_000_000_000_000_000UL - weights.Aggregate(0UL, (total, weight) => total + weight);
        return Numbers(weights);
    }
}
