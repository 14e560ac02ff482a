using System.Collections.Immutable;
using Arb.Domain;
using Arb.Search;

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
        ImmutableArray<SizedCycle> cycles = CycleSearch.FindProfitable(snapshot, [Markets.Start], 3);
        SizedCycle cycle = Assert.Single(cycles);
        Assert.Equal(Markets.Start, cycle.Route.StartToken);
        Assert.True(cycle.Notional <= 500 && cycle.Notional > 490);
        Assert.True(cycle.GrossProfit > UInt256.Zero);
    }

    [Fact]
    public void Without_a_lender_nothing_starts() =>
        Assert.Empty(CycleSearch.FindProfitable(Tilted, [Markets.Start], 3));

    [Fact]
    public void What_rounding_eats_is_not_returned()
    {
        // Rates differ by a hair, and ten units per side leave no whole unit of profit.
        MarketSnapshot crumbs = Markets.Snapshot(
            [Markets.Pool(0, 0, 1, 10, 11, 0), Markets.Pool(1, 1, 0, 10, 10, 0)]) with
        {
            Loans = [new FlashLoanTerms(Markets.Start, 1000, 0)],
        };
        Assert.Single(CycleFinder.Find(crumbs, [Markets.Start], 2));
        Assert.Empty(CycleSearch.FindProfitable(crumbs, [Markets.Start], 2));
    }
}
