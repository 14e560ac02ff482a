using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary><c>arb quote</c> and <c>arb market</c> as a user starts them.</summary>
public sealed class QuoteTests
{
    private const string Pools = """
        {"pools":[
          {"id":"v2","protocol":"uniswap-v2","token0":"A","token1":"B","feePips":3000,"reserve0":"5000000000000000000","reserve1":"10000000000000000000"},
          {"id":"v3","protocol":"uniswap-v3","token0":"A","token1":"B","feePips":3000,"tickSpacing":60,"sqrtPriceX96":"79228162514264337593543950336","tick":0,
           "liquidity":"2000000000000000000","ticks":[[-887220,"4000000000000000000"],[-60,"-2000000000000000000"],[60,"2000000000000000000"],[887220,"-4000000000000000000"]]},
          {"id":"v4","protocol":"uniswap-v4","token0":"A","token1":"B","feePips":3000,"protocolFeePips":[0,0],"tickSpacing":60,"sqrtPriceX96":"79228162514264337593543950336","tick":0,
           "liquidity":"2000000000000000000","ticks":[[-887220,"4000000000000000000"],[-60,"-2000000000000000000"],[60,"2000000000000000000"],[887220,"-4000000000000000000"]]},
          {"id":"w","protocol":"balancer-weighted","tokens":["A","B"],"balances":["1000000000000000000000","1000000000000000000000"],"decimals":[18,18],"weights":["0.5","0.5"],"swapFee":"0.0"},
          {"id":"s","protocol":"balancer-stable","tokens":["A","B"],"balances":["1000000000000000000000","1000000000000000000000"],"scalingFactors":["1000000000000000000","1000000000000000000"],"amp":"200000","swapFee":"0.0004"},
          {"id":"c","protocol":"curve-stableswap","variant":"factory-plain2-2021","tokens":["A","B"],"balances":["8189776041162322264444","9661706603857954240258"],
           "rates":["1000000000000000000","1000000000000000000"],"amp":"40000","ampPrecision":"100","feeE10":"4000000","adminFeeE10":"5000000000"},
          {"id":"ss","protocol":"solidly-stable","variant":"velodrome-v1","token0":"A","token1":"B","decimals0":6,"decimals1":6,"feePips":500,"reserve0":"6110873648","reserve1":"6651345170"},
          {"id":"sv","protocol":"solidly-volatile","variant":"velodrome-v1","token0":"A","token1":"B","decimals0":18,"decimals1":6,"feePips":500,"reserve0":"31220354779450883153","reserve1":"63526279313"}
        ],"quotes":[
          {"pool":"v2","tokenIn":"A","tokenOut":"B","amountIn":"1000000000000000000"},
          {"pool":"v3","tokenIn":"A","tokenOut":"B","amountIn":"1000000000000000000"},
          {"pool":"v4","tokenIn":"B","tokenOut":"A","amountIn":"1000000000000000000"},
          {"pool":"w","tokenIn":"A","tokenOut":"B","amountIn":"400000000000000000000"},
          {"pool":"s","tokenIn":"A","tokenOut":"B","amountIn":"1000000000000000000"},
          {"pool":"c","tokenIn":"A","tokenOut":"B","amountIn":"500000000000000000"},
          {"pool":"ss","tokenIn":"A","tokenOut":"B","amountIn":302268108},
          {"pool":"sv","tokenIn":"A","tokenOut":"B","amountIn":"3655170221820867"}
        ]}
        """;

    [Fact]
    public async Task Every_protocol_is_answered_in_order_from_a_gzipped_file()
    {
        using TempFolder folder = new();
        string input = Path.Combine(folder.Path, "quotes.json.gz");
        string output = Path.Combine(folder.Path, "answers.json");
        using (GZipStream zipped = new(File.Create(input), CompressionLevel.Fastest))
        {
            zipped.Write(Encoding.UTF8.GetBytes(Pools));
        }

        (int code, string printed, string error) = await ArbRun.ToEndAsync("quote", "--input", input, "--json", output);
        Assert.True(code == 0, error);
        Assert.Equal(string.Empty, printed);
        string?[][] answers = Read(File.ReadAllText(output));
        Assert.Equal(
            ["1662497915624478906", "795933705287758544", "795933705287758544", null, "", "500008321109370981", "302127234", "7432846"],
            answers.Select((a, i) => i == 4 ? "" : a[0]));
        Assert.StartsWith("ratio-limit:", answers[3][1], StringComparison.Ordinal);
        Assert.NotNull(answers[4][0]);
    }

    [Fact]
    public async Task Without_a_file_the_answers_are_all_of_standard_output()
    {
        using TempFolder folder = new();
        string input = Path.Combine(folder.Path, "quotes.json");
        File.WriteAllText(input, Pools);
        (int code, string printed, _) = await ArbRun.ToEndAsync("quote", "--input", input);
        Assert.Equal(0, code);
        Assert.Equal(8, Read(printed).Length);
    }

    [Fact]
    public async Task Wrong_input_ends_with_1_and_names_pool_field_and_what_is_expected()
    {
        using TempFolder folder = new();
        string input = Path.Combine(folder.Path, "quotes.json");
        File.WriteAllText(input, Pools.Replace("\"reserve0\":\"5000000000000000000\"", "\"reserve0\":\"five\"", StringComparison.Ordinal));
        (int code, string printed, string error) = await ArbRun.ToEndAsync("quote", "--input", input);
        Assert.Equal(1, code);
        Assert.Equal(string.Empty, printed);
        Assert.Contains("pool 'v2' (pools[0]): field 'reserve0': expected a whole number", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Market_is_summarised_for_people_and_as_json()
    {
        using TempFolder folder = new();
        string input = Path.Combine(folder.Path, "market.json");
        File.WriteAllText(input, Pools);
        (int code, string table, string error) = await ArbRun.ToEndAsync("market", input);
        Assert.True(code == 0, error);
        Assert.Contains("8 pools, 8 with an exact model", table, StringComparison.Ordinal);
        (code, string json, error) = await ArbRun.ToEndAsync("market", input, "--json");
        Assert.True(code == 0, error);
        using JsonDocument summary = JsonDocument.Parse(json);
        Assert.Equal(8, summary.RootElement.GetProperty("protocols").GetArrayLength());
        Assert.Equal(8, summary.RootElement.GetProperty("quotes").GetInt32());
    }

    private static string?[][] Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.GetProperty("quotes").EnumerateArray()
                .Select(q => new[] { q.GetProperty("amountOut").GetString(), q.GetProperty("error").GetString() }),
        ];
    }
}
