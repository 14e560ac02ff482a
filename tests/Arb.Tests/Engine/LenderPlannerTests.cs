using System.Numerics;
using Arb.Domain;
using Arb.Engine;
using CsCheck;
using static Arb.Tests.Engine.EngineFixtures;

namespace Arb.Tests.Engine;

public sealed class LenderPlannerTests
{
    private static readonly UInt256 GasPrice = 1_000_000_000UL;
    private static readonly Address Vault = Account(90);
    private static readonly Address Manager = Account(91);

    private static readonly PoolListing PairA = Listing(21, PoolFamily.UniswapV2);
    private static readonly PoolListing PairB = Listing(22, PoolFamily.UniswapV2);
    private static readonly PoolListing RangesA = Listing(23, PoolFamily.UniswapV3);
    private static readonly PoolListing WeightedA = Listing(24, PoolFamily.BalancerWeighted) with { Vault = Vault };
    private static readonly PoolListing WeightedB = Listing(25, PoolFamily.BalancerWeighted) with { Vault = Vault };
    private static readonly PoolListing ManagedA = Listing(26, PoolFamily.UniswapV4) with { Key = new PoolKey(Manager, Hash(26)) };

    private static readonly FlashLoanTerms Nested = FlashLoanTerms.Nested(Weth);
    private static readonly FlashLoanTerms BalancerV2 = Terms(Lender.BalancerV2, Vault, 0, 55_000);
    private static readonly FlashLoanTerms Morpho = Terms(Lender.Morpho, Account(92), 0, 45_000);
    private static readonly FlashLoanTerms Aave = Terms(Lender.AaveV3, Account(93), 500_000_000_000_000UL, 140_000);
    private static readonly FlashLoanTerms[] All =
    [
        Nested, Terms(Lender.UniswapV4, Manager, 0, 40_000), Morpho, BalancerV2, Aave,
        Terms(Lender.UniswapV3, RangesA.Key.Contract, 3_000_000_000_000_000UL, 60_000),
        Terms(Lender.UniswapV2, PairA.Key.Contract, FlashLoanTerms.PremiumOfV2Swap(new FeePips(3_000)), 60_000),
    ];

