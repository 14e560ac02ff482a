using System.Collections.Immutable;
using Arb.Cli.Quotes;
using Arb.Domain;

namespace Arb.Tests.Cli;

public sealed class QuoteAnswerTests
{
    private const string Ether = "1000000000000000000";

    [Theory]
    [InlineData("v2", "A", "B", Ether, "1662497915624478906")]
    [InlineData("v3", "A", "B", Ether, "795933705287758544")]
    [InlineData("v3", "B", "A", Ether, "795933705287758544")]
    [InlineData("v4", "0x0000000000000000000000000000000000000000", "B", Ether, "795933705287758544")]
    [InlineData("velo-stable", "B", "A", "36283954", "36307464")]
    [InlineData("velo-volatile", "B", "A", "33762029", "16585646993362100")]
    public void Recorded_swaps_of_contracts_are_answered_to_the_unit(string pool, string tokenIn, string tokenOut, string amountIn, string amountOut)
    {
        QuoteAnswer answer = Single(QuoteFiles.Of(QuoteFiles.All, QuoteFiles.Quote(pool, tokenIn, tokenOut, amountIn)));
        Assert.Null(answer.Error);
        Assert.Equal(UInt256.Parse(amountOut), answer.AmountOut);
    }

    // UniswapV3Pool.swaps.spec.ts.snap (v3-core): medium fee, 1:10 price, 2e18 max range liquidity.
    [Theory]
    [InlineData("A", "B", "1000", "99")]
    [InlineData("B", "A", "1000", "9969")]
    [InlineData("A", "B", Ether, "86123526743846551")]
    [InlineData("B", "A", Ether, "3869747612262812753")]
    public void Recorded_swaps_at_another_price_too(string tokenIn, string tokenOut, string amountIn, string amountOut)
    {
        string pool = """
            {"id":"p","protocol":"uniswap-v3","token0":"A","token1":"B","feePips":3000,"tickSpacing":60,"sqrtPriceX96":"25054144837504793118641380156",
             "tick":-23028,"liquidity":"2000000000000000000","ticks":[[-887220,"2000000000000000000"],[887220,"-2000000000000000000"]]}
            """;
        QuoteAnswer answer = Single(QuoteFiles.Of([pool], QuoteFiles.Quote("p", tokenIn, tokenOut, amountIn)));
        Assert.Equal(UInt256.Parse(amountOut), answer.AmountOut);
    }

    [Fact]
    public void Protocol_fee_of_V4_is_of_its_direction_only()
    {
        string native = "0x0000000000000000000000000000000000000000";
        ImmutableArray<QuoteAnswer> answers = QuoteAnswer.All(QuoteFiles.Parse(QuoteFiles.Of(
            QuoteFiles.All, QuoteFiles.Quote("v4", native, "B", Ether), QuoteFiles.Quote("v4", "B", native, Ether))));
        Assert.Equal(UInt256.Parse("795933705287758544"), answers[0].AmountOut);
        Assert.Null(answers[1].Error);
        Assert.True(answers[1].AmountOut < answers[0].AmountOut);
    }

    [Fact]
    public void Curve_answers_what_exchange_pays_and_addresses_in_any_case()
    {
        QuoteAnswer answer = Single(QuoteFiles.Of(QuoteFiles.All, QuoteFiles.Quote(
            "0xbebc44782c7db0a1a60cb6fe97d0b483032ff1c7",
            "0x6B175474E89094C44DA98B954EEDEAC495271D0F",
            "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
            "1000000000000000")));
        Assert.Equal(SwapRefusal.None, Markets.CurvePools.ThreePool.QuoteExactIn(0, 1, UInt256.Parse("1000000000000000"), out UInt256 paid));
        Assert.Equal(paid, answer.AmountOut);
    }

