using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Search;
using CsCheck;

namespace Arb.Tests.Search;

public sealed class CycleSizerTests
{
    private const int GridPoints = 10_000;

    [Fact]
    public void Result_equals_brute_force_over_every_notional_on_small_markets() =>
        Gen.Select(Markets.Small, Markets.Premium, Gen.UInt[0, 400]).Sample(
            (snapshot, premium, available) =>
            {
                Dictionary<Address, ConstantProductPool> pools = Markets.ByAddress(snapshot);
                FlashLoanTerms loan = new(Markets.Start, available, premium);
                foreach (Route route in FamilyMarkets.Cycles(snapshot, Markets.Start, 4))
                {
                    (UInt256 notional, UInt256 profit) = BruteForce(route, pools, loan);
                    bool sized = CycleSizer.TrySize(route, pools.Models(), loan, out SizedCycle? cycle);
                    Assert.Equal(!profit.IsZero, sized);
                    if (sized)
                    {
                        Assert.Equal(profit, cycle!.GrossProfit);
                        Assert.Equal(notional, cycle.Notional);
                    }
                }
            },
            iter: 3_000);

    [Fact]
    public void Never_loses_to_a_grid_on_reserves_of_real_size() =>
        Gen.Select(Markets.Realistic, Markets.Premium).Sample(
            (market, premium) =>
            {
                (Route route, Dictionary<Address, ConstantProductPool> pools) = market;
                FlashLoanTerms loan = new(Markets.Start, ConstantProductPool.ReserveMax, premium);
                bool sized = CycleSizer.TrySize(route, pools.Models(), loan, out SizedCycle? cycle, out bool proven);
                UInt256 profit = sized ? cycle!.GrossProfit : UInt256.Zero;
                UInt256 allowed = proven ? UInt256.Zero : (UInt256)Crumbs(route, pools, loan);

                // Round the optimum where there is one, up to the reserve where there is none.
                ConstantProductPool first = pools[route.Hops[0].Pool.Key.Contract];
                UInt256 reach = sized ? cycle!.Notional * 2 : first.Reserves(route.Hops[0].ZeroForOne).In;
                for (int i = 1; i <= GridPoints; i++)
                {
                    UInt256 notional = MulDiv.Ceiling(reach, (UInt256)i, GridPoints);
                    UInt256 other = Profit(route, pools, loan, notional);
                    Assert.True(other <= profit + allowed, $"{notional} earns {other}, more than {cycle?.Notional} with {profit}");
                }
            },
            iter: 150);

    [Fact]
    public void Profit_is_within_one_unit_of_each_token_of_the_unrounded_optimum() =>
        Gen.Select(Markets.Realistic, Markets.Premium).Sample(
            (market, premium) =>
            {
                (Route route, Dictionary<Address, ConstantProductPool> pools) = market;
                FlashLoanTerms loan = new(Markets.Start, ConstantProductPool.ReserveMax, premium);
                (MobiusMap map, BigInteger best) = Smooth(route, pools, loan);
                BigInteger smooth = map.Floor(best) - best - (best * premium / FlashLoanTerms.Whole);
                BigInteger profit = CycleSizer.TrySize(route, pools.Models(), loan, out SizedCycle? cycle) ? cycle.GrossProfit : UInt256.Zero;
                Assert.True(profit >= smooth - Crumbs(route, pools, loan), $"{profit} is too far below {smooth}");
                Assert.True(profit <= BigInteger.Max(smooth + 2, 0), $"{profit} is above the unrounded optimum {smooth}");
            },
            iter: 5_000);

    [Fact]
    public void Notional_is_the_least_for_its_output_and_the_amounts_are_the_quotes() =>
        Gen.Select(Markets.Realistic, Markets.Premium).Sample(IsTrimmed, iter: 5_000);

    // Found by the property above: two tokens of 18 decimals, where no walk ends and the trim is the last step.
    [Fact]
    public void Notional_is_trimmed_where_nothing_is_proven()
    {
        ConstantProductPool first = Markets.Pool(0, 0, 1, 10_000_000_000_000_000_000, 10_221_208_995_224_983_552, 10_000);
        UInt256 even = UInt256.Parse("80542055677986111488");
        ConstantProductPool second = Markets.Pool(1, 1, 0, even, even, 500);
        Dictionary<Address, ConstantProductPool> pools = new() { [first.Info.Address] = first, [second.Info.Address] = second };
        IsTrimmed((RouteOf(first, second), pools), 10_000_000_000_000_000);
    }

