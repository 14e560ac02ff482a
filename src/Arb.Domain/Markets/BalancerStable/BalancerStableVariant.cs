namespace Arb.Domain;

/// <summary>Generation of a Balancer V2 stable pool's code; they differ in how the invariant is iterated and rounded.</summary>
public enum BalancerStableVariant
{
    /// <summary>
    /// Pools of 2021 (<c>20210624-stable-pool</c>, <c>20210727-meta-stable-pool</c>, <c>20211208-stable-phantom-pool</c>): the invariant
    /// is rounded up.
    /// </summary>
    V1 = 1,

    /// <summary>
    /// Pools since June 2022 (<c>20220609-stable-pool-v2</c>; ComposableStablePool of <c>20220906</c>, <c>20221122</c>,
    /// <c>20230206</c> and later): the invariant follows Curve's iteration and truncates.
    /// </summary>
    V2Onwards = 2,
}
