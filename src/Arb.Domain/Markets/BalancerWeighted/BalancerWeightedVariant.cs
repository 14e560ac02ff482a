namespace Arb.Domain;

/// <summary>Generation of a Balancer V2 weighted pool's code; the two price the same swap differently.</summary>
public enum BalancerWeightedVariant
{
    /// <summary>
    /// Pools of the factories of April 2021 (<c>20210418-weighted-pool</c>: WeightedPoolFactory, WeightedPool2TokensFactory): every power
    /// goes through logarithms, even an exponent of 1, and amounts are scaled by whole factors.
    /// </summary>
    V1 = 1,

    /// <summary>
    /// Pools of the factories since September 2022 (<c>20220908-weighted-pool-v2</c>, <c>20230206-weighted-pool-v3</c> and later):
    /// exponents 1, 2 and 4 are multiplied out, and scaling factors have 18 decimals, so huge amounts overflow earlier.
    /// </summary>
    V2Onwards = 2,
}
