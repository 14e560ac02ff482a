using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.MemoryBank.Rows;
using CsCheck;

namespace Arb.Tests.MemoryBank;

/// <summary>The decisions taken between reading a row and writing it back.</summary>
public sealed class RowRulesTests
{
    private static readonly Address LaneA = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly Address LaneB = Address.Parse("0x00000000000000000000000000000000000000bb");

    [Fact]
    public void Lanes_are_given_in_the_order_asked_and_then_none()
    {
        (LaneLease first, LaneLeases one) = LaneLeases.None.Lease([LaneA, LaneB], "x", headBlock: 10, untilBlock: 12)!.Value;
        (LaneLease second, LaneLeases two) = one.Lease([LaneA, LaneB], "y", headBlock: 10, untilBlock: 12)!.Value;

        Assert.Equal(new LaneLease(LaneA, "x", 12), first);
        Assert.Equal(new LaneLease(LaneB, "y", 12), second);
        Assert.Null(two.Lease([LaneA, LaneB], "z", headBlock: 12, untilBlock: 14));
    }

    [Fact]
    public void A_lane_is_taken_over_only_once_the_head_is_past_its_last_block()
    {
        LaneLeases held = new([new LaneLease(LaneA, "x", 12)]);

        Assert.Null(held.Lease([LaneA], "y", headBlock: 12, untilBlock: 20));
        Assert.Equal(new LaneLease(LaneA, "y", 20), held.Lease([LaneA], "y", headBlock: 13, untilBlock: 20)!.Value.Lease);
    }

    [Fact]
    public void Renewal_lengthens_and_never_shortens_the_one_lease()
    {
        LaneLeases held = new([new LaneLease(LaneB, "x", 12)]);

        (LaneLease same, LaneLeases unchanged) = held.Lease([LaneA, LaneB], "x", headBlock: 9, untilBlock: 11)!.Value;
        (LaneLease longer, LaneLeases after) = held.Lease([LaneA, LaneB], "x", headBlock: 12, untilBlock: 15)!.Value;

        Assert.Equal(new LaneLease(LaneB, "x", 12), same);
        Assert.Same(held, unchanged);
        Assert.Equal(new LaneLease(LaneB, "x", 15), longer);
        Assert.Equal([longer], after.Leases);
    }

    [Fact]
    public void A_holder_of_a_retired_lane_gets_no_second_one() =>
        Assert.Null(new LaneLeases([new LaneLease(LaneB, "x", 12)]).Lease([LaneA], "x", headBlock: 10, untilBlock: 12));

    [Fact]
    public void Whatever_is_asked_a_lane_has_one_holder_and_a_holder_one_lane()
    {
        Gen<(int Holder, ulong Head, ulong Length, bool Release)> request =
            Gen.Select(Gen.Int[0, 4], Gen.ULong[0, 20], Gen.ULong[0, 5], Gen.Bool);
        request.Array[1, 60].Sample(requests =>
        {
            LaneLeases leases = LaneLeases.None;
            foreach ((int holder, ulong head, ulong length, bool release) in requests)
            {
                ImmutableArray<LaneLease> before = leases.Leases;
                leases = release
                    ? leases.Without($"h{holder}")
                    : leases.Lease([LaneA, LaneB], $"h{holder}", head, head + length)?.After ?? leases;

                Assert.Equal(leases.Leases.Length, leases.Leases.DistinctBy(l => l.Operator).Count());
                Assert.Equal(leases.Leases.Length, leases.Leases.DistinctBy(l => l.HolderId).Count());
                Assert.All(
                    before.Where(l => l.HolderId != $"h{holder}" && l.UntilBlock >= head),
                    standing => Assert.Contains(standing, leases.Leases));
            }
        });
    }

    [Fact]
    public void A_route_is_taken_over_only_once_the_head_is_past_its_last_block()
    {
        RouteHold held = new("x", 12);

        Assert.Null(held.TakenBy("y", headBlock: 12, untilBlock: 20));
        Assert.Equal(new RouteHold("y", 20), held.TakenBy("y", headBlock: 13, untilBlock: 20));
        Assert.Equal(new RouteHold("x", 20), held.TakenBy("x", headBlock: 12, untilBlock: 20));
        Assert.Same(held, held.TakenBy("x", headBlock: 9, untilBlock: 11));
    }

    [Fact]
    public void An_attempt_moves_on_by_stage_latency_and_reason_alone()
    {
        Attempt stored = Generated.Attempt.Single() with { Stage = AttemptStage.Persisted };
        Attempt report = Generated.Attempt.Single() with
        {
            TransactionHash = stored.TransactionHash,
            Stage = AttemptStage.Submitted,
            SubmittedAfterBlockMs = 123,
            Reason = null,
        };

        Assert.Equal(
            stored with { Stage = AttemptStage.Submitted, SubmittedAfterBlockMs = 123, Reason = null },
            AttemptRow.MovedOn(stored, report));
    }

    [Theory]
    [InlineData(AttemptStage.Submitted, AttemptStage.Persisted)]
    [InlineData(AttemptStage.Submitted, AttemptStage.NotAccepted)]
    [InlineData(AttemptStage.Submitted, AttemptStage.Refused)]
    [InlineData(AttemptStage.NotAccepted, AttemptStage.Persisted)]
    [InlineData(AttemptStage.NotAccepted, AttemptStage.Refused)]
    [InlineData(AttemptStage.Refused, AttemptStage.Persisted)]
    public void Nothing_takes_back_what_may_have_been_sent(AttemptStage stored, AttemptStage report)
    {
        Attempt attempt = Generated.Attempt.Single() with { Stage = stored };

        Assert.Same(attempt, AttemptRow.MovedOn(attempt, attempt with { Stage = report }));
        Assert.Equal(stored, AttemptRow.MovedOn(attempt with { Stage = report }, attempt).Stage);
    }

    [Fact]
    public void A_report_about_another_transaction_is_refused()
    {
        Attempt stored = Generated.Attempt.Single() with { TransactionHash = Generated.Hash.Single() };
        Attempt other = stored with { TransactionHash = null };

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => AttemptRow.MovedOn(stored, other));

        Assert.Contains(stored.TransactionHash.ToString()!, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OutcomeKind.Missed, OutcomeKind.Included, true)]
    [InlineData(OutcomeKind.Included, OutcomeKind.Missed, true)]
    [InlineData(OutcomeKind.Refused, OutcomeKind.Expired, true)]
    [InlineData(OutcomeKind.Superseded, OutcomeKind.Expired, true)]
    [InlineData(OutcomeKind.Expired, OutcomeKind.Included, false)]
    [InlineData(OutcomeKind.Superseded, OutcomeKind.Missed, false)]
    [InlineData(OutcomeKind.Expired, OutcomeKind.Refused, false)]
    public void Never_ran_does_not_correct_a_verdict(OutcomeKind later, OutcomeKind earlier, bool corrects) =>
        Assert.Equal(corrects, OutcomeRow.Corrects(later, earlier));
}
