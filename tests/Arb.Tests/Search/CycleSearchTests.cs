using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Search;
using CsCheck;

namespace Arb.Tests.Search;

public sealed class CycleSearchTests
{
    private static readonly MarketSnapshot Tilted = Markets.Snapshot(
        [Markets.Pool(0, 0, 1, 100_000, 120_000, 3000), Markets.Pool(1, 1, 0, 100_000, 100_000, 3000)]);

    [Fact]
    public void Sizes_what_it_finds_under_the_loan_of_the_start_token()
    {
        MarketSnapshot snapshot = Tilted with
        {
            Loans = [new FlashLoanTerms(Markets.Token(1), 1, 0), new FlashLoanTerms(Markets.Start, 500, 0)],
        };
        SizedCycle cycle = Assert.Single(CycleSearch.FindProfitable(snapshot, [Markets.Start], 3));
        Assert.Equal(Markets.Start, cycle.Route.StartToken);
        Assert.True(cycle.Notional <= 500 && cycle.Notional > 490);
        Assert.True(cycle.GrossProfit > UInt256.Zero);
    }

    [Fact]
    public void Without_a_lender_nothing_starts_and_the_reason_is_counted()
    {
        CycleSearch search = Searched(Tilted, Terms(Markets.Start, 3), default);
        Assert.Empty(search.Take(10));
        Assert.Equal(1, search.CandidateCount);
        Assert.Equal(1, search.Dropped(CandidateDrop.NotLent));
    }

    [Fact]
    public void Of_several_lenders_the_one_that_leaves_most_lends()
    {
        FlashLoanTerms dear = new(Markets.Start, 1_000_000, 900_000_000_000_000);
        FlashLoanTerms little = new(Markets.Start, 10, UInt256.Zero);
        FlashLoanTerms cheap = new(Markets.Start, 1_000_000, 100_000_000_000_000);
        ProfitableCycle cycle = Assert.Single(
            Searched(Tilted with { Loans = [dear, little, cheap] }, Terms(Markets.Start, 3), default).Take(10));
        Assert.Equal(cheap, cycle.Loan);
        Assert.Equal(cheap.PremiumOf(cycle.Cycle.Notional), cycle.Cycle.Premium);
    }

    [Fact]
    public void A_lender_without_a_premium_loses_to_one_with_less_gas()
    {
        FlashLoanTerms free = new(Markets.Start, 1_000_000, UInt256.Zero) { Gas = 1_000 };
        FlashLoanTerms light = new(Markets.Start, 1_000_000, 100_000_000_000_000);
        MarketSnapshot market = Tilted with { Loans = [free, light] };
        Assert.Equal(free, Assert.Single(Searched(market, Terms(Markets.Start, 3), default).Take(1)).Loan);
        ProfitableCycle cycle = Assert.Single(Searched(market, Terms(Markets.Start, 3), new SearchCosts(1, 0)).Take(1));
        Assert.Equal(light, cycle.Loan);
        Assert.Equal(0UL, cycle.Gas);
    }

    [Fact]
    public void What_rounding_eats_is_a_candidate_and_is_not_returned()
    {
        // Rates differ by a hair, and ten units per side leave no whole unit of profit.
        MarketSnapshot crumbs = Markets.Snapshot(
            [Markets.Pool(0, 0, 1, 10, 11, 0), Markets.Pool(1, 1, 0, 10, 10, 0)]) with
        {
            Loans = [new FlashLoanTerms(Markets.Start, 1000, 0)],
        };
        CycleSearch search = Searched(crumbs, Terms(Markets.Start, 2), default);
        Assert.Empty(search.Take(10));
        Assert.Equal(1, search.CandidateCount);
        Assert.Equal(1, search.Dropped(CandidateDrop.NoProfitableSize));
    }

    [Fact]
    public void Every_profit_that_trying_every_cycle_and_every_notional_finds_is_found() =>
        Gen.Select(FamilyMarkets.Small, Gen.Int[2, 4], Gen.UInt[0, 6]).Sample(
            (market, hopsMax, floor) =>
            {
                Address[] starts = [FamilyMarkets.Token(0), FamilyMarkets.Token(1)];
                SearchTerms terms = Terms(starts[0], hopsMax) with { StartTokens = [.. starts], WrappedEther = starts[0] };
                CycleSearch search = Searched(market, terms, new SearchCosts(UInt256.Zero, floor));
                Dictionary<Route, ProfitableCycle> found = search.Take(int.MaxValue).ToDictionary(cycle => cycle.Cycle.Route);
                Dictionary<PoolKey, IPoolModel> models = FamilyMarkets.Models(market);
                HashSet<Route> expected = [];
                foreach (Route route in FamilyMarkets.Cycles(market, starts[0], hopsMax))
                {
                    BigInteger best = BestOf(route, models);
                    if (best > 0 && best >= floor)
                    {
                        Assert.True(found.TryGetValue(route, out ProfitableCycle? cycle), $"{route} earns {best} and was not found");
                        Assert.True(cycle.Cycle.GrossProfit >= best, $"{route} earns {best}, not {cycle.Cycle.GrossProfit}");
                        expected.Add(route);
                    }
                }

                // And nothing else from that start token: what is reported is what the pools pay.
                foreach (ProfitableCycle cycle in found.Values.Where(cycle => cycle.Cycle.Route.StartToken == starts[0]))
                {
                    Assert.Contains(cycle.Cycle.Route, expected);
                    Assert.Equal(
                        (BigInteger)cycle.Cycle.GrossProfit,
                        FamilyMarkets.Profit(cycle.Cycle.Route, models, cycle.Loan, cycle.Cycle.Notional));
                }
            },
            iter: 300);

