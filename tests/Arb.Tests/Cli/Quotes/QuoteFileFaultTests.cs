using Arb.Cli.Markets;

namespace Arb.Tests.Cli;

/// <summary>Wrong input is told with the pool, the field, and what is expected there.</summary>
public sealed class QuoteFileFaultTests
{
    [Theory]
    [InlineData("v2", "reserve0", null, "is missing: expected a whole number")]
    [InlineData("v2", "reserve0", "\"-1\"", "expected a whole number as a string of decimal digits")]
    [InlineData("v2", "reserve0", "\"1e18\"", "expected a whole number as a string of decimal digits")]
    [InlineData("v2", "reserve0", "1e18", "expected a whole number as a string of decimal digits")]
    [InlineData("v2", "reserve0", "1.5", "expected a whole number as a string of decimal digits")]
    [InlineData("v2", "reserve0", "\"5192296858534827628530496329220096\"", "expected less than 2^112")]
    [InlineData("v2", "feePips", "1000000", "expected a whole number from 0 to 999999")]
    [InlineData("v2", "feePips", "\"many\"", "expected a whole number from 0 to 999999")]
    [InlineData("v2", "token0", "17", "expected a text, found 17")]
    [InlineData("v2", "token1", "\"A\"", "occurs twice")]
    [InlineData("v2", "protocol", "\"uniswap-v9\"", "expected one of uniswap-v2, uniswap-v3, uniswap-v4")]
    [InlineData("v3", "sqrtPriceX96", "\"1\"", "A price is at least")]
    [InlineData("v3", "tick", "5", "The tick at price")]
    [InlineData("v3", "tickSpacing", "0", "expected a whole number from 1 to 32767")]
    [InlineData("v3", "liquidity", "\"340282366920938463463374607431768211456\"", "expected less than 2^128")]
    [InlineData("v3", "ticks", "[[1,\"5\"]]", "expected a multiple of the tick spacing 60, found 1")]
    [InlineData("v3", "ticks", "[[60,\"5\",7]]", "expected a pair [index, liquidityNet]")]
    [InlineData("v3", "ticks", "[[60,\"5\"],[60,\"6\"]]", "tick 60 occurs twice")]
    [InlineData("v3", "ticks", "[[887280,\"5\"]]", "expected a whole number from -887272 to 887272")]
    [InlineData("v3", "ticks", "[[60,\"x\"]]", "expected a whole number of 128 bits with a sign")]
    [InlineData("v3", "ticks", "{}", "expected a list")]
    [InlineData("v4", "protocolFeePips", "[1]", "expected a list of 2, one for each direction")]
    [InlineData("v4", "protocolFeePips", "[0,1001]", "is from 0 to 1000")]
    [InlineData("weighted", "weights", "[\"0.5\",\"0.5\"]", "expected a list of 3, one for each token")]
    [InlineData("weighted", "weights", "[\"0.5\",\"0.5\",\"0,1\"]", "expected a fraction")]
    [InlineData("weighted", "swapFee", "\"1.0\"", "A swap fee is below 10^18")]
    [InlineData("weighted", "decimals", "[18,6,19]", "expected a whole number from 0 to 18")]
    [InlineData("weighted", "tokens", "[\"A\"]", "expected 2 to 8 tokens")]
    [InlineData("weighted", "variant", "\"v3\"", "expected v1")]
    [InlineData("stable", "amp", "\"200\"", "The amplification includes Balancer's precision")]
    [InlineData("stable", "ampPrecision", "7", "expected 1000")]
    [InlineData("stable", "scalingFactors", "[\"0\",\"1\"]", "A scaling factor is from 1")]
    [InlineData("0xbebc44782c7db0a1a60cb6fe97d0b483032ff1c7", "variant", "\"3pool\"", "expected one of compound-2019")]
    [InlineData("0xbebc44782c7db0a1a60cb6fe97d0b483032ff1c7", "variant", "\"stableswap-ng\"", "offpegFeeMultiplierE10")]
    [InlineData("0xbebc44782c7db0a1a60cb6fe97d0b483032ff1c7", "rates", "[\"1\",\"1\",\"0\"]", "are above 0")]
    [InlineData("0xbebc44782c7db0a1a60cb6fe97d0b483032ff1c7", "balances", "[1,2]", "expected a list of 3")]
    [InlineData("velo-stable", "variant", "\"solidly\"", "expected one of solidly-2022")]
    [InlineData("velo-stable", "decimals0", "37", "expected a whole number from 0 to 36")]
    public void Wrong_field_is_named_with_its_pool_and_what_is_expected(string pool, string field, string? value, string expected)
    {
        string spoiled = QuoteFiles.With(
            Assert.Single(QuoteFiles.All, p => p.Contains($"\"id\":\"{pool}\"", StringComparison.OrdinalIgnoreCase)), field, value);
        MarketFileException fault = Assert.Throws<MarketFileException>(() => QuoteFiles.Parse(QuoteFiles.Of([QuoteFiles.UniswapV2.Replace("\"v2\"", "\"other\"", StringComparison.Ordinal), spoiled])));
        Assert.Contains($"pool '{pool}' (pools[1])", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected.StartsWith("offpeg", StringComparison.Ordinal) ? expected : field, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_pool_is_named_at_once()
    {
        string one = QuoteFiles.With(QuoteFiles.UniswapV2, "reserve1", null);
        string other = QuoteFiles.With(QuoteFiles.UniswapV3, "tick", null);
        string message = Assert.Throws<MarketFileException>(() => QuoteFiles.Parse(QuoteFiles.Of([one, other]))).Message;
        Assert.Contains("pool 'v2' (pools[0]): field 'reserve1'", message, StringComparison.Ordinal);
        Assert.Contains("pool 'v3' (pools[1]): field 'tick'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_pools_of_one_id_are_refused() => Assert.Contains(
        "another pool has it",
        Assert.Throws<MarketFileException>(() => QuoteFiles.Parse(QuoteFiles.Of([QuoteFiles.UniswapV2, QuoteFiles.UniswapV2]))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("  \n", "it is empty")]
    [InlineData("{\"pools\":[", "not JSON")]
    [InlineData("{\"quotes\":[]}", "field 'pools' is missing")]
    [InlineData("{\"pools\":{}}", "field 'pools': expected a list")]
    [InlineData("{\"pools\":[3]}", "pools[0]: expected an object")]
    [InlineData("{\"pools\":[{}]}", "pools[0]: field 'id' is missing")]
    [InlineData("a,b\n1,2", "no known header")]
    [InlineData("[3]", "item 0: expected an object")]
    public void File_that_is_none_is_refused_with_what_is_expected(string content, string expected) => Assert.Contains(
        expected, Assert.Throws<MarketFileException>(() => QuoteFiles.Parse(content)).Message, StringComparison.Ordinal);

    [Fact]
    public void File_that_is_not_there_is_named()
    {
        string path = Path.Combine(Path.GetTempPath(), "no-such-folder", "quotes.json");
        Assert.Contains(path, Assert.Throws<MarketFileException>(() => MarketFile.Read(path)).Message, StringComparison.Ordinal);
    }
}
