using System.Numerics;
using Arb.Devnet.Hostile;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Devnet.Hostile;

public sealed class RivalStrategyTests
{
    private const ulong Ether = 1_000_000_000_000_000_000;
    private static readonly Address WrappedEther = Address.Parse("0x0000000000000000000000000000000000000007");
    private static readonly Address Below = Address.Parse("0x0000000000000000000000000000000000000001");
    private static readonly Address Above = Address.Parse("0x0000000000000000000000000000000000000009");

    private static readonly Gen<ConstantProductPool> AnyPair =
        Gen.Select(Gen.Bool, Gen.ULong[100, 2_000], Gen.ULong[100, 2_000], Gen.Int[1, 1_000_000]).Select(
            (low, reserve0, reserve1, number) => Pair(low ? Below : Above, number, reserve0, reserve1));

    [Fact]
    public void What_it_finds_gains_what_it_says() => AnyPair.Array[2, 6].Sample(pairs =>
    {
        if (RivalStrategy.Best(pairs, WrappedEther, (UInt256)Ether * 400UL) is not { } trade)
        {
            return;
        }

        bool zeroForOne = pairs[trade.First].Info.Token0 == WrappedEther;
        Assert.NotEqual(trade.First, trade.Second);
        Assert.True(pairs[trade.First].TryQuoteExactIn(zeroForOne, trade.AmountIn, out UInt256 middle));
        Assert.True(pairs[trade.Second].TryQuoteExactIn(!zeroForOne, middle, out UInt256 amountOut));
        Assert.Equal((BigInteger)amountOut - (BigInteger)trade.AmountIn, (BigInteger)trade.Profit);
        Assert.True(trade.AmountIn <= (UInt256)Ether * 400UL);
    });

    [Fact]
    public void No_amount_of_a_grid_gains_more() => Gen.Select(AnyPair, AnyPair).Sample((a, b) =>
    {
        ConstantProductPool[] pairs = [a, b];
        RivalTrade? best = RivalStrategy.Best(pairs, WrappedEther, (UInt256)Ether * 400UL);
        if (a.Info.Token0 != b.Info.Token0)
        {
            Assert.Null(best);
            return;
        }

        bool zeroForOne = a.Info.Token0 == WrappedEther;
        for (ulong hundredths = 1; hundredths <= 40_000; hundredths += 97)
        {
            UInt256 amountIn = (UInt256)Ether * hundredths / 100UL;
            foreach ((ConstantProductPool first, ConstantProductPool second) in ((ConstantProductPool, ConstantProductPool)[])[(a, b), (b, a)])
            {
                if (first.TryQuoteExactIn(zeroForOne, amountIn, out UInt256 middle)
                    && second.TryQuoteExactIn(!zeroForOne, middle, out UInt256 amountOut))
                {
                    // The search stops within a few wei of its optimum, where gains are flat.
                    Assert.True((BigInteger)amountOut - (BigInteger)amountIn <= (BigInteger)(best?.Profit ?? UInt256.Zero) + 1_000);
                }
            }
        }
    });

    private static ConstantProductPool Pair(Address other, int number, ulong reserve0, ulong reserve1) => new(
        new PoolInfo(
            Address.Parse($"0x{number:x40}"), "uniswap-v2",
            other < WrappedEther ? other : WrappedEther, other < WrappedEther ? WrappedEther : other, new FeePips(3_000)),
        (UInt256)Ether * reserve0,
        (UInt256)Ether * reserve1);
}
