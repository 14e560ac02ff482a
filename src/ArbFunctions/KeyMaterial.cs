using Arb.Evm;

namespace ArbFunctions;

/// <summary>The bundle relay's authentication key, from its text. The text goes no further than this.</summary>
internal static class KeyMaterial
{
    public static BundleRelayIdentity Identity(string key) => new(Secp256k1Key.Parse(key.Trim()));
}
