using System.Collections.Immutable;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>Every generation of Balancer V2 pools whose bytecode is held against the models, named after its deployment.</summary>
public static class BalancerFamilies
{
    /// <summary>All of them, oldest first.</summary>
    public static ImmutableArray<IExactFamily> All { get; } =
    [
        new BalancerFamily("balancer-weighted-20210418", BalancerShape.Weighted, "BalancerWeightedFactory20210418"),
        new BalancerFamily("balancer-weighted-2tokens-20210418", BalancerShape.WeightedTwoTokens, "BalancerWeighted2TokensFactory20210418"),
        new BalancerFamily("balancer-weighted-20220908", BalancerShape.WeightedWithProviders, "BalancerWeightedFactory20220908")
        {
            TakesFeesProvider = true,
        },
        new BalancerFamily("balancer-weighted-20230206", BalancerShape.WeightedWithProviders, "BalancerWeightedFactory20230206")
        {
            TakesFeesProvider = true,
            TakesVersions = true,
        },
        new BalancerFamily("balancer-stable-20210624", BalancerShape.Stable, "BalancerStableFactory20210624")
        {
            IsFirstVersion = true,
        },
        new BalancerFamily("balancer-stable-phantom-20211208", BalancerShape.StablePhantom, "BalancerStablePhantomFactory20211208")
        {
            IsFirstVersion = true,
        },
        new BalancerFamily("balancer-stable-20220609", BalancerShape.Stable, "BalancerStableFactory20220609"),
        new BalancerFamily("balancer-composable-20220906", BalancerShape.ComposableStable, "BalancerComposableStableFactory20220906")
        {
            TakesFeesProvider = true,
        },
        new BalancerFamily("balancer-composable-20221122", BalancerShape.ComposableStable, "BalancerComposableStableFactory20221122")
        {
            TakesFeesProvider = true,
            TakesVersions = true,
        },
        new BalancerFamily("balancer-composable-20230206", BalancerShape.ComposableStable, "BalancerComposableStableFactory20230206")
        {
            TakesFeesProvider = true,
            TakesVersions = true,
        },
    ];
}
