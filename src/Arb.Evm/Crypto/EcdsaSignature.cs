using Arb.Domain;

namespace Arb.Evm;

/// <summary>An ECDSA signature over secp256k1 from which the signer can be recovered.</summary>
/// <param name="R">x coordinate of the nonce point, modulo the group order.</param>
/// <param name="S">Proof; the lower of the two possible ones when it is ours (EIP-2).</param>
/// <param name="YParity">0 or 1: parity of the nonce point's y coordinate.</param>
public readonly record struct EcdsaSignature(UInt256 R, UInt256 S, int YParity);
