using System.Security.Cryptography;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class KeystoreTests
{
    // Test vectors of the Web3 Secret Storage definition (ethereum.org, "Web3 secret storage definition", section "Test vectors").
    private const string Password = "testpassword";
    private const string Secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    private const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Scrypt = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    [Fact]
    public void The_published_vector_opens() =>
        Assert.Equal(Secp256k1Key.Parse(Secret).Address, Keystore.Open(Pbkdf2, Password).Address);

    [Fact]
    public void The_published_scrypt_vector_is_refused_by_name_because_RFC_7914_does_not_allow_its_parameters() =>
        Assert.Contains("n=262144, r=1", Assert.Throws<FormatException>(() => Keystore.Open(Scrypt, Password)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_sealed_key_opens_with_its_password_only_and_shows_its_address_but_not_its_secret()
    {
        byte[] secret = Convert.FromHexString(Secret);
        string file = Keystore.Seal(secret, "päss wörd");

        Assert.Equal(Secp256k1Key.Parse(Secret).Address, Keystore.Open(file, "päss wörd").Address);
        Assert.Equal(Secp256k1Key.Parse(Secret).Address, Keystore.AddressOf(file));
        Assert.DoesNotContain(Secret, file, StringComparison.OrdinalIgnoreCase);
        Assert.Throws<UnauthorizedAccessException>(() => Keystore.Open(file, "pass word"));
        Assert.NotEqual(file, Keystore.Seal(secret, "päss wörd"));
    }

    [Fact]
    public void A_file_that_names_another_address_than_its_keys_is_refused()
    {
        string own = Secp256k1Key.Parse(Secret).Address.ToString()[2..];
        string Naming(string address) => Pbkdf2.Replace("{\"crypto\"", $"{{\"address\":\"{address}\",\"crypto\"", StringComparison.Ordinal);

        Assert.Equal(Secp256k1Key.Parse(Secret).Address, Keystore.Open(Naming(own), Password).Address);
        FormatException lie = Assert.Throws<FormatException>(() => Keystore.Open(Naming(new string('1', 40)), Password));
        Assert.Contains(own, lie.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_ciphertext_is_refused() =>
        Assert.Throws<UnauthorizedAccessException>(() => Keystore.Open(Pbkdf2.Replace("5318b4d5", "5318b4d6", StringComparison.Ordinal), Password));

    [Theory]
    [InlineData("no json", "not JSON")]
    [InlineData("{\"version\":1}", "version 1")]
    [InlineData("{\"version\":3}", "'crypto'")]
    [InlineData("[]", "'version'")]
    public void What_is_not_a_keystore_is_named(string file, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Keystore.Open(file, Password)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"n\":262144", "\"n\":1073741824")]
    [InlineData("\"n\":262144", "\"n\":65535")]
    [InlineData("\"n\":262144,\"r\":1", "\"n\":32768,\"r\":1000000")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"argon2\"")]
    [InlineData("aes-128-ctr", "aes-128-cbc")]
    [InlineData("\"dklen\":32", "\"dklen\":16")]
    public void Parameters_nobody_should_ask_for_are_refused(string from, string to) =>
        Assert.Throws<FormatException>(() => Keystore.Open(Scrypt.Replace(from, to, StringComparison.Ordinal), Password));

    [Fact]
    public void An_invalid_key_or_an_empty_password_is_not_sealed()
    {
        Assert.Throws<ArgumentException>(() => Keystore.Seal(new byte[32], Password));
        Assert.Throws<ArgumentException>(() => Keystore.Seal(RandomNumberGenerator.GetBytes(31), Password));
        Assert.Throws<ArgumentException>(() => Keystore.Seal(Convert.FromHexString(Secret), string.Empty));
    }
}
