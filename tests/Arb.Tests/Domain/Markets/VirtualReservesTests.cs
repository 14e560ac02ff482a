using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets;

/// <summary>What virtual reserves tell is what the contract's own formulas give; what they cannot tell they leave alone.</summary>
public sealed class VirtualReservesTests
{
    private static readonly Gen<Step> Any = Gen.Select(
        Gen.Bool, Gen.ULong, Gen.ULong, Gen.Int[-400_000, 400_000], Gen.Int[1, 8_000], Gen.Int[1, 127], Gen.Int[0, 127])
        .Select(static (zeroForOne, high, low, tick, length, liquidityBits, amountCut) =>
        {
            UInt128 random = new(high | (1UL << 63), low);
            UInt256 price = TickMath.SqrtPriceAtTick(tick) + (low % 1_000_003);
            UInt256 target = TickMath.SqrtPriceAtTick(zeroForOne ? tick - length : tick + length + 200);
            return new Step(zeroForOne, price, target, random >> (128 - liquidityBits), new UInt128(low, high) >> amountCut);
        });

    [Fact]
    public void What_they_tell_is_what_the_contract_gives()
    {
        int told = 0;
        Any.Sample(step => told += Agrees(step, step.Amount % (step.PaidMax() + 1)) ? 1 : 0, iter: 100_000, threads: 1);
        Assert.True(told > 30_000, $"Only {told} quotes were told.");
    }

    // The least amount that receives so much, and the one before it: the fraction next to it is closest to 0 or 1.
    [Fact]
    public void What_they_tell_is_right_where_one_unit_more_is_received()
    {
        int told = 0;
        Any.Sample(
            step =>
            {
                UInt128 least = LeastFor(step, Exactly(step, step.Amount % (step.PaidMax() + 1)));
                told += Agrees(step, least) ? 1 : 0;
                told += least > 0 && Agrees(step, least - 1) ? 1 : 0;
                told += Agrees(step, UInt128.Min(least + 1, step.PaidMax())) ? 1 : 0;
            },
            iter: 20_000,
            threads: 1);
        Assert.True(told > 10_000, $"Only {told} quotes were told.");
    }

    [Fact]
    public void Nothing_is_told_of_no_liquidity() =>
        Assert.False(VirtualReserves.Of(true, UInt256.One << 96, 0, 1_000, 1_000).TryReceived(1, out _));

    private static bool Agrees(Step step, UInt128 amount)
    {
        if (step.PaidMax() == 0 || amount >= step.PaidMax())
        {
            return false;
        }

        VirtualReserves reserves = VirtualReserves.Of(
            step.ZeroForOne, step.Price, step.Liquidity, step.PaidMax(), step.ReceivedMax());
        bool isTold = reserves.TryReceived(amount, out UInt128 received);
        Assert.True(!isTold || received == Exactly(step, amount), $"{step} receives {Exactly(step, amount)}, not {received}, for {amount}.");
        return isTold;
    }

    private static UInt256 Exactly(Step step, UInt256 amount)
    {
        UInt256 price = step.Price;
        return SwapStep.ExactIn(step.ZeroForOne, ref price, step.Target, step.Liquidity, feePips: 0, ref amount);
    }

    private static UInt128 LeastFor(Step step, UInt256 received)
    {
        UInt128 low = 0;
        UInt128 high = step.PaidMax();
        while (low < high)
        {
            UInt128 middle = low + ((high - low) >> 1);
            if (Exactly(step, middle) < received)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private sealed record Step(bool ZeroForOne, UInt256 Price, UInt256 Target, UInt128 Liquidity, UInt128 Amount)
    {
        /// <summary>To the target, as far as it fits 127 bits; 0 when it does not.</summary>
        public UInt128 PaidMax()
        {
            UInt256 paid = ZeroForOne
                ? SqrtPriceMath.Amount0Delta(Target, Price, Liquidity, roundUp: true)
                : SqrtPriceMath.Amount1Delta(Price, Target, Liquidity, roundUp: true);
            return paid.BitLength > 127 ? 0 : (UInt128)paid;
        }

        public UInt256 ReceivedMax() => ZeroForOne
            ? SqrtPriceMath.Amount1Delta(Target, Price, Liquidity, roundUp: false)
            : SqrtPriceMath.Amount0Delta(Price, Target, Liquidity, roundUp: false);
    }
}
