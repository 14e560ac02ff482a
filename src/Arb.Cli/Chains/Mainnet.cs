namespace Arb.Cli.Chains;

/// <summary>Ethereum mainnet's contracts: the defaults of commands for any chain.</summary>
internal static class Mainnet
{
    public const string WrappedEther = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
    public const string Multicall3 = "0xca11bde05977b3631167028862be2a173976ca11";
    public const string BalancerVault = "0xba12222222228d8ba445958a75a0704d566bf2c8";

    /// <summary>Uniswap V4's PoolManager (docs.uniswap.org, v4 deployments).</summary>
    public const string PoolManager = "0x000000000004444c5dc75cb358380d2e3de08a90";
}
