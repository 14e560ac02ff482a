using Arb.Domain;

namespace Arb.Tests.Markets;

public sealed class SizedCycleTests
{
    private static readonly Route TwoHops = MakeRoute();

    [Fact]
    public void Gross_profit_is_out_less_in_less_premium()
    {
        SizedCycle cycle = new(TwoHops, [100, 7, 130], 5);
        Assert.Equal<UInt256>(25, cycle.GrossProfit);
    }

    [Fact]
    public void Gross_profit_is_0_for_a_loss_and_for_a_premium_past_256_bits()
    {
        Assert.Equal(UInt256.Zero, new SizedCycle(TwoHops, [100, 7, 104], 5).GrossProfit);
        Assert.Equal(UInt256.Zero, new SizedCycle(TwoHops, [100, 7, 130], UInt256.MaxValue).GrossProfit);
    }

    [Fact]
    public void Premium_is_rounded_up()
    {
        FlashLoanTerms terms = new(Pools.At(2), 1_000_000, 500_000_000_000_000);
        Assert.Equal<UInt256>(1, terms.PremiumOf(1));
        Assert.Equal<UInt256>(1, terms.PremiumOf(2000));
        Assert.Equal<UInt256>(2, terms.PremiumOf(2001));
        Assert.Equal(UInt256.Zero, terms.PremiumOf(0));
    }

    private static Route MakeRoute()
    {
        PoolListing first = PoolListing.Of(new PoolInfo(Pools.At(10), "a", Pools.At(2), Pools.At(3), new FeePips(3000)));
        PoolListing second = first with { Key = new PoolKey(Pools.At(11)) };
        return new Route([new Hop(first, Pools.At(2), Pools.At(3)), new Hop(second, Pools.At(3), Pools.At(2))]);
    }
}
