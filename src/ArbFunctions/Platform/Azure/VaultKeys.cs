using Arb.Engine;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;

namespace ArbFunctions.Platform;

/// <summary>
/// Keys from Key Vault secrets. Each is read once per instance: that costs one call at start, a remote signature would cost one per bundle.
/// </summary>
internal sealed class VaultKeys(Uri vault, TokenCredential identity)
{
    private readonly SecretClient _vault = new(vault, identity);

    /// <summary>One lane per secret named in <c>Keys__OperatorSecrets</c>, in that order.</summary>
    public ITransactionSigner Operators(KeyOptions keys, ChainOptions chain) =>
        EthereumClient.Signer(chain, keys.OperatorSecrets
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Secret));

    public BundleRelayIdentity BundleRelayIdentity(KeyOptions keys) => KeyMaterial.Identity(Secret(keys.BundleRelayAuthSecret));

    private string Secret(string name) => _vault.GetSecret(name).Value.Value;
}
