using Arb.Devnet.Trading;
using CsCheck;

namespace Arb.Tests.Devnet.Trading;

public sealed class SplitMix64Tests
{
    [Fact]
    public void Bounds_are_kept_and_reached()
    {
        SplitMix64 random = new(7, 1);
        int[] drawn = [.. Enumerable.Range(0, 1_000).Select(_ => random.Between(-2, 3))];

        Assert.Equal([-2, -1, 0, 1, 2, 3], drawn.Distinct().Order());
    }

    [Fact]
    public void The_widest_and_the_narrowest_range_are_no_overflow()
    {
        SplitMix64 random = new(7, 1);
        int[] wide = [.. Enumerable.Range(0, 100).Select(_ => random.Between(int.MinValue, int.MaxValue))];

        Assert.Contains(wide, drawn => drawn < int.MinValue / 2);
        Assert.Contains(wide, drawn => drawn > int.MaxValue / 2);
        Assert.Equal(5, random.Between(5, 5));
    }

    [Fact]
    public void Sequences_of_one_seed_differ() => Gen.ULong.Sample(seed =>
        new SplitMix64(seed, 1).Next() != new SplitMix64(seed, 2).Next());
}
