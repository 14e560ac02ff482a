using Arb.Domain;

namespace Arb.Evm;

/// <summary>One exchange.</summary>
/// <param name="Factory">Its factory contract.</param>
/// <param name="Dex">Its name in registry, logs and rows, for example <c>uniswap-v2</c>.</param>
/// <param name="Fee">Swap fee of all its pairs; 3,000 pips for Uniswap V2 and SushiSwap.</param>
public sealed record FactoryOptions(Address Factory, string Dex, FeePips Fee)
{
    /// <summary>What its pools are made of.</summary>
    public PoolFamily Family { get; init; } = PoolFamily.UniswapV2;

    /// <summary>
    /// Generation or fork, where pools of the family differ by it and their events do not say: a name of
    /// <see cref="BalancerWeightedVariant"/> or <see cref="BalancerStableVariant"/>, or of a <see cref="SolidlyVariant"/>.
    /// </summary>
    public string Variant { get; init; } = string.Empty;

    /// <summary>No pool was created before this block.</summary>
    public ulong FirstBlock { get; init; }
}
