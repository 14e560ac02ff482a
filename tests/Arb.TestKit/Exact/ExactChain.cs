using Arb.Devnet.Tooling;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>An anvil to deploy pool contracts on, with the artefacts they come from.</summary>
/// <param name="Node">The node.</param>
/// <param name="Tools">Compiled and fetched contracts.</param>
/// <param name="Deployer">A funded key.</param>
public sealed record ExactChain(JsonRpcClient Node, ToolSet Tools, Secp256k1Key Deployer);
