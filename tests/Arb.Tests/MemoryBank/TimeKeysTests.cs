using Arb.MemoryBank.Storage;
using CsCheck;

namespace Arb.Tests.MemoryBank;

public sealed class TimeKeysTests
{
    private const ulong Midnight = 1_772_323_200; // 2026-03-01 00:00:00 UTC

    [Fact]
    public void A_partition_is_a_chain_and_a_utc_day()
    {
        Assert.Equal("31337-20260228", TimeKeys.Partition(31337, Midnight - 1));
        Assert.Equal("31337-20260301", TimeKeys.Partition(31337, Midnight));
        Assert.Equal("1-99991231", TimeKeys.Partition(1, TimeKeys.SecondsMax));
    }

    [Fact]
    public void A_row_key_is_reversed_ticks_and_the_id() =>
        Assert.Equal("2516360255999999999-0xab", TimeKeys.Row(1_766_275_200, "0xab"));

    [Fact]
    public void Later_rows_come_first() => Gen.Select(Generated.Seconds, Generated.Seconds, Generated.Id, Generated.Id)
        .Where((a, b, _, _) => a != b)
        .Sample((a, b, idA, idB) => Assert.Equal(
            Math.Sign(b.CompareTo(a)), Math.Sign(string.CompareOrdinal(TimeKeys.Row(a, idA), TimeKeys.Row(b, idB)))));

    [Theory]
    [InlineData("")]
    [InlineData("a-b")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void An_id_that_would_blur_where_it_ends_is_refused(string id) =>
        Assert.Throws<ArgumentException>(() => TimeKeys.Row(0, id));

    [Fact]
    public void Milliseconds_are_not_taken_for_seconds()
    {
        ArgumentOutOfRangeException error =
            Assert.Throws<ArgumentOutOfRangeException>(() => TimeKeys.Partition(1, TimeKeys.SecondsMax + 1));

        Assert.Contains("milliseconds", error.Message, StringComparison.Ordinal);
    }
}
