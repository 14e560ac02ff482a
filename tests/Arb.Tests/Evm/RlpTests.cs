using System.Text;
using Arb.Domain;
using Arb.Evm;
using CsCheck;

namespace Arb.Tests.Evm;

public sealed class RlpTests
{
    // Examples of ethereum.org's page "Recursive-length prefix (RLP) serialization".
    [Fact]
    public void Writer_matches_published_examples()
    {
        Assert.Equal("0x83646f67", Hex.Of(new RlpWriter().Bytes("dog"u8).ToArray()));
        Assert.Equal("0xc88363617483646f67", Hex.Of(new RlpWriter().List(l => l.Bytes("cat"u8).Bytes("dog"u8)).ToArray()));
        Assert.Equal("0x80", Hex.Of(new RlpWriter().Bytes([]).ToArray()));
        Assert.Equal("0xc0", Hex.Of(new RlpWriter().List(_ => { }).ToArray()));
        Assert.Equal("0x80", Hex.Of(new RlpWriter().Number(UInt256.Zero).ToArray()));
        Assert.Equal("0x00", Hex.Of(new RlpWriter().Bytes([0]).ToArray()));
        Assert.Equal("0x0f", Hex.Of(new RlpWriter().Number(15UL).ToArray()));
        Assert.Equal("0x820400", Hex.Of(new RlpWriter().Number(1024UL).ToArray()));
        Assert.Equal(
            "0xc7c0c1c0c3c0c1c0",
            Hex.Of(new RlpWriter().List(l => l
                .List(_ => { })
                .List(m => m.List(_ => { }))
                .List(m => m.List(_ => { }).List(n => n.List(_ => { })))).ToArray()));
        byte[] lorem = Encoding.ASCII.GetBytes("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
        Assert.Equal("0xb838" + Convert.ToHexStringLower(lorem), Hex.Of(new RlpWriter().Bytes(lorem).ToArray()));
    }

    [Fact]
    public void Bytes_of_every_length_come_back() =>
        Gen.Byte.Array[0, 400].Array[0, 20].Sample(items =>
        {
            byte[] encoded = new RlpWriter().List(list =>
            {
                foreach (byte[] item in items)
                {
                    list.Bytes(item);
                }
            }).ToArray();
            RlpReader outer = new(encoded);
            RlpReader list = outer.ReadList();
            bool same = outer.IsAtEnd;
            foreach (byte[] item in items)
            {
                same &= list.ReadBytes().SequenceEqual(item);
            }

            return same && list.IsAtEnd;
        });

    [Theory]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(1 << 24)]
    public void Lengths_at_the_edges_of_prefixes_come_back(int length)
    {
        byte[] encoded = new RlpWriter().Bytes(new byte[length]).ToArray();
        RlpReader reader = new(encoded);
        Assert.Equal(length, reader.ReadBytes().Length);
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Numbers_come_back() =>
        Gen.Byte.Array[32].Select(Gen.Int[0, 32], (bytes, length) => UInt256.FromBigEndian(bytes.AsSpan(0, length))).Sample(
            number => new RlpReader(new RlpWriter().Number(number).ToArray()).ReadNumber() == number);

    [Theory]
    [InlineData("0x", "nothing follows")]
    [InlineData("0x8100", "not canonical")]
    [InlineData("0xb801ff", "not canonical")]
    [InlineData("0xb90001ff", "not canonical")]
    [InlineData("0x83646f", "does not fit")]
    [InlineData("0xc0", "a list follows")]
    [InlineData("0xbf0100000000000000", "cut off")]
    [InlineData("0xb8", "cut off")]
    public void ReadBytes_refuses(string encoded, string why)
    {
        FormatException refused = Assert.Throws<FormatException>(() =>
        {
            RlpReader reader = new(Hex.Parse(encoded));
            reader.ReadBytes();
        });
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x00")]
    [InlineData("0x820001")]
    [InlineData("0xa1010000000000000000000000000000000000000000000000000000000000000000")]
    public void ReadNumber_refuses_leading_zeros_and_33_bytes(string encoded) =>
        Assert.Throws<FormatException>(() => new RlpReader(Hex.Parse(encoded)).ReadNumber());

    [Fact]
    public void Reader_never_does_worse_than_a_format_error() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            try
            {
                RlpReader reader = new(bytes);
                while (!reader.IsAtEnd)
                {
                    reader.ReadEncoded();
                }
            }
            catch (FormatException)
            {
                return true;
            }

            return true;
        });
}