    [Fact]
    public void Following_changes_finds_what_a_new_search_finds() =>
        Gen.Select(FamilyMarkets.Large, FamilyMarkets.Large, Gen.Int[2, 4], Gen.Bool.Array[12].Array[4]).Sample(
            (market, other, hopsMax, blocks) =>
            {
                SearchTerms terms = Terms(FamilyMarkets.Token(0), hopsMax) with
                {
                    StartTokens = [FamilyMarkets.Token(0), FamilyMarkets.Token(2)],
                };
                SearchCosts costs = new(1_000_000UL, 1_000UL);
                CycleSearch followed = Searched(market, terms, costs);
                SnapshotPool[] pools = [.. market.Pools];
                foreach (bool[] block in blocks)
                {
                    // A pool moves by a trade, or is not readable and comes back.
                    List<SnapshotPool> readable = [];
                    for (int i = 0; i < pools.Length; i++)
                    {
                        if (block[i] && pools[i].Model.SwapExactIn(0, 1, X18Times(7), out _, out IPoolModel after) == SwapRefusal.None)
                        {
                            pools[i] = pools[i] with { Model = after };
                        }

                        if (!(block[i] && block[(i + 1) % 12]))
                        {
                            readable.Add(pools[i]);
                        }
                    }

                    MarketSnapshot next = market with { Pools = [.. readable] };
                    Assert.True(followed.Run(next, costs));
                    Same(Searched(next, terms, costs), followed);
                }
            },
            iter: 200);

    [Fact]
    public void The_result_depends_neither_on_the_number_of_threads_nor_on_the_order_of_pools() =>
        Gen.Select(FamilyMarkets.Large, Gen.Int).Sample(
            (market, seed) =>
            {
                SearchTerms terms = Terms(FamilyMarkets.Token(0), 4);
                CycleSearch one = Searched(market, terms with { Workers = 1 }, default);
                CycleSearch two = Searched(market, terms with { Workers = 2 }, default);
                Same(one, two);
                SnapshotPool[] mixed = [.. market.Pools];
                new Random(seed).Shuffle(mixed);
                CycleSearch shuffled = Searched(market with { Pools = [.. mixed] }, terms, default);
                Assert.Equal(
                    one.Take(int.MaxValue).Select(cycle => (cycle.Cycle.Route, cycle.NetProfitWei)),
                    shuffled.Take(int.MaxValue).Select(cycle => (cycle.Cycle.Route, cycle.NetProfitWei)));
            },
            iter: 100);

    [Fact]
    public void Every_candidate_is_profitable_or_counted_with_a_reason() =>
        Gen.Select(FamilyMarkets.Large, Gen.ULong[0, 1_000_000_000_000]).Sample(
            (market, gasPrice) =>
            {
                SearchTerms terms = Terms(FamilyMarkets.Token(0), 4) with { Gas = new GasSchedule(100_000, [70_000]) };
                CycleSearch search = Searched(market, terms, new SearchCosts(gasPrice, 1_000_000UL));
                long dropped = Enum.GetValues<CandidateDrop>().Sum(search.Dropped);
                Assert.Equal(search.CandidateCount, dropped + search.ProfitableCount);
                Assert.Equal(search.ProfitableCount, search.Take(int.MaxValue).Length);
            },
            iter: 200);

    [Fact]
    public void Beyond_the_limit_the_best_are_kept_the_others_counted_and_changes_still_followed()
    {
        // Eight pools a pair and price differences everywhere: far more candidates than are kept.
        ImmutableArray<ConstantProductPool> pairs =
        [
            .. Enumerable.Range(0, 24).Select(i => Markets.Pool(
                i, i % 3, (i + 1) % 3, 1_000_000_000UL + (ulong)(i * 40_000_000L), 1_000_000_000UL, 500)),
        ];
        MarketSnapshot market = Markets.Snapshot(pairs) with { Loans = [new FlashLoanTerms(Markets.Start, UInt256.One << 100, 0)] };
        CycleSearch all = Searched(market, Terms(Markets.Start, 4), default);
        CycleSearch one = Searched(market, Terms(Markets.Start, 4) with { CandidatesMax = 100, Workers = 1 }, default);
        CycleSearch two = Searched(market, Terms(Markets.Start, 4) with { CandidatesMax = 100, Workers = 2 }, default);
        Assert.True(all.CandidateCount > 1_000);
        Assert.Equal(all.CandidateCount, one.CandidateCount);
        Assert.Equal(all.CandidateCount - 50, one.Dropped(CandidateDrop.BeyondMemory));
        Same(one, two);
        Assert.Equal(all.Take(10).Select(c => c.Cycle.Route), one.Take(10).Select(c => c.Cycle.Route));

        SnapshotPool moved = Markets.Of(pairs[0] with { Reserve0 = pairs[0].Reserve0 + 9_000_000UL });
        MarketSnapshot next = market with { Pools = market.Pools.SetItem(0, moved) };
        Assert.True(one.Run(next, default));
        Same(Searched(next, one.Terms, default), one);
    }

