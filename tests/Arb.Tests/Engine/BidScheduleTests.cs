using Arb.Domain;
using Arb.Engine;
using CsCheck;
using static Arb.Tests.Engine.EngineFixtures;

namespace Arb.Tests.Engine;

public sealed class BidScheduleTests
{
    [Theory]
    [InlineData(1, 3_000)]
    [InlineData(2, 5_000)]
    [InlineData(4, 9_000)]
    [InlineData(5, 9_000)]
    [InlineData(int.MaxValue, 9_000)]
    public void The_bid_rises_by_its_step_up_to_its_limit(int submission, int basisPoints) =>
        Assert.Equal(basisPoints, BidSchedule.BasisPoints(submission, Policy));

    [Fact]
    public void There_is_no_submission_zero() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BidSchedule.BasisPoints(0, Policy));

    [Fact]
    public void The_payment_never_exceeds_its_share_or_its_cap() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 9_000]).Sample((gross, basisPoints) =>
        {
            UInt256 payment = BidSchedule.PaymentWei(gross, basisPoints, Policy);
            Assert.True(payment <= Policy.BidCapWei);
            Assert.True(payment * 10_000UL <= (UInt256)gross * (ulong)basisPoints);
            Assert.True(payment == Policy.BidCapWei || (payment + UInt256.One) * 10_000UL > (UInt256)gross * (ulong)basisPoints);
        });
}