    private static void IsTrimmed((Route Route, Dictionary<Address, ConstantProductPool> Pools) market, UInt256 premium)
    {
        (Route route, Dictionary<Address, ConstantProductPool> pools) = market;
        FlashLoanTerms loan = new(Markets.Start, ConstantProductPool.ReserveMax, premium);
        if (!CycleSizer.TrySize(route, pools.Models(), loan, out SizedCycle? cycle))
        {
            return;
        }

        Assert.Equal(route.Hops.Length + 1, cycle.Amounts.Length);
        Assert.Equal(loan.PremiumOf(cycle.Notional), cycle.Premium);
        Assert.True(cycle.GrossProfit > UInt256.Zero);
        Assert.True(TryOutput(route, pools, cycle.Notional, out ImmutableArray<UInt256> amounts));
        Assert.Equal(amounts, cycle.Amounts);
        Assert.False(
            TryOutput(route, pools, cycle.Notional - UInt256.One, out ImmutableArray<UInt256> less)
            && less[^1] >= cycle.AmountOut);
    }

    [Fact]
    public void Loan_bounds_the_notional() =>
        Gen.Select(Markets.Realistic, Gen.Int[1, 100]).Sample(
            (market, percent) =>
            {
                (Route route, Dictionary<Address, ConstantProductPool> pools) = market;
                if (!CycleSizer.TrySize(route, pools.Models(), null, out SizedCycle? free))
                {
                    return;
                }

                UInt256 available = MulDiv.Floor(free.Notional, (UInt256)percent, 100);
                FlashLoanTerms loan = new(Markets.Start, available, UInt256.Zero);
                bool sized = CycleSizer.TrySize(route, pools.Models(), loan, out SizedCycle? bounded);
                UInt256 profit = sized ? bounded!.GrossProfit : UInt256.Zero;
                Assert.True(!sized || bounded!.Notional <= available);
                Assert.True(profit <= free.GrossProfit + (UInt256)Crumbs(route, pools, loan));
                Assert.True(profit >= Profit(route, pools, loan, available));
            },
            iter: 2_000);

    [Fact]
    public void Reserves_near_112_bits_bound_the_notional()
    {
        // The second pool has room for 10 more units of token 1, and 3 in would bring 11; the profit would go on growing far beyond.
        UInt256 nearlyFull = ConstantProductPool.ReserveMax - 10;
        ConstantProductPool first = Markets.Pool(0, 0, 1, 1_000_000, 1_000_000, 0);
        ConstantProductPool second = Markets.Pool(1, 1, 0, nearlyFull, ConstantProductPool.ReserveMax - 1, 0);
        ConstantProductPool tilted = first with { Reserve1 = 4_000_000 };
        Dictionary<Address, ConstantProductPool> pools = new()
        {
            [tilted.Info.Address] = tilted,
            [second.Info.Address] = second,
        };
        Route route = new(
        [
            new Hop(PoolListing.Of(tilted.Info), Markets.Token(0), Markets.Token(1)),
            new Hop(PoolListing.Of(second.Info), Markets.Token(1), Markets.Token(0)),
        ]);
        Assert.True(CycleSizer.TrySize(route, pools.Models(), null, out SizedCycle? cycle));
        Assert.Equal<UInt256>(7, cycle.Amounts[1]);
        Assert.Equal<UInt256>(2, cycle.Notional);
    }

    [Fact]
    public void A_dry_pool_makes_no_profit()
    {
        ConstantProductPool first = Markets.Pool(0, 0, 1, 1000, 2000, 0);
        ConstantProductPool dry = Markets.Pool(1, 1, 0, 0, 1000, 0);
        Dictionary<Address, ConstantProductPool> pools = new() { [first.Info.Address] = first, [dry.Info.Address] = dry };
        Assert.False(CycleSizer.TrySize(RouteOf(first, dry), pools.Models(), null, out SizedCycle? cycle));
        Assert.Null(cycle);
    }

