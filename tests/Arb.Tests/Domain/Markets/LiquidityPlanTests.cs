using System.Numerics;
using Arb.Domain;
using Arb.TestKit.Exact;

namespace Arb.Tests.Markets;

public sealed class LiquidityPlanTests
{
    // One range too much and the whole run of random pools stops at its deployment.
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(16_383)]
    [InlineData(32_767)]
    public void No_tick_is_given_more_than_any_contract_allows(int tickSpacing)
    {
        // Pool.tickSpacingToMaxLiquidityPerTick of V4, the strictest.
        int lowest = (int)Math.Floor(TickMath.TickMin / (double)tickSpacing);
        BigInteger allowed = ((BigInteger.One << 128) - 1) / ((TickMath.TickMax / tickSpacing) - lowest + 1);
        for (int seed = 0; seed < 3_000; seed++)
        {
            LiquidityPlan plan = new(new Random(seed), tickSpacing, UInt256.One << 96);
            Dictionary<int, BigInteger> gross = [];
            foreach (LiquidityRange range in plan.Draw(64))
            {
                gross[range.Lower] = gross.GetValueOrDefault(range.Lower) + range.Liquidity;
                gross[range.Upper] = gross.GetValueOrDefault(range.Upper) + range.Liquidity;
            }

            Assert.All(gross, tick => Assert.True(tick.Value <= allowed, $"Seed {seed}, tick {tick.Key}: {tick.Value} > {allowed}."));
        }
    }
}