    [Fact]
    public void Without_a_loan_is_cheapest_and_the_next_best_follow_in_order_of_what_they_leave()
    {
        LenderPlan plan = Plan(Between(PairA, PairB), [Aave, BalancerV2, Morpho, Nested]);
        Assert.Equal([Lender.FirstPool, Lender.Morpho, Lender.BalancerV2, Lender.AaveV3], plan.Options.Select(o => o.Terms.Lender));
        Assert.Equal(plan.Options[0].ProfitWei - (1_000_000_000 * 45_000L), plan.Options[1].ProfitWei);
        Assert.StartsWith("FirstPool (premium 0, 0 gas, leaves", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains($", then Morpho {Morpho.Contract}", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Route_whose_ends_are_paid_first_needs_a_loan_from_outside_its_lock()
    {
        LenderPlan plan = Plan(Between(WeightedA, ManagedA), All);
        Assert.DoesNotContain(plan.Options, o => o.Terms.Lender is Lender.FirstPool or Lender.BalancerV2);
        Assert.Equal(Lender.UniswapV4, plan.Options[0].Terms.Lender);
        Assert.Contains("pays before it is paid", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains($"not BalancerV2 {Vault}: its lock is closed while it lends, and {WeightedA.Key}", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Vault_alone_nets_what_it_is_owed() =>
        Assert.Equal(Lender.FirstPool, Plan(Between(WeightedA, WeightedB), All).Options[0].Terms.Lender);

    [Fact]
    public void Pool_on_the_route_does_not_lend()
    {
        LenderPlan plan = Plan(Between(PairA, RangesA), All);
        Assert.Equal(
            [Lender.UniswapV3, Lender.UniswapV2], plan.Refusals.Where(r => r.Reason.Contains("locked", StringComparison.Ordinal)).Select(r => r.Terms.Lender));
        Assert.Equal([Lender.UniswapV3, Lender.UniswapV2], Plan(Between(PairB, WeightedA), All).Options.Select(o => o.Terms.Lender).Where(l => l is Lender.UniswapV2 or Lender.UniswapV3));
    }

    [Fact]
    public void Lender_with_too_little_is_sized_for_what_it_has_or_refused()
    {
        Route route = Between(WeightedA, PairB);
        LenderPlan plan = LenderPlanner.Plan(
            route,
            [Morpho with { Available = 40UL }, Aave with { Available = UInt256.Zero }, BalancerV2 with { Token = Usdc }],
            GasPrice,
            terms => Sized(route, terms, UInt256.Min(100UL, terms.Available)),
            static amount => amount);
        Assert.Equal(40UL, Assert.Single(plan.Options).Cycle.Notional);
        Assert.Equal("it has nothing to lend", Assert.Single(plan.Refusals).Reason);
    }

    [Fact]
    public void Premium_outweighs_gas_where_the_notional_is_great_and_gas_where_it_is_small()
    {
        Route route = Between(ManagedA, WeightedA);
        FlashLoanTerms cheapGas = Terms(Lender.Erc3156, Account(95), 100_000_000_000_000UL, 10_000);
        FlashLoanTerms cheapMoney = Terms(Lender.AaveV3, Account(96), 1_000_000_000_000UL, 150_000);
        Assert.Equal(Lender.Erc3156, First(Ether(1) / 10_000UL));
        Assert.Equal(Lender.AaveV3, First(Ether(1_000)));

        Lender First(UInt256 notional) => LenderPlanner.Plan(
            route, [cheapMoney, cheapGas], GasPrice, terms => Sized(route, terms, notional), static amount => amount).Options[0].Terms.Lender;
    }

    [Fact]
    public void Choice_is_the_best_of_every_lender_that_does_not_conflict() =>
        Gen.Select(Gen.Int[0, 5].Array[2, 2], Gen.ULong[0, 2_000_000_000_000_000UL].Array[All.Length], Gen.ULong[0, 200].Array[All.Length], Gen.ULong[1, 1_000_000])
            .Where(draw => draw.Item1[0] != draw.Item1[1])
            .Sample((pools, premiums, available, gasPrice) =>
            {
                PoolListing[] listings = [PairA, PairB, RangesA, WeightedA, WeightedB, ManagedA];
                Route route = Between(listings[pools[0]], listings[pools[1]]);
                FlashLoanTerms[] offers =
                    [.. All.Select((terms, i) => terms.Lender == Lender.FirstPool ? terms : terms with { PremiumX18 = premiums[i], Available = available[i] })];
                LenderPlan plan = LenderPlanner.Plan(
                    route, offers, gasPrice, terms => Sized(route, terms, UInt256.Min(100UL, terms.Available)), static amount => amount);

                BigInteger? best = null;
                foreach (FlashLoanTerms terms in offers)
                {
                    if (terms.ConflictWith(route) is null && Sized(route, terms, UInt256.Min(100UL, terms.Available)) is { } cycle)
                    {
                        BigInteger left = (BigInteger)cycle.GrossProfit - ((BigInteger)gasPrice * terms.Gas);
                        best = best is null || left > best ? left : best;
                    }
                }

                Assert.Equal(best, plan.Options.IsEmpty ? null : plan.Options[0].ProfitWei);
                Assert.Equal(offers.Length, plan.Options.Length + plan.Refusals.Length);
            });

    [Fact]
    public void Premium_of_a_flash_swap_repays_what_the_pair_asks_for() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 100_000]).Sample((loan, pips) =>
        {
            FlashLoanTerms terms = new(Weth, UInt256.MaxValue, FlashLoanTerms.PremiumOfV2Swap(new FeePips(pips)));

            // UniswapV2Pair.swap: (balance · 1000 − in · 3) may not fall, so in · (10^6 − fee) ≥ out · 10^6.
            UInt256 repaid = (UInt256)loan + terms.PremiumOf(loan);
            UInt256 kept = (ulong)(FeePips.Whole - pips);
            Assert.True(repaid * kept >= (UInt256)loan * (ulong)FeePips.Whole);
            UInt256 slack = UInt256.One + ((UInt256)loan / FlashLoanTerms.Whole) + UInt256.One;
            Assert.True(repaid < slack || (repaid - slack) * kept < (UInt256)loan * (ulong)FeePips.Whole);
        });

    private static LenderPlan Plan(Route route, FlashLoanTerms[] offers) => LenderPlanner.Plan(
        route, offers, GasPrice, terms => Sized(route, terms, Ether(10)), static amount => amount);

    /// <summary>A cycle that gives one tenth more than it takes, at a size.</summary>
    private static SizedCycle? Sized(Route route, FlashLoanTerms terms, UInt256 notional)
    {
        SizedCycle cycle = new(route, [notional, notional, notional + (notional / 10UL)], terms.PremiumOf(notional));
        return cycle.GrossProfit.IsZero ? null : cycle;
    }

    private static Route Between(PoolListing first, PoolListing second) =>
        new([new Hop(first, Weth, Usdc), new Hop(second, Usdc, Weth)]);

    private static PoolListing Listing(byte id, PoolFamily family) =>
        new(new PoolKey(Account(id)), family, "dex", [Weth, Usdc], new FeePips(3_000));

    private static FlashLoanTerms Terms(Lender lender, Address contract, UInt256 premiumX18, ulong gas) =>
        new(Weth, UInt256.MaxValue, premiumX18) { Lender = lender, Contract = contract, Gas = gas };
}
