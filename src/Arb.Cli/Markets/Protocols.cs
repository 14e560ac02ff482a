namespace Arb.Cli.Markets;

/// <summary>Pool families as files name them.</summary>
internal static class Protocols
{
    public const string UniswapV2 = "uniswap-v2";
    public const string UniswapV3 = "uniswap-v3";
    public const string UniswapV4 = "uniswap-v4";
    public const string BalancerWeighted = "balancer-weighted";
    public const string BalancerStable = "balancer-stable";
    public const string CurveStableSwap = "curve-stableswap";
    public const string SolidlyStable = "solidly-stable";
    public const string SolidlyVolatile = "solidly-volatile";
}
