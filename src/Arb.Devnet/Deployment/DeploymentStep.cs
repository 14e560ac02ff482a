using Arb.Domain;
using Arb.Engine;

namespace Arb.Devnet.Deployment;

/// <summary>One signed transaction of the deployment.</summary>
/// <param name="Name">What it does, for messages.</param>
/// <param name="Transaction">The transaction.</param>
/// <param name="Created">Address of the contract it creates; null when it is a call.</param>
internal sealed record DeploymentStep(string Name, SignedTransaction Transaction, Address? Created);