    [Fact]
    public void Balancer_fractions_and_scaled_integers_mean_the_same()
    {
        string scaled = QuoteFiles.With(
            QuoteFiles.With(QuoteFiles.BalancerWeighted, "weights", """["500000000000000000","300000000000000000",200000000000000000]"""),
            "swapFee",
            "\"3000000000000000\"");
        string numbers = QuoteFiles.With(
            QuoteFiles.With(QuoteFiles.BalancerWeighted, "weights", "[0.5,0.3,0.2]"), "swapFee", "0.003");
        BalancerWeightedPool model = new(
            [UInt256.Parse("1000000000000000000000"), 2_000_000_000u, UInt256.Parse("3000000000000000000000")],
            [18, 6, 18],
            [500_000_000_000_000_000u, 300_000_000_000_000_000u, 200_000_000_000_000_000u],
            3_000_000_000_000_000u);
        Assert.Equal(SwapRefusal.None, model.QuoteExactIn(0, 1, UInt256.Parse(Ether), out UInt256 expected));
        foreach (string pool in new[] { QuoteFiles.BalancerWeighted, scaled, numbers })
        {
            QuoteAnswer answer = Single(QuoteFiles.Of([pool], QuoteFiles.Quote("weighted", "A", "B", Ether)));
            Assert.Null(answer.Error);
            Assert.Equal(expected, answer.AmountOut);
        }
    }

    [Fact]
    public void Balancer_stable_takes_the_amplification_as_the_contract_keeps_it_or_plain()
    {
        string plain = QuoteFiles.With(QuoteFiles.With(QuoteFiles.BalancerStable, "amp", "\"200\""), "ampPrecision", "1");
        BalancerStablePool model = new(
            [UInt256.Parse("1000000000000000000000"), 1_000_000_000u],
            [UInt256.Parse(Ether), UInt256.Parse("1000000000000000000000000000000")],
            200_000u,
            400_000_000_000_000u);
        Assert.Equal(SwapRefusal.None, model.QuoteExactIn(0, 1, UInt256.Parse(Ether), out UInt256 expected));
        foreach (string pool in new[] { QuoteFiles.BalancerStable, plain })
        {
            Assert.Equal(expected, Single(QuoteFiles.Of([pool], QuoteFiles.Quote("stable", "A", "B", Ether))).AmountOut);
        }
    }

    [Fact]
    public void Answers_keep_the_order_and_one_wrong_quote_spoils_no_other()
    {
        ImmutableArray<QuoteAnswer> answers = QuoteAnswer.All(QuoteFiles.Parse(QuoteFiles.Of(
            QuoteFiles.All,
            QuoteFiles.Quote("v2", "A", "B", "0"),
            QuoteFiles.Quote("v2", "A", "B", Ether),
            QuoteFiles.Quote("nowhere", "A", "B", Ether),
            QuoteFiles.Quote("v2", "A", "Z", Ether),
            QuoteFiles.Quote("v2", "A", "A", Ether),
            QuoteFiles.Quote("v2", "A", "B", "-5"),
            """{"pool":"v2","tokenIn":"A","tokenOut":"B"}""",
            "7",
            QuoteFiles.Quote("v3", "A", "B", "100000000000000000000000000000000000000000000000000"),
            """{"pool":"v2","tokenIn":"A","tokenOut":"B","amountIn":1000000000000000000}""")));
        string[] begins =
        [
            "invalid-request", "", "unknown-pool", "unknown-token", "invalid-request", "quotes[5]: field 'amountIn'",
            "quotes[6]: field 'amountIn' is missing", "quotes[7]", "insufficient-liquidity", "",
        ];
        Assert.Equal(begins.Length, answers.Length);
        Assert.All(begins.Zip(answers), pair =>
        {
            if (pair.First.Length == 0)
            {
                Assert.Null(pair.Second.Error);
                Assert.Equal(UInt256.Parse("1662497915624478906"), pair.Second.AmountOut);
            }
            else
            {
                Assert.StartsWith(pair.First, pair.Second.Error, StringComparison.Ordinal);
            }
        });
    }

    private static QuoteAnswer Single(string json) => Assert.Single(QuoteAnswer.All(QuoteFiles.Parse(json)));
}
