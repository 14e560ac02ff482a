using Arb.Domain;

namespace Arb.Cli.Markets;

/// <summary>Models of pools that a file names but whose contracts nobody asks.</summary>
internal static class PoolModels
{
    /// <summary>A Uniswap V2 pair; the model wants to know whose it is, which a file's opaque tokens cannot say.</summary>
    public static ConstantProductPool ConstantProduct(UInt256 reserve0, UInt256 reserve1, int feePips) => new(
        new PoolInfo(Address.Zero, Protocols.UniswapV2, Address.Zero, Address.Zero, new FeePips(feePips)), reserve0, reserve1);
}
