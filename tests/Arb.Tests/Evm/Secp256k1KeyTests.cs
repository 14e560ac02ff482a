using System.Security.Cryptography;
using System.Text;
using Arb.Domain;
using Arb.Evm;
using CsCheck;

namespace Arb.Tests.Evm;

public sealed class Secp256k1KeyTests
{
    private const string GroupOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    private static readonly Gen<Secp256k1Key> Keys =
        Gen.Byte.Array[32].Where(b => b.AsSpan(16).ContainsAnyExcept((byte)0) && b[0] != 0xff)
            .Select(b => new Secp256k1Key(b));

    // RFC 6979 with secp256k1 and SHA-256, low s: bitcointalk.org topic 285142 (msg3150733, msg3300992), as
    // repeated in the tests of dcrd, bitcoinj and trezor-crypto.
    [Theory]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000001",
        "Satoshi Nakamoto",
        "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
        "0x2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000001",
        "All those moments will be lost in time, like tears in rain. Time to die...",
        "0x8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
        "0x547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData(
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
        "Satoshi Nakamoto",
        "0xfd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
        "0x6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData(
        "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181",
        "Alan Turing",
        "0x7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
        "0x58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Sign_matches_published_vectors(string key, string message, string r, string s)
    {
        Hash256 digest = new(SHA256.HashData(Encoding.UTF8.GetBytes(message)));
        Secp256k1Key signer = Secp256k1Key.Parse(key);
        EcdsaSignature signature = signer.Sign(digest);
        Assert.Equal((UInt256.Parse(r), UInt256.Parse(s)), (signature.R, signature.S));
        Assert.Equal(signer.Address, Secp256k1Key.Recover(digest, signature));
    }

    // First account of the mnemonic "test test … junk", printed by anvil and hardhat at start.
    [Fact]
    public void Address_matches_a_published_account() =>
        Assert.Equal(
            Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
            Secp256k1Key.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").Address);

    [Fact]
    public void Recover_finds_the_signer_of_every_digest() =>
        Gen.Select(Keys, Gen.Byte.Array[32]).Sample(
            (key, bytes) =>
            {
                Hash256 digest = new(bytes);
                EcdsaSignature signature = key.Sign(digest);
                EcdsaSignature flipped = signature with { YParity = 1 - signature.YParity };
                return Secp256k1Key.IsLowS(signature.S)
                    && Secp256k1Key.Recover(digest, signature) == key.Address
                    && (!Secp256k1Key.TryRecover(digest, flipped, out Address other) || other != key.Address);
            },
            iter: 50);

    [Fact]
    public void Recover_refuses_parts_out_of_range()
    {
        UInt256 order = UInt256.Parse("0x" + GroupOrder);
        EcdsaSignature good = Secp256k1Key.Parse(new string('1', 64)).Sign(Keccak.Hash256("x"));
        EcdsaSignature[] wrong =
        [
            good with { R = UInt256.Zero }, good with { R = order }, good with { S = UInt256.Zero },
            good with { S = order }, good with { YParity = 2 }, good with { YParity = -1 },
            good with { R = UInt256.MaxValue },
        ];
        Assert.All(wrong, signature =>
            Assert.Throws<FormatException>(() => Secp256k1Key.Recover(Keccak.Hash256("x"), signature)));
    }

    // x = 5 is of no point: 5³ + 7 is not a square modulo the field prime.
    [Fact]
    public void Recover_refuses_an_r_that_is_no_point() =>
        Assert.False(Secp256k1Key.TryRecover(
            Keccak.Hash256("x"), new EcdsaSignature(5UL, UInt256.One, 0), out _));

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(GroupOrder)]
    [InlineData("0x1234")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000001")]
    public void Parse_refuses_what_is_no_key_without_showing_it(string text)
    {
        FormatException refused = Assert.Throws<FormatException>(() => Secp256k1Key.Parse(text));
        Assert.DoesNotContain(text, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_shows_the_address_only()
    {
        string secret = new('7', 64);
        string shown = Secp256k1Key.Parse(secret).ToString();
        Assert.Contains("key of 0x", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
    }
}
