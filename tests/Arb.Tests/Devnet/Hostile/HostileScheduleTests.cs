using Arb.Devnet.Hostile;
using Arb.Devnet.Relay;
using CsCheck;

namespace Arb.Tests.Devnet.Hostile;

public sealed class HostileScheduleTests
{
    private const int Slots = 400;

    [Fact]
    public void A_seed_does_the_same_again_and_a_friendly_devnet_does_nothing() => Gen.ULong.Sample(seed =>
    {
        Assert.Equal(Plans(seed, Hostility.All), Plans(seed, Hostility.All));
        Assert.All(Plans(seed, Hostility.None), plan => Assert.Equal(default, plan with { ReorgKeepsBundles = false }));
    });

    [Fact]
    public void One_hostility_more_does_not_move_the_others() => Gen.ULong.Sample(seed =>
    {
        SlotPlan[] all = Plans(seed, Hostility.All);
        Assert.Equal(all.Select(plan => plan.IsMissed), Plans(seed, Hostility.Missed).Select(plan => plan.IsMissed));
        Assert.Equal(all.Select(plan => plan.IsEmpty), Plans(seed, Hostility.Empty).Select(plan => plan.IsEmpty));
        Assert.Equal(all.Select(plan => plan.LatePermille), Plans(seed, Hostility.Late).Select(plan => plan.LatePermille));
        Assert.Equal(all.Select(plan => plan.ReorgDepth), Plans(seed, Hostility.Reorgs).Select(plan => plan.ReorgDepth));
    });

    [Fact]
    public void Everything_happens_now_and_then_within_its_bounds() => Gen.ULong.Sample(
        seed =>
        {
            SlotPlan[] plans = Plans(seed, Hostility.All);
            Assert.All(plans.Take(HostileSchedule.CalmSlots), plan => Assert.Equal(default, plan));
            Assert.InRange(plans.Count(plan => plan.IsMissed), 10, 100);
            Assert.InRange(plans.Count(plan => plan.IsEmpty), 10, 100);
            Assert.InRange(plans.Count(plan => plan.LatePermille > 0), 20, 140);
            Assert.InRange(plans.Count(plan => plan.ReorgDepth > 0), 15, 110);
            Assert.All(plans, plan => Assert.InRange(plan.LatePermille, 0, 900));
            Assert.All(plans, plan => Assert.InRange(plan.ReorgDepth, 0, HostileSchedule.ReorgDepthMax));
        },
        iter: 50);

    [Fact]
    public void A_node_lags_and_lies_about_the_same_blocks_again_and_only_when_told_to() => Gen.ULong.Sample(seed =>
    {
        NodeFaults both = new(seed, Hostility.Lagging | Hostility.Lying);
        NodeFaults lagging = new(seed, Hostility.Lagging);
        NodeFaults lying = new(seed, Hostility.Lying);
        int lags = 0;
        HashSet<NodeLie> lies = [];
        for (ulong block = 0; block < 600; block++)
        {
            Assert.InRange(both.LagAt(block), 0, NodeFaults.LagMax);
            Assert.Equal((both.LagAt(block), both.LieAt(block)), (lagging.LagAt(block), lying.LieAt(block)));
            Assert.Equal((0, NodeLie.None), (lying.LagAt(block), lagging.LieAt(block)));
            lags += both.LagAt(block) > 0 ? 1 : 0;
            lies.Add(both.LieAt(block));
        }

        Assert.InRange(lags, 20, 300);
        Assert.Equal(Enum.GetValues<NodeLie>().Length, lies.Count);
    });

    private static SlotPlan[] Plans(ulong seed, Hostility hostility)
    {
        HostileSchedule schedule = new(seed, hostility);
        return [.. Enumerable.Range(0, Slots).Select(_ => schedule.Next())];
    }
}
