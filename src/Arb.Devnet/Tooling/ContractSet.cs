namespace Arb.Devnet.Tooling;

/// <summary>Contracts that are compiled together, apart from other sets: nobody waits for what he does not deploy.</summary>
/// <param name="Name">Its name in <c>contracts/compile.mjs</c>.</param>
/// <param name="Folders">Its sources, below <c>contracts/</c>.</param>
/// <param name="Manifests">Manifests of the real contracts that belong to it, below <c>contracts/</c>.</param>
internal sealed record ContractSet(string Name, IReadOnlyList<string> Folders, IReadOnlyList<string> Manifests)
{
    /// <summary>What the devnet deploys.</summary>
    public static ContractSet Devnet { get; } = new("devnet", ["devnet", "src"], ["artifacts.json"]);

    /// <summary>
    /// What holds the pool models against their bytecode: contracts that quote thousands per call, and the real pools of all
    /// families, some in packages of tens of megabytes.
    /// </summary>
    public static ContractSet Harness { get; } =
        new("harness", ["devnet", "harness", "lens", "probes", "test/weird"], ["artifacts.json", "artifacts.exact.json"]);
}
