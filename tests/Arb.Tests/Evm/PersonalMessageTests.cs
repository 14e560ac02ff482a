using System.Text;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Tests.Evm;

/// <summary>Expected values were made with ethers 6.17.0: <c>wallet.signMessage</c> with the key of 32 bytes 0x46.</summary>
public sealed class PersonalMessageTests
{
    private static readonly Secp256k1Key Key = Secp256k1Key.Parse("0x4646464646464646464646464646464646464646464646464646464646464646");

    [Fact]
    public void Sign_matches_ethers() =>
        Assert.Equal(
            "0x0ad186d9dc89786794a748c52e45ac1c3c3fb2cd3044f03ff905edffb32737cd"
            + "388de69527a6f61df80ecedb5184488a31888c4da32becebf58999af017039a61c",
            Hex.Of(PersonalMessage.Sign(Key, Encoding.UTF8.GetBytes("Some data"))));

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    public void TryRecover_takes_both_ways_to_write_v(int lowest)
    {
        byte[] message = Encoding.UTF8.GetBytes("Some data");
        byte[] signature = PersonalMessage.Sign(Key, message);
        signature[64] = (byte)(signature[64] - 27 + lowest);
        Assert.True(PersonalMessage.TryRecover(message, signature, out Address signer));
        Assert.Equal(Key.Address, signer);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(26)]
    [InlineData(29)]
    [InlineData(255)]
    public void TryRecover_refuses_another_v(byte v)
    {
        byte[] signature = PersonalMessage.Sign(Key, [1]);
        signature[64] = v;
        Assert.False(PersonalMessage.TryRecover([1], signature, out _));
        Assert.False(PersonalMessage.TryRecover([1], signature.AsSpan(1), out _));
    }
}
