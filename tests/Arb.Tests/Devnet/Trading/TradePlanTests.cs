using System.Collections.Immutable;
using System.Numerics;
using Arb.Devnet.Deployment;
using Arb.Devnet.Trading;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Devnet.Trading;

public sealed class TradePlanTests
{
    private const int Traders = 4;

    [Fact]
    public void A_seed_trades_the_same_on_every_machine()
    {
        TradePlan plan = new(42, ReferenceMarket.Pools(42), Traders);

        // Computed by a second implementation, of SplitMix64 and of the plan, in another language.
        Assert.Equal(
            [
                "2 8 buys 28407300000 510000000",
                "2 3 sells 22605030000 1180000000",
                "3 0 sells 6212276000000000000 610000000",
                "0 7 buys 6170670000000000000 1270000000",
                "3 9 sells 37411008000 540000000",
                "2 1 buys 5773866000000000000 1120000000",
                "0 5 sells 1904896000000000000 1980000000",
                "0 6 sells 13785100000000000000 880000000",
                "3 0 sells 3965024000000000000 240000000",
                "2 4 buys 26569587000 720000000",
            ],
            plan.Next().Concat(plan.Next()).Select(swap =>
                $"{swap.Trader} {swap.Pool} {(swap.SellsBase ? "sells" : "buys")} {swap.BaseAmount} {swap.PriorityFeePerGasWei}"));
    }

    [Fact]
    public void Different_seeds_trade_differently() => Gen.ULong.Where(seed => seed != ulong.MaxValue).Sample(seed =>
        !new TradePlan(seed, ReferenceMarket.Pools(seed), Traders).Next().SequenceEqual(
            new TradePlan(seed + 1, ReferenceMarket.Pools(seed + 1), Traders).Next()));

    [Fact]
    public void A_block_trades_a_pool_once_and_moves_its_price_by_half_to_three_percent() => Gen.ULong.Sample(
        seed =>
        {
            ImmutableArray<ReferencePool> pools = ReferenceMarket.Pools(seed);
            TradePlan plan = new(seed, pools, Traders);
            for (int block = 0; block < 50; block++)
            {
                ImmutableArray<PlannedSwap> swaps = plan.Next();
                Assert.InRange(swaps.Length, 3, 6);
                Assert.Equal(swaps.Length, swaps.Select(swap => swap.Pool).Distinct().Count());
                Assert.All(swaps, swap =>
                {
                    Assert.InRange(swap.Trader, 0, Traders - 1);
                    BigInteger pips = 2 * FeePips.Whole * (BigInteger)swap.BaseAmount / pools[swap.Pool].BaseReserve;
                    Assert.InRange(pips, TradePlan.StepPipsMin - 1, 30_000);
                });
            }
        },
        iter: 50);

    [Fact]
    public void The_net_flow_into_a_pool_stays_bounded() => Gen.ULong.Sample(
        seed =>
        {
            ImmutableArray<ReferencePool> pools = ReferenceMarket.Pools(seed);
            TradePlan plan = new(seed, pools, Traders);
            BigInteger[] flow = new BigInteger[pools.Length];
            for (int block = 1; block <= 500; block++)
            {
                foreach (PlannedSwap swap in plan.Next())
                {
                    flow[swap.Pool] += (swap.SellsBase ? BigInteger.One : BigInteger.MinusOne) * (BigInteger)swap.BaseAmount;
                    BigInteger bound =
                        ((BigInteger)pools[swap.Pool].BaseReserve * TradePlan.DisplacementPipsMax / (2 * FeePips.Whole)) + block;
                    Assert.InRange(flow[swap.Pool], -bound, bound);
                }
            }
        },
        iter: 20);

    [Fact]
    public void Every_seed_makes_an_arbitrage_that_pays_its_gas_within_five_blocks() => Gen.ULong.Sample(
        seed =>
        {
            ModelMarket market = new(seed);
            TradePlan plan = new(seed, market.Reference, Traders);
            Assert.Null(market.BestCycle());
            for (int block = 0; block < 5; block++)
            {
                foreach (PlannedSwap swap in plan.Next())
                {
                    market.Apply(swap);
                }

                if (market.BestCycle() is not null)
                {
                    return true;
                }
            }

            return false;
        },
        iter: 1_000);

    [Fact]
    public void Prices_do_not_drift_away_whether_anyone_arbitrages_or_not() => Gen.Select(Gen.ULong, Gen.Bool).Sample(
        (seed, arbitraged) =>
        {
            ModelMarket market = new(seed);
            TradePlan plan = new(seed, market.Reference, Traders);
            int landed = 0;
            for (int block = 0; block < 300; block++)
            {
                foreach (PlannedSwap swap in plan.Next())
                {
                    market.Apply(swap);
                }

                while (arbitraged && market.BestCycle() is { } cycle)
                {
                    market.Apply(cycle);
                    landed++;
                }

                Assert.InRange(market.FurthestDisplacement(), 0, 0.06);
            }

            Assert.Equal(arbitraged, landed >= 100);
        },
        iter: 4);
}
