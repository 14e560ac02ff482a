namespace Arb.Domain;

/// <summary>What never changes about a pool.</summary>
/// <param name="Address">Pool contract.</param>
/// <param name="Dex">Exchange it belongs to, as configured (for example <c>uniswap-v2</c>).</param>
/// <param name="Token0">Token with the lower address.</param>
/// <param name="Token1">Token with the higher address.</param>
/// <param name="Fee">Swap fee, taken from the amount in.</param>
public sealed record PoolInfo(Address Address, string Dex, Address Token0, Address Token1, FeePips Fee);
