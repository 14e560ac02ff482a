using Arb.Domain;

namespace Arb.Tests.Markets;

public sealed class LiveAdmissionTests
{
    private static readonly Hash256 Block = Hash256.Parse("0x" + new string('1', 64));
    private static readonly Hash256 Other = Hash256.Parse("0x" + new string('2', 64));
    private static readonly CurveStableSwapPool Pool = CurvePools.ThreePool;

    private static readonly PoolProbe One = Probe(0, 1, "1000000000000000", "999");
    private static readonly PoolProbe Two = Probe(0, 1, "2000000000000000000", Model(0, 1, "2000000000000000000"));

    [Fact]
    public void Family_proven_against_bytecode_needs_no_probe()
    {
        BalancerWeightedPool proven = new([1000, 1000], [18, 18], [1, 1], UInt256.Zero);
        LiveAdmission admission = LiveAdmission.Judge(proven, 0, 1, Block, null, 3);
        Assert.True(admission.IsAllowed);
        Assert.Equal(LiveReason.FamilyProven, admission.Reason);
    }

    [Fact]
    public void Family_on_no_list_needs_probes()
    {
        Assert.Equal(PoolProof.NeedsProbes, PoolProofs.Of(Pool));
        Assert.Equal(PoolProof.NeedsProbes, PoolProofs.Of(new SolidlyPool(SolidlyVariant.Aerodrome, true, 6, 6, new FeePips(500), 1, 1)));
        Refused(LiveReason.NotProbed, null);
        Refused(LiveReason.NotProbed, new PoolProbes(Block, []));
    }

    [Fact]
    public void Enough_probes_that_agree_to_the_wei_admit_it() =>
        Assert.Equal(new LiveAdmission(LiveReason.ProbesAgree), Judge(new PoolProbes(Block, [One, Two])));

    [Fact]
    public void One_wei_of_difference_refuses_it_and_names_the_probe()
    {
        PoolProbe wrong = One with { AmountOut = 1000 };
        LiveAdmission admission = Refused(LiveReason.Disagrees, new PoolProbes(Block, [One, Two, wrong]));
        Assert.Equal(wrong, admission.Disagreement);
    }

    [Fact]
    public void Difference_in_the_other_direction_refuses_it_too() =>
        Refused(LiveReason.Disagrees, new PoolProbes(Block, [One, Two, Probe(1, 0, "1", "999909687791")]));

    [Fact]
    public void Probes_of_another_block_admit_nothing() => Refused(LiveReason.OtherBlock, new PoolProbes(Other, [One, Two]));

    [Fact]
    public void Too_few_probes_admit_nothing_and_a_repeated_one_counts_once() =>
        Refused(LiveReason.TooFewProbes, new PoolProbes(Block, [One, One]));

    [Fact]
    public void Probes_of_the_other_direction_do_not_count() =>
        Refused(LiveReason.TooFewProbes, new PoolProbes(Block, [One, Probe(1, 0, "1", "999909687790")]));

    [Fact]
    public void Revert_where_the_model_refuses_agrees_but_does_not_count()
    {
        PoolProbe reverted = new(ProbeCall.View, 0, 1, UInt256.MaxValue, null);
        Refused(LiveReason.TooFewProbes, new PoolProbes(Block, [One, reverted]));
        Assert.True(Judge(new PoolProbes(Block, [One, Two, reverted])).IsAllowed);
    }

    [Fact]
    public void Revert_where_the_model_pays_disagrees() => Refused(LiveReason.Disagrees, new PoolProbes(Block, [One, Two with { AmountOut = null }]));

    [Fact]
    public void Amount_where_the_model_refuses_disagrees() =>
        Refused(LiveReason.Disagrees, new PoolProbes(Block, [One, Two, new(ProbeCall.View, 0, 1, UInt256.MaxValue, 1)]));

    [Fact]
    public void Swaps_are_compared_with_what_a_swap_pays_where_the_quote_says_more()
    {
        (UInt256 amountIn, UInt256 view, UInt256 swap) = QuoteAboveSwap();
        PoolProbe asView = new(ProbeCall.View, 0, 1, amountIn, view);
        Assert.Equal(LiveReason.TooFewProbes, Judge(new PoolProbes(Block, [asView])).Reason);
        Assert.Equal(LiveReason.TooFewProbes, Judge(new PoolProbes(Block, [asView with { Call = ProbeCall.Swap, AmountOut = swap }])).Reason);
        Assert.Equal(LiveReason.Disagrees, Judge(new PoolProbes(Block, [asView with { Call = ProbeCall.Swap }])).Reason);
    }

    private static (UInt256 AmountIn, UInt256 View, UInt256 Swap) QuoteAboveSwap()
    {
        for (UInt256 amountIn = UInt256.Parse("1000000000000000000"); ; amountIn += 1_000_000_007_000_000u)
        {
            Assert.Equal(SwapRefusal.None, Pool.QuoteView(0, 1, amountIn, out UInt256 view));
            Assert.Equal(SwapRefusal.None, Pool.QuoteExactIn(0, 1, amountIn, out UInt256 swap));
            if (view != swap)
            {
                Assert.Equal(swap + UInt256.One, view);
                return (amountIn, view, swap);
            }
        }
    }

    private static LiveAdmission Refused(LiveReason reason, PoolProbes? probes)
    {
        LiveAdmission admission = Judge(probes);
        Assert.Equal(reason, admission.Reason);
        Assert.False(admission.IsAllowed);
        return admission;
    }

    private static LiveAdmission Judge(PoolProbes? probes) => LiveAdmission.Judge(Pool, 0, 1, Block, probes, 2);

    private static PoolProbe Probe(int tokenIn, int tokenOut, string amountIn, string amountOut) =>
        new(ProbeCall.View, tokenIn, tokenOut, UInt256.Parse(amountIn), UInt256.Parse(amountOut));

    private static string Model(int tokenIn, int tokenOut, string amountIn)
    {
        Pool.QuoteView(tokenIn, tokenOut, UInt256.Parse(amountIn), out UInt256 amountOut);
        return amountOut.ToString();
    }
}
