using Arb.Domain;

namespace Arb.Devnet.Trading;

/// <summary>One swap a trader will send.</summary>
/// <param name="Trader">Index of the trader.</param>
/// <param name="Pool">Index of the pool.</param>
/// <param name="SellsBase">
/// True: exactly <paramref name="BaseAmount"/> goes in. False: exactly that much comes out. Sizing both directions in
/// the same token makes a trade and its opposite cancel, whatever arbitrage did in between.
/// </param>
/// <param name="BaseAmount">Raw units of the pool's base token.</param>
/// <param name="PriorityFeePerGasWei">Tip per gas, wei.</param>
internal sealed record PlannedSwap(int Trader, int Pool, bool SellsBase, UInt256 BaseAmount, ulong PriorityFeePerGasWei);
