using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Deployment;

/// <summary>
/// Who is who on the devnet. The keys are the public ones of anvil's default mnemonic
/// (<c>test test test … junk</c>): worthless anywhere else, and known as such to the check that refuses them.
/// </summary>
internal static class DevnetAccounts
{
    /// <summary>Deploys, mints and provides all liquidity.</summary>
    public static Secp256k1Key Deployer { get; } =
        Secp256k1Key.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

    /// <summary>Owns the executor and never trades.</summary>
    public static Secp256k1Key Owner { get; } =
        Secp256k1Key.Parse("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");

    /// <summary>The searcher's operators, one lane each.</summary>
    public static ImmutableArray<string> OperatorKeys { get; } =
    [
        "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
        "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
        "0xa267530f49f8280200edf313ee7af6b827f2a8bce2897751d06a843f644967b1",
        "0x47c99abed3324a2707c28affff1267e45918ec8c3f20b8aa892e8b065d2942dd",
    ];

    /// <summary>The traders.</summary>
    public static ImmutableArray<Secp256k1Key> Traders { get; } =
    [
        Secp256k1Key.Parse("0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"),
        Secp256k1Key.Parse("0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba"),
        Secp256k1Key.Parse("0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e"),
        Secp256k1Key.Parse("0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356"),
    ];

    /// <summary>Fee recipient of every block. It is funded, so that paying it never costs the gas of a new account.</summary>
    public static Secp256k1Key Coinbase { get; } =
        Secp256k1Key.Parse("0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97");

    /// <summary>Sends what stands for the rest of the chain's traffic.</summary>
    public static Secp256k1Key Background { get; } =
        Secp256k1Key.Parse("0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6");

    /// <summary>Other searchers: each owns a contract and signs its own requests to the bundle relay.</summary>
    public static ImmutableArray<Secp256k1Key> Rivals { get; } =
    [
        Secp256k1Key.Parse("0xf214f2b2cd398c806f84e317254e0f0b801d0643303237d97a22a48e01628897"),
        Secp256k1Key.Parse("0x701b615bbdfb9de65240bc28bd21bbc0d996645a3dd57e7b12bc2bdf6f192c82"),
    ];

    /// <summary>Where profits go: an account without code, key or ether, so that all it ever holds was earned.</summary>
    public static Address Recipient { get; } = RecipientAddress();

    /// <summary>How many of the mnemonic's accounts are in use.</summary>
    public const int Count = 14;

    private static Address RecipientAddress()
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Hash256("profit recipient of the devnet").CopyTo(hash);
        return new Address(hash[12..]);
    }
}
