using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class TableLaneBookTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Of_eighty_contenders_as_many_win_as_there_are_lanes(int lanes)
    {
        TableLaneBook[] books = Two();

        LaneLease?[] leases = await Task.WhenAll(
            Enumerable.Range(0, 80).Select(i => LeaseAsync(books[i % 2], lanes, i, head: 10, until: 12)));

        LaneLease[] won = [.. leases.OfType<LaneLease>()];
        Assert.Equal(Operators(lanes), won.Select(l => l.Operator).Order());
        Assert.All(leases.Index().Where(l => l.Item is not null), l => Assert.Equal(Sample.Key(l.Index).Id, l.Item!.HolderId));
    }

    [Fact]
    public async Task Of_eighty_contenders_exactly_one_takes_over_an_expired_lane()
    {
        TableLaneBook[] books = Two();
        Assert.NotNull(await LeaseAsync(books[0], lanes: 1, holder: 99, head: 10, until: 12));

        Assert.Null(await LeaseAsync(books[1], lanes: 1, holder: 98, head: 12, until: 20));
        LaneLease?[] leases = await Task.WhenAll(
            Enumerable.Range(0, 80).Select(i => LeaseAsync(books[i % 2], lanes: 1, i, head: 13, until: 20)));

        Assert.Single(leases, l => l is not null);
    }

    [Fact]
    public async Task One_opportunity_asking_many_times_at_once_gets_one_lane()
    {
        TableLaneBook[] books = Two();

        LaneLease?[] leases = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => LeaseAsync(books[i % 2], lanes: 8, holder: 1, head: 10, until: 12)));

        Assert.Equal(new LaneLease(Sample.Account(1), Sample.Key(1).Id, 12), Assert.Single(leases.Distinct()));
        Assert.Equal(
            Sample.Account(2), (await LeaseAsync(books[0], lanes: 8, holder: 2, head: 10, until: 12))!.Operator);
    }

    [Fact]
    public async Task Renewal_is_idempotent_and_only_lengthens()
    {
        TableLaneBook[] books = Two();
        LaneLease? first = await LeaseAsync(books[0], lanes: 2, holder: 1, head: 10, until: 15);

        Assert.Equal(first, await LeaseAsync(books[1], lanes: 2, holder: 1, head: 10, until: 15));
        Assert.Equal(first, await LeaseAsync(books[1], lanes: 2, holder: 1, head: 10, until: 12));
        Assert.Equal(first! with { UntilBlock = 20 }, await LeaseAsync(books[1], lanes: 2, holder: 1, head: 15, until: 20));
    }

    [Fact]
    public async Task Only_the_holder_gives_a_lane_back()
    {
        TableLaneBook[] books = Two();
        await LeaseAsync(books[0], lanes: 1, holder: 1, head: 10, until: 12);

        await books[1].ReleaseAsync(Sample.Chain, Sample.Key(2), Cancellation);
        Assert.Null(await LeaseAsync(books[1], lanes: 1, holder: 2, head: 10, until: 12));

        await books[1].ReleaseAsync(Sample.Chain, Sample.Key(1), Cancellation);
        await books[1].ReleaseAsync(Sample.Chain, Sample.Key(1), Cancellation);
        Assert.NotNull(await LeaseAsync(books[1], lanes: 1, holder: 2, head: 10, until: 12));
    }

    [Fact]
    public async Task Releasing_before_any_lease_is_nothing() =>
        await Two()[0].ReleaseAsync(Sample.Chain, Sample.Key(1), Cancellation);

    [Fact]
    public async Task Lanes_taken_and_given_back_in_turn_never_have_two_holders()
    {
        const int Lanes = 3;
        TableLaneBook[] books = Two();
        int[] holders = new int[Lanes + 1];

        await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            LaneLease? lease = null;
            while (lease is null)
            {
                lease = await LeaseAsync(books[i % 2], Lanes, i, head: 10, until: 12);
            }

            int lane = Array.IndexOf(Operators(Lanes), lease.Operator);
            Assert.Equal(1, Interlocked.Increment(ref holders[lane]));
            Assert.Equal(lease, await LeaseAsync(books[(i + 1) % 2], Lanes, i, head: 10, until: 12));
            Assert.Equal(0, Interlocked.Decrement(ref holders[lane]));
            await books[i % 2].ReleaseAsync(Sample.Chain, Sample.Key(i), Cancellation);
        }));
    }

    [Fact]
    public async Task Chains_have_lanes_of_their_own()
    {
        TableLaneBook book = Two()[0];

        Assert.NotNull(await book.TryLeaseAsync(1, Operators(1), Sample.Key(1), 10, 12, Cancellation));
        Assert.NotNull(await book.TryLeaseAsync(10, Operators(1), Sample.Key(2), 10, 12, Cancellation));
    }

    [Fact]
    public async Task A_lease_that_would_be_over_at_once_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LeaseAsync(Two()[0], lanes: 1, holder: 1, head: 10, until: 9));

    private static Address[] Operators(int lanes) => [.. Enumerable.Range(1, lanes).Select(Sample.Account)];

    private static Task<LaneLease?> LeaseAsync(TableLaneBook book, int lanes, int holder, ulong head, ulong until) =>
        book.TryLeaseAsync(Sample.Chain, Operators(lanes), Sample.Key(holder), head, until, Cancellation);

    private TableLaneBook[] Two()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        return [new(one), new(other)];
    }
}
