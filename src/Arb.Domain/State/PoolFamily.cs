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

    /// <summary>Curve StableSwap; which of its contracts, the listing's traits say.</summary>
    CurveStableSwap = 6,

    /// <summary>Solidly and its forks, stable pairs.</summary>
    SolidlyStable = 7,

    /// <summary>Solidly and its forks, volatile pairs.</summary>
    SolidlyVolatile = 8,
}
