using Arb.Domain;
using Arb.Search;
using CsCheck;

namespace Arb.Tests.Search;

public sealed class JointMarketTests
{
    [Fact]
    public void A_cycle_trades_at_its_own_amounts_once_and_then_no_more() =>
        FamilyMarkets.Large.Sample(
            market =>
            {
                Dictionary<PoolKey, IPoolModel> models = FamilyMarkets.Models(market);
                JointMarket joint = new(models);
                foreach (Route route in FamilyMarkets.Cycles(market, FamilyMarkets.Token(0), 3).Take(10))
                {
                    int since = joint.Trades;
                    if (CycleSizer.TrySize(route, joint.ModelsOf(route), null, out SizedCycle? cycle))
                    {
                        Assert.False(joint.HasMoved(route, since));
                        Assert.True(joint.TryTrade(cycle));
                        Assert.True(joint.HasMoved(route, since));
                        Assert.False(joint.HasMoved(route, joint.Trades));
                        Assert.False(joint.TryTrade(cycle));
                        Assert.Equal(since + 1, joint.Trades);
                    }
                }
            },
            iter: 100);
}
