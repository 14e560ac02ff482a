using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>A pool on the chain whose balances are chosen per batch.</summary>
/// <param name="Family">Its factory.</param>
/// <param name="Plan">What is fixed.</param>
/// <param name="PoolId">Its id in the Vault.</param>
/// <param name="Indices">Where the Vault lists each of the plan's tokens: a phantom or composable pool's own share stands among them.</param>
/// <param name="FactorsX18">Scaling factors of the plan's tokens.</param>
/// <param name="Slots">Where the Vault keeps its balances.</param>
internal sealed record BalancerPool(
    BalancerFamily Family,
    BalancerPoolPlan Plan,
    Hash256 PoolId,
    ImmutableArray<int> Indices,
    ImmutableArray<UInt256> FactorsX18,
    BalancerPoolSlots Slots)
{
    /// <summary>The model at given balances.</summary>
    public IPoolModel Model(ImmutableArray<UInt256> balances)
    {
        if (Family.IsWeighted)
        {
            return new BalancerWeightedPool(
                balances,
                [.. Plan.Tokens.Select(token => token.Decimals)],
                Plan.WeightsX18,
                Plan.SwapFeeX18,
                Family.Shape == BalancerShape.WeightedWithProviders ? BalancerWeightedVariant.V2Onwards : BalancerWeightedVariant.V1);
        }

        return new BalancerStablePool(
            balances,
            FactorsX18,
            Plan.Amplification * 1_000,
            Plan.SwapFeeX18,
            Family.IsFirstVersion ? BalancerStableVariant.V1 : BalancerStableVariant.V2Onwards);
    }

    /// <summary>A model's balances.</summary>
    public static ImmutableArray<UInt256> Balances(IPoolModel model) => model switch
    {
        BalancerWeightedPool weighted => weighted.Balances,
        BalancerStablePool stable => stable.Balances,
        _ => throw new ArgumentException($"{model.GetType().Name} is not a Balancer pool.", nameof(model)),
    };

    /// <summary>All that is needed to make the model again.</summary>
    public string Describe(IPoolModel model)
    {
        string decimals = string.Join(' ', Plan.Tokens.Select(token => token.Decimals));
        string balances = string.Join(' ', Balances(model));
        return Family.IsWeighted
            ? $"balances {balances}; decimals {decimals}; weights {string.Join(' ', Plan.WeightsX18)}; fee {Plan.SwapFeeX18}"
            : $"balances {balances}; factors {string.Join(' ', FactorsX18)}; amp {Plan.Amplification}; fee {Plan.SwapFeeX18}";
    }
}
