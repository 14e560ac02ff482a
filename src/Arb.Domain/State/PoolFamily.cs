namespace Arb.Domain;

/// <summary>Which contracts a pool is made of. The numbers are those of the lens and of stored snapshots: they never change.</summary>
public enum PoolFamily : byte
{
    /// <summary>Uniswap V2 and its forks.</summary>
    UniswapV2 = 1,

    /// <summary>Uniswap V3 and its forks, Pancake V3 among them.</summary>
    UniswapV3 = 2,

    /// <summary>Uniswap V4, without hooks and with a static fee.</summary>
    UniswapV4 = 3,

    /// <summary>Balancer V2 weighted.</summary>
    BalancerWeighted = 4,

    /// <summary>Balancer V2 stable.</summary>
    BalancerStable = 5,
}
