using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets.Balancer;

public sealed class BalancerLogExpTests
{
    [Fact]
    public void Power_is_within_ten_to_the_minus_13_of_the_true_one() =>
        Gen.Select(Gen.UInt[10, 100_000], Gen.UInt[10, 9_000]).Sample((x, y) =>
        {
            double expected = Math.Pow(x / 1_000.0, y / 1_000.0);
            Assert.True(BalancerLogExp.TryPower(Thousandths(x), Thousandths(y), out UInt256 power));
            double slack = (1e-13 * expected) + 1e-17;
            Assert.InRange((double)power / 1e18, expected - slack, expected + slack);
        });

    [Fact]
    public void Power_of_zero_and_to_zero_follow_the_contract()
    {
        Assert.True(BalancerLogExp.TryPower(UInt256.Zero, UInt256.Zero, out UInt256 power));
        Assert.Equal(BalancerPools.One, power);
        Assert.True(BalancerLogExp.TryPower(UInt256.Zero, UInt256.MaxValue, out power));
        Assert.Equal(UInt256.Zero, power);
        Assert.True(BalancerLogExp.TryPower(UInt256.MaxValue, UInt256.Zero, out power));
        Assert.Equal(BalancerPools.One, power);
    }

    [Fact]
    public void Base_exponent_and_their_product_have_bounds()
    {
        UInt256 exponentBound = (UInt256.One << 254) / BalancerPools.Ten(20);
        Assert.False(BalancerLogExp.TryPower(UInt256.One << 255, UInt256.One, out _));
        Assert.True(BalancerLogExp.TryPower((UInt256.One << 255) - UInt256.One, UInt256.One, out _));
        Assert.False(BalancerLogExp.TryPower(BalancerPools.One, exponentBound, out _));
        Assert.True(BalancerLogExp.TryPower(BalancerPools.One, exponentBound - UInt256.One, out UInt256 one));
        Assert.Equal(BalancerPools.One, one);

        // e^130 and e^-41 are the last that are computed; the bases are e and 1/e, a little below.
        UInt256 e = 2_718_281_828_459_045_235UL;
        UInt256 oneByE = 367_879_441_171_442_321UL;
        Assert.True(BalancerLogExp.TryPower(e, 130UL * BalancerPools.One, out _));
        Assert.False(BalancerLogExp.TryPower(e, 131UL * BalancerPools.One, out _));
        Assert.True(BalancerLogExp.TryPower(oneByE, 40UL * BalancerPools.One, out _));
        Assert.False(BalancerLogExp.TryPower(oneByE, 42UL * BalancerPools.One, out _));
    }

    private static UInt256 Thousandths(uint value) => (UInt256)value * 1_000_000_000_000_000UL;
}
