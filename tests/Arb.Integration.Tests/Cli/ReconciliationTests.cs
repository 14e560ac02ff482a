using System.Numerics;
using Arb.Cli.App;
using Arb.Cli.Demo;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Integration.Tests.Cli;

public sealed class ReconciliationTests
{
    private static readonly Hash256 First = Hash256.Parse("0x" + new string('1', 64));
    private static readonly Hash256 Second = Hash256.Parse("0x" + new string('2', 64));

    private static Outcome Landed(string id, Hash256 hash, ulong gas = 200_000, ulong price = 10, ulong profit = 5_000_000) => new(
        new OpportunityKey(id, 31337, 1, 2), OutcomeKind.Included, "landed", 1, hash, 2, First,
        gas, (UInt256)gas * price, profit, profit - ((BigInteger)gas * price));

    private static IncludedTransaction OnChain(Hash256 hash, ulong gas = 200_000, ulong price = 10) => new(hash, 2, gas, (UInt256)gas * price);

    [Fact]
    public void Books_that_match_have_no_problem() =>
        Assert.Empty(Reconciliation.Check([Landed("a", First)], [OnChain(First)], 3_000_000));

    [Fact]
    public void One_wei_of_difference_is_a_problem() =>
        Assert.Single(Reconciliation.Check([Landed("a", First)], [OnChain(First)], 2_999_999));

    [Fact]
    public void An_included_transaction_without_a_row_is_a_problem() =>
        Assert.Contains(Reconciliation.Check([Landed("a", First)], [OnChain(First), OnChain(Second)], 3_000_000), p => p.Contains("0 outcome rows", StringComparison.Ordinal));

    [Fact]
    public void An_included_transaction_with_two_rows_is_a_problem() =>
        Assert.Contains(Reconciliation.Check([Landed("a", First), Landed("b", First)], [OnChain(First)], 6_000_000), p => p.Contains("2 outcome rows", StringComparison.Ordinal));

    [Fact]
    public void A_row_without_its_transaction_on_chain_is_a_problem() =>
        Assert.Contains(Reconciliation.Check([Landed("a", First)], [], 3_000_000), p => p.Contains("no block contains it", StringComparison.Ordinal));

    [Fact]
    public void Two_outcomes_of_one_opportunity_are_a_problem() =>
        Assert.Contains(
            Reconciliation.Check([Landed("a", First), Landed("a", Second)], [OnChain(First), OnChain(Second)], 6_000_000),
            p => p.Contains("2 outcomes", StringComparison.Ordinal));

    [Fact]
    public void Gas_that_was_recorded_wrong_is_a_problem() =>
        Assert.Contains(Reconciliation.Check([Landed("a", First)], [OnChain(First, price: 11)], 3_000_000), p => p.Contains("for gas", StringComparison.Ordinal));

    [Theory]
    [InlineData(new long[0], null, null)]
    [InlineData(new long[] { 7 }, 7L, 7L)]
    [InlineData(new long[] { 4, 1, 3, 2 }, 2L, 4L)]
    public void Percentiles_are_nearest_ranks(long[] samples, long? p50, long? p95) =>
        Assert.Equal(new LatencyMs(p50, p95), LatencyMs.Of(samples));

    [Theory]
    [InlineData(1, "* * * * * *")]
    [InlineData(2, "*/2 * * * * *")]
    [InlineData(7, "* * * * * *")]
    [InlineData(12, "*/12 * * * * *")]
    [InlineData(60, "0 * * * * *")]
    public void The_scan_schedule_follows_the_block_time(int seconds, string schedule) =>
        Assert.Equal(schedule, Schedules.Scan(seconds));
}
