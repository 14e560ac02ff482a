using Arb.Evm;

namespace ArbFunctions;

/// <summary>The key that signs requests to bundle relays. A type of its own, so that it can never be taken for a trading key.</summary>
/// <param name="Key">The key; it holds no funds.</param>
internal sealed record BundleRelayIdentity(Secp256k1Key Key);
