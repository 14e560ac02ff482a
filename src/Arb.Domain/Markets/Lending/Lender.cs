namespace Arb.Domain;

/// <summary>Who lends the notional, in the order they are preferred at equal cost (the first need no stranger's money at all).</summary>
public enum Lender : byte
{
    /// <summary>Nobody: the first pool pays out before it is paid (a flash swap), and the rest of the cycle is nested in its callback.</summary>
    FirstPool = 1,

    /// <summary>Uniswap V4's pool manager: what is taken inside one <c>unlock</c> is repaid before it ends.</summary>
    UniswapV4,

    /// <summary>Morpho Blue: no premium.</summary>
    Morpho,

    /// <summary>Balancer V3's vault: no premium; what is sent inside one <c>unlock</c> is settled before it ends.</summary>
    BalancerV3,

    /// <summary>Balancer V2's vault: a premium that governance may set.</summary>
    BalancerV2,

    /// <summary>A Uniswap V3 pool's <c>flash</c>: the pool's fee as premium.</summary>
    UniswapV3,

    /// <summary>A Uniswap V2 pair that is repaid in the token it lent: the pair's fee, on what is repaid.</summary>
    UniswapV2,

    /// <summary>Aave V3's <c>flashLoanSimple</c>.</summary>
    AaveV3,

    /// <summary>Any lender of ERC-3156.</summary>
    Erc3156,
}
