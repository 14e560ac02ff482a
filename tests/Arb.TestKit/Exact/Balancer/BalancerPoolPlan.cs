using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>What is fixed when a pool is created.</summary>
/// <param name="Tokens">Tokens by address.</param>
/// <param name="WeightsX18">Weights of a weighted pool.</param>
/// <param name="Amplification">Amplification of a stable pool, without precision.</param>
/// <param name="RatesX18">Rates of a phantom or composable pool; 0 for a token without one.</param>
/// <param name="SwapFeeX18">Swap fee.</param>
internal sealed record BalancerPoolPlan(
    ImmutableArray<BalancerToken> Tokens,
    ImmutableArray<UInt256> WeightsX18,
    ulong Amplification,
    ImmutableArray<UInt256> RatesX18,
    UInt256 SwapFeeX18)
{
    private const ulong WeightMin = 10_000_000_000_000_000;
    private const ulong Whole = 1_000_000_000_000_000_000;
    private const ulong FeeMin = 1_000_000_000_000;
    private const ulong FeeMax = 100_000_000_000_000_000;

    /// <summary>Draws one, the contract's extremes included.</summary>
    public static BalancerPoolPlan Draw(Random random, BalancerFamily family, ImmutableArray<BalancerToken> tokens)
    {
        int count = random.Next(2, TokensMax(family.Shape) + 1);
        BalancerToken[] shuffled = [.. tokens];
        random.Shuffle(shuffled);
        ImmutableArray<BalancerToken> chosen =
            [.. shuffled.Take(count).OrderBy(token => token.Address)];
        bool hasRates = family.Shape is BalancerShape.StablePhantom or BalancerShape.ComposableStable;
        return new BalancerPoolPlan(
            chosen,
            family.IsWeighted ? Weights(random, count) : [],
            random.Next(4) switch
            {
                0 => 1,
                1 => 5_000,
                _ => (ulong)random.Next(1, 5_001),
            },
            [.. chosen.Select(_ => hasRates && random.Next(2) == 0 ? Rate(random) : UInt256.Zero)],
            Fee(random));
    }

    /// <summary>Most tokens that a pool takes; a phantom pool counts its own share among five.</summary>
    private static int TokensMax(BalancerShape shape) => shape switch
    {
        BalancerShape.WeightedTwoTokens => 2,
        BalancerShape.Weighted or BalancerShape.WeightedWithProviders => 8,
        BalancerShape.StablePhantom => 4,
        _ => 5,
    };

    private static ImmutableArray<UInt256> Weights(Random random, int count)
    {
        ulong[] weights = new ulong[count];
        Array.Fill(weights, WeightMin);
        ulong left = Whole - (WeightMin * (ulong)count);
        switch (random.Next(4))
        {
            case 0:
                // Equal, or 50/25/25: exponents 1, 2 and 1/2.
                ulong part = Whole / (ulong)(count == 3 ? 4 : count);
                Array.Fill(weights, part);
                weights[0] = Whole - (part * (ulong)(count - 1));
                break;
            case 1:
                // One heavy token, with two tokens 80/20: exponents 4 and 1/4.
                ulong light = 200_000_000_000_000_000 / (ulong)(count - 1);
                Array.Fill(weights, light);
                weights[random.Next(count)] = Whole - (light * (ulong)(count - 1));
                break;
            case 2:
                // As skewed as the contract allows.
                weights[random.Next(count)] += left;
                break;
            default:
                for (int i = 0; i < count - 1; i++)
                {
                    ulong more = (ulong)random.NextInt64((long)left + 1);
                    weights[i] += more;
                    left -= more;
                }

                weights[count - 1] += left;
                random.Shuffle(weights);
                break;
        }

        return [.. weights.Select(weight => (UInt256)weight)];
    }

    private static UInt256 Rate(Random random) => random.Next(4) switch
    {
        0 => Whole,
        1 => (UInt256)(ulong)random.NextInt64(500_000_000_000_000_000, (long)Whole),
        _ => (UInt256)(ulong)random.NextInt64((long)Whole, 3_000_000_000_000_000_000),
    };

    private static UInt256 Fee(Random random) => random.Next(6) switch
    {
        0 => FeeMin,
        1 => FeeMax,
        2 => 3_000_000_000_000_000UL,
        _ => (UInt256)(ulong)random.NextInt64((long)FeeMin, (long)FeeMax + 1),
    };
}
