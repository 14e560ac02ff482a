namespace Arb.Devnet.Tooling;

/// <summary>A contract ready to be deployed.</summary>
/// <param name="Name">Its name in the manifest or in its source.</param>
/// <param name="AbiJson">Its ABI as JSON; <see langword="null"/> when its publisher gives none.</param>
/// <param name="CreationBytecode">The code whose result becomes the contract, without constructor arguments.</param>
public sealed record ContractArtifact(string Name, string? AbiJson, ReadOnlyMemory<byte> CreationBytecode);
