using System.Collections.Immutable;
using Arb.Devnet.Deployment;
using Arb.Devnet.Trading;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Devnet.Trading;

public sealed class ReferenceOthersTests
{
    [Fact]
    public void Every_pool_has_a_price_at_the_reference_and_ranges_that_end_at_usable_ticks() => Gen.ULong.Sample(seed =>
    {
        ReferenceOthers others = ReferenceOthers.Of(seed);
        foreach (ReferenceConcentrated pool in others.Concentrated)
        {
            Assert.Equal(10, pool.Ranges.Sum(range => range.ShareTenths));
            Assert.All(pool.Ranges, range =>
            {
                // The reference price lies up to one grid step above the tick that offsets count from.
                Assert.True(range.LowerOffset < 0 && range.UpperOffset > ReferenceOthers.TickGrid);
                Assert.Equal((0, 0), (range.LowerOffset % pool.TickSpacing, range.UpperOffset % pool.TickSpacing));
            });
        }

        Assert.All(others.Weighted, pool => Assert.Equal(100, pool.WeightsPercent.Sum()));
    });

    [Fact]
    public void Every_token_can_be_reached_through_two_markets_that_are_no_pairs()
    {
        ImmutableArray<ReferencePool> markets = ReferenceOthers.Of(3).Markets;
        for (int token = 0; token < ReferenceMarket.Tokens.Length; token++)
        {
            Assert.True(markets.Count(market => market.BaseToken == token || market.QuoteToken == token) >= 2, $"token {token}");
        }
    }

    [Fact]
    public void A_seed_makes_the_same_market_and_the_same_trades_again() => Gen.ULong.Sample(
        seed =>
        {
            ImmutableArray<ReferencePool> markets = ReferenceOthers.Of(seed).Markets;
            Assert.Equal(markets, ReferenceOthers.Of(seed).Markets);
            TradePlan first = new(seed, markets, 4, TradePlan.StreamOfOthers);
            TradePlan again = new(seed, markets, 4, TradePlan.StreamOfOthers);
            for (int block = 0; block < 20; block++)
            {
                Assert.Equal(first.Next(), again.Next());
            }
        },
        iter: 50);

    [Fact]
    public void Both_sides_of_a_concentrated_market_are_worth_the_same() => Gen.ULong.Sample(seed =>
    {
        ReferenceOthers others = ReferenceOthers.Of(seed);
        foreach (ReferencePool market in others.Markets.Take(others.Concentrated.Length))
        {
            UInt256 million = ReferenceMarket.Tokens[market.BaseToken].RawUnitsWorth(1_000_000);
            UInt256 quote = ReferenceMarket.Tokens[market.QuoteToken].RawUnitsWorth(1_000_000);
            Assert.Equal(MulDiv.Floor(market.BaseReserve, quote, million), market.QuoteReserve);
        }
    });
}
