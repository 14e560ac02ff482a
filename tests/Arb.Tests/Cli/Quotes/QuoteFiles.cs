using System.Text;
using System.Text.Json.Nodes;
using Arb.Cli.Markets;

namespace Arb.Tests.Cli;

/// <summary>Quote files to read: one good pool of every protocol, to be answered or spoiled.</summary>
internal static class QuoteFiles
{
    /// <summary>UniswapV2Pair.spec.ts, swapTestCases (v2-core 1.0.1): 1 of 5/10 ether.</summary>
    public const string UniswapV2 = """
        {"id":"v2","protocol":"uniswap-v2","token0":"A","token1":"B","feePips":3000,
         "reserve0":"5000000000000000000","reserve1":"10000000000000000000"}
        """;

    /// <summary>UniswapV3Pool.swaps.spec.ts.snap (v3-core): medium fee, 1:1 price, additional liquidity around current price.</summary>
    public const string UniswapV3 = """
        {"id":"v3","protocol":"uniswap-v3","token0":"A","token1":"B","feePips":3000,"tickSpacing":60,
         "sqrtPriceX96":"79228162514264337593543950336","tick":0,"liquidity":"2000000000000000000",
         "ticks":[[60,"2000000000000000000"],[-887220,"4000000000000000000"],[-60,"-2000000000000000000"],[887220,"-4000000000000000000"]]}
        """;

    /// <summary>The same pool in V4, without and with a protocol fee.</summary>
    public const string UniswapV4 = """
        {"id":"v4","protocol":"uniswap-v4","token0":"0x0000000000000000000000000000000000000000","token1":"B","feePips":3000,
         "protocolFeePips":[0,1000],"tickSpacing":60,"sqrtPriceX96":"79228162514264337593543950336","tick":0,"liquidity":2000000000000000000,
         "ticks":[[-887220,4000000000000000000],[-60,-2000000000000000000],[60,2000000000000000000],[887220,-4000000000000000000]]}
        """;

    public const string BalancerWeighted = """
        {"id":"weighted","protocol":"balancer-weighted","tokens":["A","B","C"],"balances":["1000000000000000000000","2000000000","3000000000000000000000"],
         "decimals":[18,6,18],"weights":["0.5","0.3","0.2"],"swapFee":"0.003"}
        """;

    public const string BalancerStable = """
        {"id":"stable","protocol":"balancer-stable","tokens":["A","B"],"balances":["1000000000000000000000","1000000000"],
         "scalingFactors":["1000000000000000000","1000000000000000000000000000000"],"amp":"200000","swapFee":"400000000000000"}
        """;

    /// <summary>3pool with its recorded balances; see CurvePools.</summary>
    public const string Curve = """
        {"id":"0xBEBC44782C7DB0A1A60CB6FE97D0B483032FF1C7","protocol":"curve-stableswap","variant":"3pool-2020",
         "tokens":["0x6B175474E89094C44Da98b954EedeAC495271d0F","0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48","0xdAC17F958D2ee523a2206206994597C13D831ec7"],
         "balances":["93649867132724477811796755","92440712316473","175421309630243"],
         "rates":["1000000000000000000","1000000000000000000000000000000","1000000000000000000000000000000"],
         "amp":2000,"ampPrecision":1,"feeE10":1000000,"adminFeeE10":"5000000000"}
        """;

    /// <summary>Velodrome V1's USDC/USDT, a recorded swap; see SolidlyRecordedTests.</summary>
    public const string SolidlyStable = """
        {"id":"velo-stable","protocol":"solidly-stable","variant":"velodrome-v1","token0":"A","token1":"B","decimals0":6,"decimals1":6,
         "feePips":500,"reserve0":"2052127179","reserve1":1705017421}
        """;

    public const string SolidlyVolatile = """
        {"id":"velo-volatile","protocol":"solidly-volatile","variant":"velodrome-v1","token0":"A","token1":"B","decimals0":18,"decimals1":6,
         "feePips":500,"reserve0":"31229966656506421921","reserve1":"63506727363"}
        """;

    public static readonly string[] All =
        [UniswapV2, UniswapV3, UniswapV4, BalancerWeighted, BalancerStable, Curve, SolidlyStable, SolidlyVolatile];

    public static string Of(IEnumerable<string> pools, params string[] quotes) =>
        $"{{\"pools\":[{string.Join(",", pools)}],\"quotes\":[{string.Join(",", quotes)}]}}";

    public static string Quote(string pool, string tokenIn, string tokenOut, string amountIn) =>
        $"{{\"pool\":\"{pool}\",\"tokenIn\":\"{tokenIn}\",\"tokenOut\":\"{tokenOut}\",\"amountIn\":\"{amountIn}\"}}";

    public static MarketFile Parse(string json) => MarketFile.Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>A pool with one field replaced, or taken away when the value is null.</summary>
    public static string With(string pool, string field, string? value)
    {
        JsonObject node = JsonNode.Parse(pool)!.AsObject();
        node.Remove(field);
        if (value is not null)
        {
            node[field] = JsonNode.Parse(value);
        }

        return node.ToJsonString();
    }
}