    [Fact]
    public void A_missing_pool_and_a_loan_in_another_token_are_errors_that_name_them()
    {
        ConstantProductPool first = Markets.Pool(0, 0, 1, 1000, 2000, 0);
        ConstantProductPool second = Markets.Pool(1, 1, 0, 1000, 1000, 0);
        Route route = RouteOf(first, second);
        Dictionary<Address, ConstantProductPool> pools = new() { [first.Info.Address] = first };
        ArgumentException missing = Assert.Throws<ArgumentException>(() => CycleSizer.TrySize(route, pools.Models(), null, out _));
        Assert.Contains(second.Info.Address.ToString(), missing.Message, StringComparison.Ordinal);

        pools.Add(second.Info.Address, second);
        FlashLoanTerms other = new(Markets.Token(1), 1000, 0);
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => CycleSizer.TrySize(route, pools.Models(), other, out _));
        Assert.Contains(Markets.Token(1).ToString(), wrong.Message, StringComparison.Ordinal);
    }

    // WETH → USDC → WETH: wei of input per unit of USDC is 3·10^8, so an untrimmed notional gives a part of that away.
    [Fact]
    public void Six_decimals_in_the_middle_are_trimmed_to_the_least_notional()
    {
        UInt256 ether = 1_000_000_000_000_000_000;
        ConstantProductPool cheap = Markets.Pool(0, 0, 1, 1_000 * ether, 3_060_000_000_000, 3000);
        ConstantProductPool dear = Markets.Pool(1, 1, 0, 3_000_000_000_000, 1_000 * ether, 3000);
        Dictionary<Address, ConstantProductPool> pools = new() { [cheap.Info.Address] = cheap, [dear.Info.Address] = dear };
        Route route = RouteOf(cheap, dear);
        Assert.True(CycleSizer.TrySize(route, pools.Models(), null, out SizedCycle? cycle));
        Assert.True(Profit(route, pools, null, cycle.Notional + UInt256.One) < cycle.GrossProfit);

        Assert.True(cheap.TryQuoteExactIn(route.Hops[0].ZeroForOne, cycle.Notional - UInt256.One, out UInt256 less));
        Assert.Equal(cycle.Amounts[1] - UInt256.One, less);
    }

    private static (MobiusMap Map, BigInteger Notional) Smooth(
        Route route,
        Dictionary<Address, ConstantProductPool> pools,
        FlashLoanTerms loan)
    {
        MobiusMap map = Map(route, pools, 0, route.Hops.Length);
        return (map, map.WhereSlopeIs(FlashLoanTerms.Whole + loan.PremiumX18, FlashLoanTerms.Whole));
    }

    private static MobiusMap Map(Route route, Dictionary<Address, ConstantProductPool> pools, int from, int to)
    {
        MobiusMap map = MobiusMap.Of(pools[route.Hops[from].Pool.Key.Contract], route.Hops[from].ZeroForOne);
        for (int i = from + 1; i < to; i++)
        {
            map = map.Then(MobiusMap.Of(pools[route.Hops[i].Pool.Key.Contract], route.Hops[i].ZeroForOne));
        }

        return map;
    }

    /// <summary>One unit of each token on the way, priced in the start token at the unrounded optimum, and the start token's own roundings.</summary>
    private static BigInteger Crumbs(Route route, Dictionary<Address, ConstantProductPool> pools, FlashLoanTerms loan)
    {
        BigInteger notional = Smooth(route, pools, loan).Notional;
        BigInteger crumbs = 4;
        for (int at = 1; at < route.Hops.Length; at++)
        {
            BigInteger amount = BigInteger.Max(Map(route, pools, 0, at).Floor(notional), 1);
            MobiusMap rest = Map(route, pools, at, route.Hops.Length);
            crumbs += rest.Floor(amount) - rest.Floor(amount - 1) + 1;
        }

        return crumbs;
    }

    private static Route RouteOf(ConstantProductPool first, ConstantProductPool second) => new(
    [
        new Hop(PoolListing.Of(first.Info), Markets.Token(0), Markets.Token(1)),
        new Hop(PoolListing.Of(second.Info), Markets.Token(1), Markets.Token(0)),
    ]);

    /// <summary>The greatest profit over all notionals, and the least notional that makes it. No reserve exceeds 300 units.</summary>
    private static (UInt256 Notional, UInt256 Profit) BruteForce(
        Route route,
        Dictionary<Address, ConstantProductPool> pools,
        FlashLoanTerms loan)
    {
        UInt256 bestNotional = UInt256.Zero;
        UInt256 bestProfit = UInt256.Zero;
        for (UInt256 notional = 1; notional <= UInt256.Min(loan.Available, 300); notional++)
        {
            UInt256 profit = Profit(route, pools, loan, notional);
            if (profit > bestProfit)
            {
                (bestNotional, bestProfit) = (notional, profit);
            }
        }

        return (bestNotional, bestProfit);
    }

    private static UInt256 Profit(
        Route route,
        Dictionary<Address, ConstantProductPool> pools,
        FlashLoanTerms? loan,
        UInt256 notional) =>
        TryOutput(route, pools, notional, out ImmutableArray<UInt256> amounts)
            ? new SizedCycle(route, amounts, loan?.PremiumOf(notional) ?? UInt256.Zero).GrossProfit
            : UInt256.Zero;

    private static bool TryOutput(
        Route route,
        Dictionary<Address, ConstantProductPool> pools,
        UInt256 notional,
        out ImmutableArray<UInt256> amounts)
    {
        ImmutableArray<UInt256>.Builder along = ImmutableArray.CreateBuilder<UInt256>();
        along.Add(notional);
        amounts = [];
        foreach (Hop hop in route.Hops)
        {
            if (!pools[hop.Pool.Key.Contract].TryQuoteExactIn(hop.ZeroForOne, along[^1], out UInt256 next))
            {
                return false;
            }

            along.Add(next);
        }

        amounts = along.ToImmutable();
        return true;
    }
}
