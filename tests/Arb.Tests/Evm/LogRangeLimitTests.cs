using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class LogRangeLimitTests
{
    /// <summary>Texts as providers send them; the range asked is 10,001 to 20,000.</summary>
    [Theory]
    [InlineData(-32602, "Log response size exceeded. Based on your parameters, this block range should work: [0x2711, 0x2b00]", 1_008)]
    [InlineData(-32005, "query returned more than 10000 results. Try with this block range [0x2711, 0x2800].", 240)]
    [InlineData(-32614, "eth_getLogs is limited to a 5,000 range", 5_000)]
    [InlineData(-32000, "requested too many blocks from 10001 to 20000, maximum is set to 2048", 2_048)]
    [InlineData(-32000, "exceed maximum block range: 5000", 5_000)]
    [InlineData(-32600, "You can make eth_getLogs requests with up to a 2K block range and no limit on the response size", 2_000)]
    [InlineData(-32005, "query returned more than 10000 results", 5_000)]
    [InlineData(-32000, "query timeout exceeded", 5_000)]
    [InlineData(-32005, "limit exceeded", 5_000)]
    [InlineData(-32008, "Response is too big: maximum 150MB", 5_000)]
    [InlineData(-32602, "block range is too wide", 5_000)]
    [InlineData(0, "backend error", 5_000)]
    public void Refused_range_is_cut_to_what_the_provider_names_or_halved(long code, string text, ulong expected) =>
        Assert.Equal(expected, LogRangeLimit.Next(new JsonRpcException(code, text, null, "eth_getLogs"), 10_001, 20_000));

    [Fact]
    public void Suggestion_in_the_error_data_is_used_and_one_that_is_no_shorter_is_not()
    {
        Assert.Equal(16UL, LogRangeLimit.Next(new JsonRpcException(-32005, "limit", """{"to":"[0x0, 0xf]"}""", "x"), 0, 99));
        Assert.Equal(50UL, LogRangeLimit.Next(new JsonRpcException(-32000, "max block range 1000", null, "x"), 0, 99));
        Assert.Equal(1UL, LogRangeLimit.Next(new JsonRpcException(0, "no", null, "x"), 7, 8));
    }
}
