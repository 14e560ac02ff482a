using Arb.Domain;

namespace Arb.Tests.Evm;

public sealed class NextBaseFeeTests
{
    // The first three: go-ethereum, consensus/misc/eip1559, TestCalcBaseFee. The others by hand from the EIP's text.
    [Theory]
    [InlineData(1_000_000_000, 20_000_000, 10_000_000, 1_000_000_000)]
    [InlineData(1_000_000_000, 20_000_000, 9_000_000, 987_500_000)]
    [InlineData(1_000_000_000, 20_000_000, 11_000_000, 1_012_500_000)]
    [InlineData(1_000_000_000, 30_000_000, 30_000_000, 1_125_000_000)]
    [InlineData(1_000_000_000, 30_000_000, 0, 875_000_000)]
    [InlineData(7, 30_000_000, 30_000_000, 8)]
    [InlineData(7, 30_000_000, 0, 7)]
    [InlineData(0, 30_000_000, 30_000_000, 1)]
    public void Base_fee_follows_the_rule(ulong baseFee, ulong gasLimit, ulong gasUsed, ulong expected) =>
        Assert.Equal(
            (UInt256)expected,
            NextBaseFee.Of(new BlockStamp(1, 1, default, default, 0, baseFee, gasUsed, gasLimit)));
}
