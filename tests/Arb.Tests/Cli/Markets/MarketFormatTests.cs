using Arb.Cli.Markets;
using Arb.Domain;

namespace Arb.Tests.Cli;

/// <summary>The first rows of the data files, as their sources have them.</summary>
public sealed class MarketFormatTests
{
    private const string Weth = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";

    private const string Pairs = """
        pair,token0,symbol0,decimals0,reserve0,token1,symbol1,decimals1,reserve1
        0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc,0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48,USDC,6,176560092727090,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,WETH,18,524595304157729979983018
        0x12ede161c702d1494612d19f05992f43aa6a26fb,0x06af07097c9eeb7fd685c692751d5c66db49c215,CHAI,18,0,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,WETH,18,2538074282064267398
        """;

    private const string Factory = """
        protocol,pool,block,token0,token1,feePips
        uniswap_v2,0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc,10008355,0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,3000
        uniswap_v3,0x12ede161c702d1494612d19f05992f43aa6a26fb,10014178,0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,500
        """;

    private const string Mixed = """
        protocol,pool,block,fee,token0,decimals0,token1,decimals1,balance0,balance1,liquidity,sqrtPriceX96,tick,tickSpacing
        uniswap_v2,0xccb63225a7b19dcf66717e4d40c9a72b39331d61,18806161,0.003,0x949d48eca67b17269629c7194f4b727d4ef9e5d6,18,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,18,758944822557430684227281,618953079378660689988,,,,
        uniswap_v2,0xccb63225a7b19dcf66717e4d40c9a72b39331d62,18806160,3000.0,0x949d48eca67b17269629c7194f4b727d4ef9e5d6,18,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,18,758944822557430684227281,618953079378660689988,,,,
        uniswap_v3,0x11950d141ecb863f01007add7d1a342041227b58,18806161,100.0,0x6982508145454ce325ddbe47a25d4ec3d2311933,18,0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,18,,,217141422612228276312423596,1961702460167130446242115,-212137,
        """;

    private const string Weighted = """
        pool,swapFee,token,decimals,balance,weight
        0x003a70265a3662342010823bea15dc84c6f7ed54,0.001,0xa3bed4e1c75d00fa6f4e5e6922db7261b5e9acd2,18,520444.963500418848289881,8
        0x003a70265a3662342010823bea15dc84c6f7ed54,0.001,0xe2f2a5c287993345a840db3b0845fbc70f5935a5,18,312575.6498469546496908,2
        0x004e74ff81239c8f2ec0e2815defb970f3754d86,0.0025,0x1f9840a85d5af5bf1d1762f925bdaddc4201f984,18,41.430653688822459027,6.25
        0x004e74ff81239c8f2ec0e2815defb970f3754d86,0.0025,0x3e780920601d61cedb860fe9c4a90c9ea6a35e78,18,2.757352582563314775,5
        """;

    private const string Ticks = """
        [{"token0":"0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48","decimals0":6,"token1":"0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2","decimals1":18,
          "fee":"Medium","tickSpacing":60,"liquidity":"2000000000000000000","sqrtPriceX96":"79228162514264337593543950336","tick":0,
          "ticks":[[-887220,"4000000000000000000"],[-60,"-2000000000000000000"],[60,"2000000000000000000"],[887220,"-4000000000000000000"]]}]
        """;

    [Fact]
    public void Pairs_become_exact_models_with_symbols()
    {
        MarketFile file = QuoteFiles.Parse(Pairs);
        Assert.Null(file.Quotes);
        Assert.Equal(2, file.Pools.Length);
        MarketPool pool = file.Pools[0];
        Assert.Equal(Protocols.UniswapV2, pool.Protocol);
        Assert.Equal(("USDC", 6, "WETH", 18), (pool.Tokens[0].Symbol, pool.Tokens[0].Decimals, pool.Tokens[1].Symbol, pool.Tokens[1].Decimals));
        Assert.Equal(1, pool.IndexOf(Weth.ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)));

