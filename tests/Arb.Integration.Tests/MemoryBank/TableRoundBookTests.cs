using Arb.Engine;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.MemoryBank;

[Collection("Memory bank")]
public sealed class TableRoundBookTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_the_first_round_there_is_no_newest() =>
        Assert.Null(await NewBook().GetLatestAsync(Sample.Chain, Cancellation));

    [Fact]
    public async Task The_newest_round_only_moves_forward()
    {
        TableRoundBook book = NewBook();

        await book.RecordAsync(Sample.Round(10, Sample.Midnight), Cancellation);
        await book.RecordAsync(Sample.Round(12, Sample.Midnight + 24), Cancellation);
        await book.RecordAsync(Sample.Round(11, Sample.Midnight + 12), Cancellation);
        await book.RecordAsync(Sample.Round(99, Sample.Midnight + 12, chain: 1), Cancellation);

        AssertSame(Sample.Round(12, Sample.Midnight + 24), await book.GetLatestAsync(Sample.Chain, Cancellation));
    }

    [Fact]
    public async Task The_same_block_again_replaces_neither_row_nor_newest()
    {
        TableRoundBook book = NewBook();
        await book.RecordAsync(Sample.Round(10, Sample.Midnight, published: 1), Cancellation);

        await book.RecordAsync(Sample.Round(10, Sample.Midnight, published: 2), Cancellation);

        RoundSummary first = Sample.Round(10, Sample.Midnight, published: 1);
        AssertSame(first, await book.GetLatestAsync(Sample.Chain, Cancellation));
        AssertSame(first, Assert.Single(await Sample.ListAsync(book.QueryAsync(Sample.Chain, 0, ulong.MaxValue, Cancellation))));
    }

    [Fact]
    public async Task Overlapping_rounds_of_two_processes_end_at_the_latest_block()
    {
        (MemoryBankTables one, MemoryBankTables other) = SharedAzurite.TwoOf(azurite);
        TableRoundBook[] books = [new(one), new(other)];

        await Task.WhenAll(Enumerable.Range(1, 30).Select(i =>
            books[i % 2].RecordAsync(Sample.Round((ulong)i, Sample.Midnight + (ulong)i), Cancellation)));

        Assert.Equal(30UL, (await books[0].GetLatestAsync(Sample.Chain, Cancellation))!.BlockNumber);
        Assert.Equal(30, (await Sample.ListAsync(books[0].QueryAsync(Sample.Chain, 0, ulong.MaxValue, Cancellation))).Count);
    }

    [Fact]
    public async Task A_range_over_midnight_includes_both_ends_newest_first()
    {
        TableRoundBook book = NewBook();
        for (ulong i = 0; i < 6; i++)
        {
            await book.RecordAsync(Sample.Round(i + 1, Sample.Midnight - 36 + (12 * i)), Cancellation);
        }

        List<RoundSummary> rounds = await Sample.ListAsync(
            book.QueryAsync(Sample.Chain, Sample.Midnight - 24, Sample.Midnight + 12, Cancellation));

        Assert.Equal([5UL, 4UL, 3UL, 2UL], rounds.Select(r => r.BlockNumber));
    }

    private static void AssertSame(RoundSummary expected, RoundSummary? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Dropped, actual.Dropped);
        Assert.Equal(expected, actual with { Dropped = expected.Dropped });
    }

    private TableRoundBook NewBook() => new(SharedAzurite.Fresh(azurite));
}
