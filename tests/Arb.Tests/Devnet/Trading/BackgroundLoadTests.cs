using Arb.Devnet;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Engine;
using CsCheck;

namespace Arb.Tests.Devnet.Trading;

public sealed class BackgroundLoadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void The_base_fee_returns_to_its_reference_whatever_others_use(int startGwei) => Gen.ULong.Sample(
        seed =>
        {
            SplitMix64 random = new(seed, 0);
            UInt256 baseFee = (UInt256)(ulong)startGwei * 1_000_000_000;
            for (int block = 0; block < 500; block++)
            {
                ulong others = (ulong)random.Between(0, 3_000_000);
                ulong used = BackgroundLoad.Gas(baseFee) + others;
                baseFee = NextBaseFee.Of(
                    new BlockStamp(1, 1, default, default, 0, baseFee, used, DevnetChain.BlockGasLimit));
                if (block >= 250)
                {
                    Assert.InRange(
                        baseFee,
                        (UInt256)(DevnetChain.ReferenceBaseFeePerGasWei * 8 / 10),
                        (UInt256)(DevnetChain.ReferenceBaseFeePerGasWei * 12 / 10));
                }
            }
        },
        iter: 20);

    [Fact]
    public void The_load_leaves_room_for_others_and_is_one_valid_transaction() => Gen.ULong.Sample(baseFee =>
        BackgroundLoad.Gas(baseFee) is >= 4_500_000 and <= 10_000_000
        && BackgroundLoad.Gas(baseFee) <= UnsignedTransaction.GasLimitMax);
}
