using System.Text;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class KeccakTests
{
    // The team's Keccak known answers ("" and "abc"); "testing" is web3's documented example.
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "0x5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    public void Hash_matches_published_vectors(string text, string expected)
    {
        Assert.Equal(Hash256.Parse(expected), Keccak.Hash256(text));
        Assert.Equal(Hash256.Parse(expected), new Keccak().Hash(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Hash_does_not_depend_on_what_was_hashed_before()
    {
        Hash256 first = Keccak.Hash256("abc");
        Keccak.Hash256(new byte[1000]);
        Assert.Equal(first, Keccak.Hash256("abc"));
    }

    [Theory]
    [InlineData("transfer(address,uint256)", 0xa9059cbb)]
    [InlineData("aggregate3((address,bool,bytes)[])", 0x82ad56cb)]
    public void Selector_is_the_first_four_bytes(string signature, uint expected) =>
        Assert.Equal(expected, Keccak.Selector(signature));

    [Theory]
    [InlineData("transfer(address, uint256)")]
    [InlineData("transfer")]
    [InlineData("()")]
    public void Selector_of_what_is_no_signature_is_refused(string signature) =>
        Assert.Contains(signature, Assert.Throws<ArgumentException>(() => Keccak.Selector(signature)).Message, StringComparison.Ordinal);
}
