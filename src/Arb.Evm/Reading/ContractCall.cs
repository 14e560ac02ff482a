using Arb.Domain;

namespace Arb.Evm;

/// <summary>A call that only reads.</summary>
/// <param name="Target">Contract.</param>
/// <param name="Payload">Calldata.</param>
internal readonly record struct ContractCall(Address Target, byte[] Payload);

/// <summary>What a call returned.</summary>
/// <param name="Succeeded">It did not revert.</param>
/// <param name="Data">What it returned, or its revert data.</param>
internal readonly record struct ContractReply(bool Succeeded, byte[] Data);
