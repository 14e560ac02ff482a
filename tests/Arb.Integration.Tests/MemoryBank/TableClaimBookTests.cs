using Arb.Engine;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class TableClaimBookTests(AzuriteFixture azurite)
{
    private const string Route = "0xfeed";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_eighty_who_claim_at_once_exactly_one_inserts()
    {
        TableClaimBook[] books = Two();

        (bool Inserted, ClaimState State)[] claims = await Task.WhenAll(
            Enumerable.Range(0, 80).Select(i => books[i % 2].ClaimAsync(Sample.Key(1), Cancellation)));

        Assert.Single(claims, c => c.Inserted);
        Assert.All(claims, c => Assert.Equal(ClaimState.Claimed, c.State));
    }

    [Fact]
    public async Task A_claim_goes_from_claimed_to_started_and_stays_there()
    {
        TableClaimBook[] books = Two();
        await books[0].ClaimAsync(Sample.Key(1), Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => books[i % 2].MarkStartedAsync(Sample.Key(1), Cancellation)));

        Assert.Equal((false, ClaimState.Started), await books[1].ClaimAsync(Sample.Key(1), Cancellation));
        Assert.Equal((true, ClaimState.Claimed), await books[1].ClaimAsync(Sample.Key(2), Cancellation));
    }

    [Fact]
    public async Task What_was_never_claimed_cannot_be_marked_started() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Two()[0].MarkStartedAsync(Sample.Key(1), Cancellation));

    [Fact]
    public async Task Of_eighty_who_want_a_free_route_exactly_one_holds_it()
    {
        TableClaimBook[] books = Two();

        bool[] held = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => HoldAsync(books[i % 2], i, head: 10, until: 12)));

        Assert.Single(held, true);
        Assert.True(await HoldAsync(books[0], Array.IndexOf(held, true), head: 12, until: 12));
    }

    [Fact]
    public async Task Of_eighty_who_want_an_expired_route_exactly_one_takes_it_over()
    {
        TableClaimBook[] books = Two();
        Assert.True(await HoldAsync(books[0], holder: 99, head: 10, until: 12));

        Assert.DoesNotContain(true, await Task.WhenAll(Enumerable.Range(0, 20).Select(i => HoldAsync(books[i % 2], i, head: 12, until: 20))));
        bool[] held = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => HoldAsync(books[i % 2], i, head: 13, until: 20)));

        Assert.Single(held, true);
    }

    [Fact]
    public async Task A_holder_may_hold_again_and_its_hold_only_grows()
    {
        TableClaimBook book = Two()[0];

        Assert.True(await HoldAsync(book, holder: 1, head: 10, until: 15));
        Assert.True(await HoldAsync(book, holder: 1, head: 10, until: 12));
        Assert.False(await HoldAsync(book, holder: 2, head: 15, until: 20));
        Assert.True(await HoldAsync(book, holder: 1, head: 16, until: 18));
        Assert.False(await HoldAsync(book, holder: 2, head: 18, until: 20));
        Assert.True(await HoldAsync(book, holder: 2, head: 19, until: 20));
    }

    [Fact]
    public async Task Only_the_holder_gives_a_route_back()
    {
        TableClaimBook[] books = Two();
        await HoldAsync(books[0], holder: 1, head: 10, until: 12);

        await books[1].ReleaseRouteAsync(Route, Sample.Key(2), Cancellation);
        Assert.False(await HoldAsync(books[1], holder: 2, head: 10, until: 12));

        await books[1].ReleaseRouteAsync(Route, Sample.Key(1), Cancellation);
        await books[0].ReleaseRouteAsync(Route, Sample.Key(1), Cancellation);
        Assert.True(await HoldAsync(books[1], holder: 2, head: 10, until: 12));

        // A release that comes late, after another took the route, must not free it.
        await books[0].ReleaseRouteAsync(Route, Sample.Key(1), Cancellation);
        Assert.False(await HoldAsync(books[0], holder: 3, head: 10, until: 12));
    }

    [Fact]
    public async Task The_same_route_on_another_chain_is_another_route()
    {
        TableClaimBook book = Two()[0];

        Assert.True(await book.TryHoldRouteAsync(Route, Sample.Key(1, chain: 1), 10, 12, Cancellation));
        Assert.True(await book.TryHoldRouteAsync(Route, Sample.Key(2, chain: 10), 10, 12, Cancellation));
    }

    [Fact]
    public async Task A_hold_that_would_be_over_at_once_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => HoldAsync(Two()[0], holder: 1, head: 10, until: 9));

    private static Task<bool> HoldAsync(TableClaimBook book, int holder, ulong head, ulong until) =>
        book.TryHoldRouteAsync(Route, Sample.Key(holder), head, until, Cancellation);

    private TableClaimBook[] Two()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        return [new(one), new(other)];
    }
}