        // UniswapV2Library.getAmountOut of these reserves, by hand: 997·in·out / (1000·reserve + 997·in).
        Assert.Equal(SwapRefusal.None, pool.Model!.QuoteExactIn(0, 1, 1_000_000_000u, out UInt256 amountOut));
        UInt256 afterFee = 997_000_000_000u;
        Assert.Equal(afterFee * pool.Balances[1] / ((pool.Balances[0] * 1000u) + afterFee), amountOut);
        Assert.Equal(SwapRefusal.NoLiquidity, file.Pools[1].Model!.QuoteExactIn(0, 1, 1000u, out _));
    }

    [Fact]
    public void Factory_pools_have_no_model_and_say_why()
    {
        MarketFile file = QuoteFiles.Parse(Factory);
        Assert.All(file.Pools, p => Assert.True(p.Model is null && p.Missing is not null));
        Assert.Equal([3000, 500], file.Pools.Select(p => p.FeePips!.Value));
        Assert.Equal(Protocols.UniswapV3, file.Pools[1].Protocol);
    }

    [Fact]
    public void Fees_of_the_mixed_file_are_fractions_or_pips()
    {
        MarketFile file = QuoteFiles.Parse(Mixed);
        Assert.Equal([3000, 3000, 100], file.Pools.Select(p => p.FeePips!.Value));
        Assert.NotNull(file.Pools[0].Model);
        Assert.Null(file.Pools[2].Model);
        Assert.Equal(UInt256.Parse("217141422612228276312423596"), file.Pools[2].Liquidity);
    }

    [Fact]
    public void Weighted_rows_become_one_pool_with_its_exact_balances()
    {
        MarketFile file = QuoteFiles.Parse(Weighted);
        Assert.Equal(2, file.Pools.Length);
        Assert.Equal(UInt256.Parse("520444963500418848289881"), file.Pools[0].Balances[0]);
        BalancerWeightedPool model = Assert.IsType<BalancerWeightedPool>(file.Pools[1].Model);
        Assert.Equal([UInt256.Parse("6250000000000000000"), UInt256.Parse("5000000000000000000")], model.WeightsX18);
        Assert.Equal(UInt256.Parse("2500000000000000"), model.SwapFeeX18);
    }

    [Fact]
    public void Weighted_pool_of_a_token_that_no_model_takes_says_what_is_missing()
    {
        MarketPool pool = QuoteFiles.Parse(Weighted.Replace("984,18,41.43", "984,24,41.43", StringComparison.Ordinal)).Pools[1];
        Assert.Null(pool.Model);
        Assert.Contains("18 decimals", pool.Missing, StringComparison.Ordinal);
        Assert.Equal(UInt256.Parse("41430653688822459027000000"), pool.Balances[0]);
    }

    [Fact]
    public void Recorded_ticks_become_an_exact_model()
    {
        MarketPool pool = Assert.Single(QuoteFiles.Parse(Ticks).Pools);
        Assert.Equal(4, pool.Ticks);
        Assert.Equal(SwapRefusal.None, pool.Model!.QuoteExactIn(0, 1, UInt256.Parse("1000000000000000000"), out UInt256 amountOut));
        Assert.Equal(UInt256.Parse("795933705287758544"), amountOut);
    }

    [Theory]
    [InlineData(Pairs, "176560092727090", "many", "line 2: column 'reserve0': expected a whole number")]
    [InlineData(Pairs, "176560092727090", "5192296858534827628530496329220096", "line 2: column 'reserve0': expected less than 2^112")]
    [InlineData(Pairs, ",524595304157729979983018", "", "line 2: expected 9 values")]
    [InlineData(Factory, "uniswap_v3", "sushi", "line 3: column 'protocol': expected uniswap_v2 or uniswap_v3")]
    [InlineData(Mixed, "0.003", "1.5", "line 2: column 'fee': expected a fraction below 1")]
    [InlineData(Weighted, "41.430653688822459027", "41.4306536888224590271", "line 4: column 'balance': expected a decimal number with at most 18 digits")]
    public void Wrong_row_is_named_with_its_line_and_column(string content, string part, string spoiled, string expected) => Assert.Contains(
        expected,
        Assert.Throws<MarketFileException>(() => QuoteFiles.Parse(content.Replace(part, spoiled, StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Unknown_tier_is_named() => Assert.Contains(
        "item 0: field 'fee': expected Lowest, Low, Medium or High",
        Assert.Throws<MarketFileException>(() => QuoteFiles.Parse(Ticks.Replace("Medium", "Huge", StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Summary_counts_protocols_tokens_pairs_and_depth()
    {
        MarketSummary pairs = MarketSummary.Of(QuoteFiles.Parse(Pairs), 1);
        Assert.Equal((2, 2, 3, 2, 0, 1), (pairs.Pools, pairs.Modelled, pairs.Tokens, pairs.Pairs, pairs.SharedPairs, pairs.PoolsOnOnePairMax));
        TokenCount busiest = Assert.Single(pairs.BusiestTokens);
        Assert.Equal((Weth, "WETH", 2), (busiest.Token.Id, busiest.Token.Symbol, busiest.Pools));
        Assert.Equal(System.Numerics.BigInteger.Parse("524597842232012044250416", System.Globalization.CultureInfo.InvariantCulture), busiest.Held);
        Assert.Equal((2, 1), (pairs.Liquidity.Known, pairs.Liquidity.Dry));
        Assert.Equal("0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc", Assert.Single(pairs.Liquidity.Deepest).Pool.Id);
        Assert.Null(pairs.Blocks);

        MarketSummary factory = MarketSummary.Of(QuoteFiles.Parse(Factory), 10);
        Assert.Equal((0, 1, 2), (factory.Modelled, factory.SharedPairs, factory.PoolsOnOnePairMax));
        Assert.Equal((10_008_355UL, 10_014_178UL), factory.Blocks);
        Assert.Equal([Protocols.UniswapV2, Protocols.UniswapV3], factory.Protocols.Select(p => p.Protocol));
        Assert.Null(factory.BusiestTokens[0].Held);

        MarketSummary ticks = MarketSummary.Of(QuoteFiles.Parse(Ticks), 10);
        Assert.Equal((1, 0, 4, 4), (ticks.Liquidity.Concentrated, ticks.Liquidity.OutOfRange, ticks.Liquidity.Ticks, ticks.Liquidity.TicksOfOneMax));
    }
}
