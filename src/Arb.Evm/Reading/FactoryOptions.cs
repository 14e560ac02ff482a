using Arb.Domain;

namespace Arb.Evm;

/// <summary>One exchange of the Uniswap V2 family.</summary>
/// <param name="Factory">Its factory contract.</param>
/// <param name="Dex">Its name in registry, logs and rows, for example <c>uniswap-v2</c>.</param>
/// <param name="Fee">Swap fee of all its pairs; 3,000 pips for Uniswap V2 and SushiSwap.</param>
public sealed record FactoryOptions(Address Factory, string Dex, FeePips Fee);
