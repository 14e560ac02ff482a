using Arb.Devnet.Hosting;

namespace Arb.Tests.Devnet.Hosting;

public sealed class DevnetMessageTests
{
    public static TheoryData<DevnetMessage> Messages =>
    [
        new DevnetProgress("deploying \"all\"\nof it"),
        new DevnetBlock(ulong.MaxValue, "0xab", 12, 3, 2, 1, 1),
        new DevnetError("anvil ended"),
        new DevnetReady(
            "http://127.0.0.1:1/", "http://127.0.0.1:2/", "http://127.0.0.1:3/", "Key=a==;", 31337, "0x01", "0x02", "0x03",
            [new DevnetFactory("0x04", "uniswap-v2", 3000, "UniswapV2")], "0x05", "0x06", ["0x07", "0x08"], "/w/a", "/w/b", 2, 54_000_000, "http://127.0.0.1:4/"),
        new DevnetDisturbance("EmptyBlock", 7, "the block is empty"),
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_one_line_and_comes_back_whole(DevnetMessage message)
    {
        string line = message.ToLine();

        Assert.DoesNotContain('\n', line);
        Assert.True(DevnetMessage.TryParse(line, out DevnetMessage? read));
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equal(line, read.ToLine());
    }

    [Fact]
    public void The_type_can_come_last_and_unknown_members_are_skipped()
    {
        Assert.True(DevnetMessage.TryParse("""{"new":1,"message":"m","type":"progress"}""", out DevnetMessage? message));
        Assert.Equal(new DevnetProgress("m"), message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("listening on 127.0.0.1")]
    [InlineData("""{"message":"m"}""")]
    [InlineData("""{"type":"other"}""")]
    [InlineData("""{"type":"error"}""")]
    [InlineData("""{"type":"error","message":null}""")]
    [InlineData("[1]")]
    public void Anything_else_is_not_a_message(string line) => Assert.False(DevnetMessage.TryParse(line, out _));
}
