using System.Text;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class FlashbotsSignatureTests
{
    // ethers 6.17.0: wallet.address + ':' + await wallet.signMessage(ethers.id(body)), key of 32 bytes 0x46.
    private const string EthersHeader =
        "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F:0x119f61d87f4826c8e8d434b9183b43665258d8eae0e45d6cb082a628903b4e5a"
        + "77ab00451ca9cb8af94e3a7a224b28a0f099a9ec5bab70860c7cb41b605650301c";

    private static readonly byte[] Body =
        Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[]}""");

    private static readonly Secp256k1Key Key =
        Secp256k1Key.Parse("4646464646464646464646464646464646464646464646464646464646464646");

    [Fact]
    public void Create_matches_ethers() =>
        Assert.Equal(EthersHeader, FlashbotsSignature.Create(Key, Body), ignoreCase: true);

    [Fact]
    public void TryVerify_accepts_the_header_of_ethers()
    {
        Assert.True(FlashbotsSignature.TryVerify(EthersHeader, Body, out Address signer));
        Assert.Equal(Key.Address, signer);
    }

    [Fact]
    public void TryVerify_refuses_another_body()
    {
        byte[] other = [.. Body];
        other[^1] = (byte)' ';
        Assert.False(FlashbotsSignature.TryVerify(EthersHeader, other, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F")]
    [InlineData("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F:0x12")]
    [InlineData("nonsense:nonsense")]
    public void TryVerify_refuses_what_is_no_header(string? header) =>
        Assert.False(FlashbotsSignature.TryVerify(header, Body, out _));

    [Fact]
    public void TryVerify_refuses_a_signature_by_another_key()
    {
        string signature = FlashbotsSignature.Create(Secp256k1Key.Parse(new string('1', 64)), Body).Split(':')[1];
        Assert.False(FlashbotsSignature.TryVerify($"{Key.Address}:{signature}", Body, out _));
    }
}
