using Arb.Domain;

namespace Arb.Engine;

/// <summary>How the notional is borrowed.</summary>
public enum LenderKind
{
    /// <summary>Not at all: one of the route's own pools pays out first and is paid when the rest of the route is through.</summary>
    None,

    /// <summary>Uniswap V4's pool manager, inside its <c>unlock</c>.</summary>
    UniswapV4,

    /// <summary>Morpho Blue.</summary>
    Morpho,

    /// <summary>Balancer V2's vault.</summary>
    BalancerV2,

    /// <summary>Balancer V3's vault.</summary>
    BalancerV3,

    /// <summary><c>flash</c> of a pool of the Uniswap V3 kind that is not on the route.</summary>
    UniswapV3,

    /// <summary>Flash swap of a pair of the Uniswap V2 kind that is not on the route, repaid in the same token.</summary>
    UniswapV2,

    /// <summary>Aave V3's <c>flashLoanSimple</c>.</summary>
    AaveV3,

    /// <summary>Any lender of EIP-3156.</summary>
    Erc3156,
}

/// <summary>Who lends the notional.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Lender">Contract that lends; zero for <see cref="LenderKind.None"/>.</param>
public sealed record LoanSource(LenderKind Kind, Address Lender)
{
    /// <summary>No loan.</summary>
    public static LoanSource None { get; } = new(LenderKind.None, default);

    /// <summary>The lending pair's fee; only for <see cref="LenderKind.UniswapV2"/>.</summary>
    public FeePips Fee { get; init; }

    /// <summary>The start token is the lending pool's token0; only for pools.</summary>
    public bool IsToken0 { get; init; }
}
