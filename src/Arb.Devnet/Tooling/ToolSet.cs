namespace Arb.Devnet.Tooling;

/// <summary>Everything a devnet needs, set up and checked.</summary>
/// <param name="Npm">The programs from npm.</param>
/// <param name="Artifacts">The real contracts.</param>
/// <param name="Contracts">Our own contracts.</param>
public sealed record ToolSet(NpmTools Npm, ArtifactStore Artifacts, CompiledContracts Contracts);