    [Fact]
    public void An_update_allocates_nothing()
    {
        ImmutableArray<ConstantProductPool> pairs =
        [
            .. Enumerable.Range(0, 40).Select(i => Markets.Pool(
                i, i % 6, (i + 1 + (i / 12)) % 6, 1_000_000_000UL + (ulong)(i * 13_000_000L), 1_000_000_000UL, 500)),
        ];
        FlashLoanTerms[] loans = [new(Markets.Start, UInt256.One << 100, 0)];
        CycleSearch search = new(Terms(Markets.Start, 4));
        search.Build([.. pairs.Select(Markets.Of)]);
        search.FindAll();
        search.Size(loans, default);
        PoolChange[] there = [.. Enumerable.Range(0, 10).Select(i => new PoolChange(i, pairs[i] with { Reserve0 = pairs[i].Reserve0 + 50_000_000UL }))];
        PoolChange[] back = [.. Enumerable.Range(0, 10).Select(i => new PoolChange(i, pairs[i]))];
        for (int round = 0; round < 50; round++)
        {
            search.Apply(round % 2 == 0 ? there : back);
            search.Size(loans, default);
        }

        Assert.True(search.ProfitableCount > 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 10; round++)
        {
            search.Apply(round % 2 == 0 ? there : back);
            search.Size(loans, default);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_native_currency_counts_as_the_wrapped_token()
    {
        Address ether = Markets.Start;
        ConstantProductPool pair = Markets.Pool(0, 0, 1, 1_000_000, 1_000_000, 500);
        PoolInfo native = new(Tests.Markets.Pools.At(9), "dex", default, Markets.Token(1), new FeePips(500));
        PoolListing listing = new(new PoolKey(native.Address), PoolFamily.UniswapV4, "dex", [default, Markets.Token(1)], native.Fee);
        MarketSnapshot market = Markets.Snapshot([pair]) with { Loans = [new FlashLoanTerms(ether, 1_000_000, 0)] };
        market = market with { Pools = market.Pools.Add(new SnapshotPool(listing, new ConstantProductPool(native, 1_000_000, 1_200_000))) };
        ProfitableCycle cycle = Assert.Single(Searched(market, Terms(ether, 2), default).Take(10));
        Assert.Equal(listing, cycle.Cycle.Route.Hops[0].Pool);
        Assert.Equal(ether, cycle.Cycle.Route.Hops[0].TokenIn);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Hops_outside_the_limits_are_refused(int hopsMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CycleSearch(Terms(Markets.Start, hopsMax)));

    [Fact]
    public void A_pool_given_twice_is_an_error_that_names_it()
    {
        ConstantProductPool pool = Markets.Pool(0, 0, 1, 10, 10, 0);
        CycleSearch search = new(Terms(Markets.Start, 2));
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => search.Build([Markets.Of(pool), Markets.Of(pool)]));
        Assert.Contains(pool.Info.Address.ToString(), wrong.Message, StringComparison.Ordinal);
    }

    private static UInt256 X18Times(ulong whole) => (UInt256)whole * 1_000_000_000_000_000_000UL;

    private static BigInteger BestOf(Route route, Dictionary<PoolKey, IPoolModel> models)
    {
        BigInteger best = 0;
        for (uint notional = 1; notional <= FamilyMarkets.SmallLoan; notional++)
        {
            best = BigInteger.Max(best, FamilyMarkets.Profit(route, models, null, notional) ?? 0);
        }

        return best;
    }

    private static SearchTerms Terms(Address start, int hopsMax) =>
        new() { StartTokens = [start], WrappedEther = start, HopsMax = hopsMax };

    private static CycleSearch Searched(MarketSnapshot market, SearchTerms terms, SearchCosts costs)
    {
        CycleSearch search = new(terms);
        Assert.False(search.Run(market, costs));
        return search;
    }

    private static void Same(CycleSearch expected, CycleSearch actual)
    {
        Assert.Equal(expected.CandidateCount, actual.CandidateCount);
        Assert.Equal(expected.ProfitableCount, actual.ProfitableCount);
        Assert.Equal(
            expected.Take(int.MaxValue).Select(cycle => (cycle.Cycle.Route, cycle.Cycle.Notional, cycle.NetProfitWei)),
            actual.Take(int.MaxValue).Select(cycle => (cycle.Cycle.Route, cycle.Cycle.Notional, cycle.NetProfitWei)));
    }
}
