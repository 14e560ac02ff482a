using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary><c>arb search</c> as a user starts it, its every opportunity quoted again by <c>arb quote</c>.</summary>
public sealed class SearchTests
{
    private const string Weth = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
    private const string Usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";

    // Two pairs at 2000 and 2100 dollars, both at 0.3 %.
    private const string TwoPairs = $$"""
        {"pools":[
          {"id":"cheap","protocol":"uniswap-v2","token0":"{{Usdc}}","token1":"{{Weth}}","feePips":3000,"reserve0":"2000000000000","reserve1":"1000000000000000000000"},
          {"id":"dear","protocol":"uniswap-v2","token0":"{{Usdc}}","token1":"{{Weth}}","feePips":3000,"reserve0":"2100000000000","reserve1":"1000000000000000000000"}
        ]}
        """;

    // One pool of each family between WETH, A and B, all away from one another; names instead of addresses.
    private const string Mixed = """
        {"pools":[
          {"id":"v2","protocol":"uniswap-v2","token0":"A","token1":"WETH","feePips":3000,"reserve0":"1000000000000000000000","reserve1":"500000000000000000000"},
          {"id":"v3","protocol":"uniswap-v3","token0":"A","token1":"B","feePips":500,"tickSpacing":10,"sqrtPriceX96":"79228162514264337593543950336","tick":0,
           "liquidity":"20000000000000000000000","ticks":[[-887270,"20000000000000000000000"],[887270,"-20000000000000000000000"]]},
          {"id":"v4","protocol":"uniswap-v4","token0":"A","token1":"B","feePips":3000,"protocolFeePips":[0,0],"tickSpacing":60,"sqrtPriceX96":"81184708056111256723576176835","tick":487,
           "liquidity":"9000000000000000000000","ticks":[[-887220,"9000000000000000000000"],[887220,"-9000000000000000000000"]]},
          {"id":"w","protocol":"balancer-weighted","tokens":["B","WETH"],"balances":["800000000000000000000","100000000000000000000"],"decimals":[18,18],"weights":["0.8","0.2"],"swapFee":"0.003"},
          {"id":"s","protocol":"balancer-stable","tokens":["A","B"],"balances":["1000000000000000000000","1100000000000000000000"],"scalingFactors":["1000000000000000000","1000000000000000000"],"amp":"200000","swapFee":"0.0004"},
          {"id":"c","protocol":"curve-stableswap","variant":"factory-plain2-2021","tokens":["A","B"],"balances":["1500000000000000000000","900000000000000000000"],
           "rates":["1000000000000000000","1000000000000000000"],"amp":"10000","ampPrecision":"100","feeE10":"4000000","adminFeeE10":"5000000000"},
          {"id":"ss","protocol":"solidly-stable","variant":"velodrome-v2","token0":"A","token1":"B","decimals0":18,"decimals1":18,"feePips":500,"reserve0":"700000000000000000000","reserve1":"900000000000000000000"},
          {"id":"sv","protocol":"solidly-volatile","variant":"velodrome-v2","token0":"B","token1":"WETH","decimals0":18,"decimals1":18,"feePips":3000,"reserve0":"900000000000000000000","reserve1":"500000000000000000000"}
        ]}
        """;

