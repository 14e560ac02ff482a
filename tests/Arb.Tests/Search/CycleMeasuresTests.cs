using Arb.Domain;
using Arb.Search;

namespace Arb.Tests.Search;

public sealed class CycleMeasuresTests
{
    private static readonly ConstantProductPool First = Markets.Pool(0, 0, 1, 1000, 50_000, 0);
    private static readonly ConstantProductPool Second = Markets.Pool(1, 1, 0, 90_000, 2000, 100_000);
    private static readonly Dictionary<Address, ConstantProductPool> ByAddress =
        new() { [First.Info.Address] = First, [Second.Info.Address] = Second };

    private static readonly Route TwoHops = new(
    [
        new Hop(PoolListing.Of(First.Info), Markets.Token(0), Markets.Token(1)),
        new Hop(PoolListing.Of(Second.Info), Markets.Token(1), Markets.Token(0)),
    ]);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1.0, 0)]
    [InlineData(1.00019, 1)]
    [InlineData(2.5, 15_000)]
    [InlineData(1e30, int.MaxValue)]
    public void Spread_is_what_the_rate_is_above_1_rounded_down(double rate, int basisPoints) =>
        Assert.Equal(basisPoints, CycleMeasures.SpreadBasisPoints(rate));

    [Fact]
    public void Price_impact_is_that_of_the_worst_hop_rounded_up()
    {
        // First hop: 250 into 1000 is 250 / 1250. Second: 9/10 of 10,000 into 90,000 is 9,000 / 99,000.
        SizedCycle cycle = new(TwoHops, [250, 10_000, 181], UInt256.Zero);
        Assert.Equal(2000, CycleMeasures.PriceImpactBasisPoints(cycle, ByAddress.Models()));
        SizedCycle little = new(TwoHops, [1, 10_000, 181], UInt256.Zero);
        Assert.Equal(910, CycleMeasures.PriceImpactBasisPoints(little, ByAddress.Models()));
    }

    [Fact]
    public void Price_impact_of_other_families_is_what_their_quotes_say()
    {
        // A volatile pair of Solidly's prices as First does: the same impact, to the units that a part of the amount is rounded by.
        SolidlyPool volatilePair = new(SolidlyVariant.Solidly2022, IsStable: false, 18, 18, new FeePips(0), 1_000_000_000, 50_000_000_000);
        Dictionary<PoolKey, IPoolModel> models = ByAddress.Models();
        models[new PoolKey(First.Info.Address)] = volatilePair;
        SizedCycle cycle = new(TwoHops, [250_000_000, 10_000_000_000, 181], UInt256.Zero);
        models[new PoolKey(Second.Info.Address)] = Second with { Reserve0 = Second.Reserve0 << 60, Reserve1 = Second.Reserve1 << 60 };
        Assert.InRange(CycleMeasures.PriceImpactBasisPoints(cycle, models), 2000, 2001);
    }
}
