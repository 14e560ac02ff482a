namespace Arb.Domain;

/// <summary>Whose contract a pool of concentrated liquidity is.</summary>
public enum ConcentratedLiquidityVariant : byte
{
    /// <summary>Uniswap V3 and its unchanged forks.</summary>
    UniswapV3 = 0,

    /// <summary>Pancake V3: as Uniswap V3, with a finer protocol fee.</summary>
    PancakeV3,

    /// <summary>Uniswap V4 without hooks and with a static fee: the protocol fee is the trader's, amounts are held to 127 bits.</summary>
    UniswapV4,
}