    [Fact]
    public async Task Two_pairs_are_sized_as_their_closed_form_says_and_ids_stay_as_written()
    {
        using JsonDocument found = await SearchAsync(TwoPairs);
        JsonElement best = Assert.Single(found.RootElement.GetProperty("opportunities").EnumerateArray());

        // Sell ether where it is dear: out(x) = a·x/(b + c·x), so that profit is greatest at (√(a·b) − b)/c.
        BigInteger weth = BigInteger.Pow(10, 21);
        BigInteger cheap = 2_000_000_000_000;
        BigInteger dear = 2_100_000_000_000;
        BigInteger a = weth * dear * 997 * 997;
        BigInteger b = cheap * weth * 1000 * 1000;
        BigInteger c = (cheap * 997 * 1000) + (dear * 997 * 997);
        BigInteger optimum = (Sqrt(a * b) - b) / c;
        BigInteger amountIn = Amount(best, "amountIn");
        BigInteger profit = Amount(best, "netProfit");

        // Dollars have six decimals: one of their units is worth half a billion wei.
        Assert.InRange(amountIn, optimum - 1_000_000_000, optimum + 1_000_000_000);
        BigInteger real = (a * optimum / (b + (c * optimum))) - optimum;
        Assert.InRange(profit, real - 600_000_000, real);
        Assert.Equal(profit, Amount(best, "grossProfit"));
        Assert.Equal(
            [("dear", Weth, Usdc), ("cheap", Usdc, Weth)],
            best.GetProperty("route").EnumerateArray().Select(Hop));
        Assert.Equal(
            ["cycles", "dropped", "elapsedMs", "opportunities", "pools", "tokens"],
            found.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["index", "load", "search", "size"],
            found.RootElement.GetProperty("elapsedMs").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_opportunity_among_all_families_is_what_quotes_say_and_no_step_beside_it_earns_more()
    {
        using JsonDocument found = await SearchAsync(Mixed, "--start", "WETH", "--start", "A", "--max-hops", "4");
        JsonElement[] opportunities = [.. found.RootElement.GetProperty("opportunities").EnumerateArray()];
        Assert.NotEmpty(opportunities);
        Assert.Equal(8, opportunities.SelectMany(o => o.GetProperty("route").EnumerateArray()).Select(h => Hop(h).Pool).Distinct().Count());
        BigInteger[] nets = [.. opportunities.Where(o => Hop(o.GetProperty("route")[0]).In == "WETH").Select(o => Amount(o, "netProfit"))];
        Assert.Equal(nets.OrderDescending(), nets);
        foreach (JsonElement opportunity in opportunities)
        {
            BigInteger amountIn = Amount(opportunity, "amountIn");
            BigInteger profit = Amount(opportunity, "grossProfit");
            Assert.Equal(Amount(opportunity, "amountOut") - amountIn, profit);
            Assert.True(profit.Sign > 0);
        }

        await RequoteAsync(Mixed, opportunities, static amountIn => amountIn, static (o, amountOut) => Assert.Equal(Amount(o, "amountOut"), amountOut));
        foreach ((int part, int whole) in ((int, int)[])[(999, 1000), (1001, 1000), (1, 2), (2, 1)])
        {
            await RequoteAsync(
                Mixed,
                opportunities,
                amountIn => amountIn * part / whole,
                (o, amountOut) => Assert.True(
                    amountOut - (Amount(o, "amountIn") * part / whole) <= Amount(o, "grossProfit"), $"{part}/{whole} of {o}"));
        }
    }

    [Fact]
    public async Task Gas_is_taken_off_in_the_start_token_and_what_does_not_pay_for_it_is_counted()
    {
        using JsonDocument free = await SearchAsync(TwoPairs);
        using JsonDocument priced = await SearchAsync(TwoPairs, "--gas-price-gwei", "0.5");
        JsonElement before = free.RootElement.GetProperty("opportunities")[0];
        JsonElement after = priced.RootElement.GetProperty("opportunities")[0];
        Assert.Equal(Amount(before, "grossProfit"), Amount(after, "grossProfit"));
        BigInteger cost = Amount(after, "grossProfit") - Amount(after, "netProfit");

        // Two hops: some hundred thousand gas.
        Assert.InRange(cost, 100_000 * BigInteger.Pow(10, 8) * 5, 1_000_000 * BigInteger.Pow(10, 8) * 5);
        using JsonDocument tooDear = await SearchAsync(TwoPairs, "--gas-price-gwei", "1000000");
        Assert.Empty(tooDear.RootElement.GetProperty("opportunities").EnumerateArray());
        Assert.Equal(1, tooDear.RootElement.GetProperty("dropped").GetProperty("below-gas").GetInt32());
    }

    [Fact]
    public async Task A_route_is_sized_alone_and_as_the_search_sizes_it()
    {
        using JsonDocument found = await SearchAsync(Mixed);
        foreach (JsonElement opportunity in found.RootElement.GetProperty("opportunities").EnumerateArray().Take(5))
        {
            string route = string.Join(',', opportunity.GetProperty("route").EnumerateArray().Select(h => Hop(h).Pool));
            using JsonDocument sized = await SearchAsync(Mixed, "--route", route, "--start", "WETH");
            JsonElement only = Assert.Single(sized.RootElement.GetProperty("opportunities").EnumerateArray());
            Assert.Equal(opportunity.GetRawText(), only.GetRawText());
        }

        using JsonDocument backwards = await SearchAsync(TwoPairs, "--route", "cheap,dear");
        Assert.Empty(backwards.RootElement.GetProperty("opportunities").EnumerateArray());
        Assert.Equal(1, backwards.RootElement.GetProperty("dropped").GetProperty("no-profitable-size").GetInt32());
    }

    [Fact]
    public async Task Top_cuts_the_list_and_counts_the_rest()
    {
        using JsonDocument all = await SearchAsync(Mixed);
        using JsonDocument one = await SearchAsync(Mixed, "--top", "1");
        JsonElement listed = Assert.Single(one.RootElement.GetProperty("opportunities").EnumerateArray());
        JsonElement[] everything = [.. all.RootElement.GetProperty("opportunities").EnumerateArray()];
        Assert.Equal(everything[0].GetRawText(), listed.GetRawText());
        Assert.Equal(everything.Length - 1, one.RootElement.GetProperty("dropped").GetProperty("beyond-top").GetInt32());
    }

    [Theory]
    [InlineData(TwoPairs, "--start 'DOGE': no pool of", "--start", "DOGE")]
    [InlineData(TwoPairs, "--max-hops must be a whole number from 2 to 6", "--max-hops", "1")]
    [InlineData(TwoPairs, "--gas-price-gwei must be a number of gwei", "--gas-price-gwei", "-1")]
    [InlineData(TwoPairs, "--route: ", "--route", "cheap,none")]
    [InlineData(TwoPairs, "a pool occurs twice", "--route", "cheap,cheap")]
    [InlineData("{\"pools\":[{\"id\":\"p\",\"protocol\":\"uniswap-v2\",\"token0\":\"A\",\"token1\":\"B\",\"feePips\":3000,\"reserve0\":\"1\",\"reserve1\":\"1\"}]}", "name where cycles start with --start")]
    [InlineData("{\"pools\":[{\"id\":\"p\",\"protocol\":\"uniswap-v2\",\"token0\":\"A\",\"token1\":\"B\",\"feePips\":3000,\"reserve0\":\"five\",\"reserve1\":\"1\"}]}", "pool 'p' (pools[0]): field 'reserve0'")]
    public async Task Wrong_input_ends_with_1_and_says_what_to_do(string pools, string expected, params string[] arguments)
    {
        using TempFolder folder = new();
        (int code, string printed, string error) = await ArbRun.ToEndAsync(["search", "--market", Write(folder, pools), .. arguments]);
        Assert.Equal(1, code);
        Assert.Equal(string.Empty, printed);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_shows_what_was_found()
    {
        using TempFolder folder = new();
        string json = Path.Combine(folder.Path, "found.json");
        (int code, string table, string error) = await ArbRun.ToEndAsync("search", "--market", Write(folder, TwoPairs), "--json", json);
        Assert.True(code == 0, error);
        Assert.Contains("2 pools, 2 tokens; 1 cycles", table, StringComparison.Ordinal);
        Assert.Contains("(dear)", table, StringComparison.Ordinal);
        Assert.True(File.Exists(json));
    }

    private static async Task<JsonDocument> SearchAsync(string pools, params string[] arguments)
    {
        using TempFolder folder = new();
        (int code, string json, string error) = await ArbRun.ToEndAsync(["search", "--market", Write(folder, pools), "--json", .. arguments]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(json);
    }

    /// <summary>Takes every opportunity's route hop by hop through <c>arb quote</c>, all of them at once.</summary>
    private static async Task RequoteAsync(
        string pools, JsonElement[] opportunities, Func<BigInteger, BigInteger> sizeOf, Action<JsonElement, BigInteger> check)
    {
        BigInteger[] amounts = [.. opportunities.Select(o => sizeOf(Amount(o, "amountIn")))];
        for (int hop = 0; hop < opportunities.Max(o => o.GetProperty("route").GetArrayLength()); hop++)
        {
            int[] going = [.. Enumerable.Range(0, opportunities.Length).Where(i => hop < opportunities[i].GetProperty("route").GetArrayLength())];
            BigInteger[] quoted = await QuoteAsync(pools, [.. going.Select(i => (Hop(opportunities[i].GetProperty("route")[hop]), amounts[i]))]);
            for (int i = 0; i < going.Length; i++)
            {
                amounts[going[i]] = quoted[i];
            }
        }

        for (int i = 0; i < amounts.Length; i++)
        {
            check(opportunities[i], amounts[i]);
        }
    }

    /// <summary>What <c>arb quote</c> answers; a refusal pays nothing.</summary>
    private static async Task<BigInteger[]> QuoteAsync(string pools, ((string Pool, string In, string Out) Hop, BigInteger AmountIn)[] asked)
    {
        using TempFolder folder = new();
        string quotes = JsonSerializer.Serialize(asked.Select(a => new
        {
            pool = a.Hop.Pool,
            tokenIn = a.Hop.In,
            tokenOut = a.Hop.Out,
            amountIn = a.AmountIn.ToString(CultureInfo.InvariantCulture),
        }));
        string file = Write(folder, $"{pools.TrimEnd().TrimEnd('}')},\"quotes\":{quotes}}}");
        (int code, string json, string error) = await ArbRun.ToEndAsync("quote", "--input", file);
        Assert.True(code == 0, error);
        using JsonDocument answers = JsonDocument.Parse(json);
        return
        [
            .. answers.RootElement.GetProperty("quotes").EnumerateArray()
                .Select(q => BigInteger.Parse(q.GetProperty("amountOut").GetString() ?? "0", CultureInfo.InvariantCulture)),
        ];
    }

    private static (string Pool, string In, string Out) Hop(JsonElement hop) => (
        hop.GetProperty("pool").GetString()!, hop.GetProperty("tokenIn").GetString()!, hop.GetProperty("tokenOut").GetString()!);

    private static BigInteger Amount(JsonElement opportunity, string name) =>
        BigInteger.Parse(opportunity.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    /// <summary>By Newton, from above.</summary>
    private static BigInteger Sqrt(BigInteger square)
    {
        BigInteger root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (square / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private static string Write(TempFolder folder, string json)
    {
        string path = Path.Combine(folder.Path, "market.json");
        File.WriteAllText(path, json, Encoding.UTF8);
        return path;
    }
}
