using System.Collections.Immutable;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets.Balancer;

/// <summary>What weighted pools alone do. That every digit is the contract's is shown against its bytecode (Exact).</summary>
public sealed class BalancerWeightedPoolTests
{
    private static readonly ImmutableArray<UInt256> Half =
        BalancerPools.Numbers(500_000_000_000_000_000, 500_000_000_000_000_000);

    [Fact]
    public void Quote_follows_the_constant_weighted_product() =>
        Gen.Select(BalancerPools.Weighted.WithPair(), Gen.UInt[100, 1_000]).Sample((drawn, thousandths) =>
        {
            (BalancerWeightedPool pool, int i, int o) = drawn;
            UInt256 amountIn = pool.Balances[i] * 3UL * thousandths / 10_000UL;
            if (pool.QuoteExactIn(i, o, amountIn, out UInt256 amountOut) != SwapRefusal.None)
            {
                return;
            }

            double afterFee = (double)amountIn * (1 - ((double)pool.SwapFeeX18 / 1e18));
            double ratio = (double)pool.WeightsX18[i] / (double)pool.WeightsX18[o];
            double balanceIn = (double)pool.Balances[i];
            double expected = (double)pool.Balances[o] * (1 - Math.Pow(balanceIn / (balanceIn + afterFee), ratio));

            // A raw unit out, one in by the fee at the price of the end, and the rounding of powers.
            double price = expected / afterFee;
            double slack = 1 + price + (1e-12 * (double)pool.Balances[o]);
            Assert.InRange((double)amountOut, expected - slack, expected + (1e-12 * (double)pool.Balances[o]) + 1e-9);
        });

    [Theory]
    [InlineData(BalancerWeightedVariant.V1)]
    [InlineData(BalancerWeightedVariant.V2Onwards)]
    public void A_swap_moves_at_most_three_tenths_of_a_balance(BalancerWeightedVariant variant)
    {
        BalancerWeightedPool pool = new([BalancerPools.Ten(19), BalancerPools.Ten(19)], [18, 18], Half, 0UL, variant);
        UInt256 limit = 3UL * BalancerPools.One;
        Assert.Equal(SwapRefusal.None, pool.QuoteExactIn(0, 1, limit, out _));
        Assert.Equal(SwapRefusal.RatioLimit, pool.QuoteExactIn(0, 1, limit + UInt256.One, out UInt256 amountOut));
        Assert.Equal(UInt256.Zero, amountOut);
        Assert.Equal(SwapRefusal.None, pool.QuoteExactOut(0, 1, limit, out _));
        Assert.Equal(SwapRefusal.RatioLimit, pool.QuoteExactOut(0, 1, limit + UInt256.One, out UInt256 amountIn));
        Assert.Equal(UInt256.Zero, amountIn);
    }

    [Fact]
    public void Generations_price_equal_weights_differently()
    {
        ImmutableArray<UInt256> balances = [BalancerPools.Ten(24), BalancerPools.Ten(24)];
        UInt256[] outputs =
        [
            .. Enum.GetValues<BalancerWeightedVariant>().Select(variant =>
            {
                BalancerWeightedPool pool = new(balances, [18, 18], Half, 3_000_000_000_000_000UL, variant);
                Assert.Equal(SwapRefusal.None, pool.QuoteExactIn(0, 1, BalancerPools.Ten(22), out UInt256 amountOut));
                return amountOut;
            }),
        ];

        // The first took 10^-14 of the power for the logarithms' error, which the second has no need of.
        Assert.True(outputs[0] < outputs[1], $"{outputs[0]} and {outputs[1]}");
    }

    [Fact]
    public void Weights_of_another_scale_quote_the_same()
    {
        ImmutableArray<UInt256> balances = [BalancerPools.Ten(24), BalancerPools.Ten(15)];
        BalancerWeightedPool whole = new(
            balances, [18, 6], BalancerPools.Numbers(800_000_000_000_000_000, 200_000_000_000_000_000), 1_000_000_000_000_000UL);
        BalancerWeightedPool parts = new(balances, [18, 6], BalancerPools.Numbers(8, 2), 1_000_000_000_000_000UL);
        for (int power = 0; power < 23; power++)
        {
            Assert.Equal(
                whole.QuoteExactIn(0, 1, BalancerPools.Ten(power), out UInt256 fromWhole),
                parts.QuoteExactIn(0, 1, BalancerPools.Ten(power), out UInt256 fromParts));
            Assert.Equal(fromWhole, fromParts);
        }
    }

    [Fact]
    public void The_vault_holds_less_than_two_to_the_112()
    {
        UInt256 max = (UInt256.One << 112) - UInt256.One;
        BalancerWeightedPool pool = new([max - (UInt256)1_000UL, BalancerPools.Ten(18)], [18, 18], Half, 0UL);
        Assert.Equal(SwapRefusal.None, pool.QuoteExactIn(0, 1, 1_000UL, out _));
        Assert.Equal(SwapRefusal.ReserveOverflow, pool.QuoteExactIn(0, 1, 1_001UL, out _));
        Assert.Equal(SwapRefusal.ReserveOverflow, pool.QuoteExactOut(0, 1, 1_000_000UL, out _));
    }

    [Fact]
    public void An_empty_pool_refuses()
    {
        BalancerWeightedPool pool = new([UInt256.Zero, UInt256.Zero], [18, 18], Half, 3_000_000_000_000_000UL);
        Assert.Equal(SwapRefusal.NoLiquidity, pool.QuoteExactIn(0, 1, UInt256.One, out _));
        Assert.Equal(SwapRefusal.RatioLimit, pool.QuoteExactIn(0, 1, BalancerPools.One, out _));
        Assert.Equal(SwapRefusal.RatioLimit, pool.QuoteExactOut(0, 1, UInt256.One, out _));
    }

    [Fact]
    public void A_wrong_state_is_refused_by_name_and_value()
    {
        ImmutableArray<UInt256> two = [UInt256.One, UInt256.One];
        Assert.Throws<ArgumentException>("balances", () => new BalancerWeightedPool([UInt256.One], [18], [UInt256.One], 0UL));
        Assert.Throws<ArgumentException>("balances", () => new BalancerWeightedPool(default, [18, 18], Half, 0UL));
        Assert.Throws<ArgumentException>("decimals", () => new BalancerWeightedPool(two, [18], Half, 0UL));
        Assert.Throws<ArgumentException>("weightsX18", () => new BalancerWeightedPool(two, [18, 18], [UInt256.One], 0UL));
        AssertNames("decimals[1] is 24", () => new BalancerWeightedPool(two, [18, 24], Half, 0UL));
        AssertNames("weightsX18[0] is 0", () => new BalancerWeightedPool(two, [18, 18], [UInt256.Zero, UInt256.One], 0UL));
        AssertNames("swapFeeX18 is 1000000000000000000", () => new BalancerWeightedPool(two, [18, 18], Half, BalancerPools.One));
        AssertNames(
            "balances[1] is 5192296858534827628530496329220096",
            () => new BalancerWeightedPool([UInt256.One, UInt256.One << 112], [18, 18], Half, 0UL));
        Assert.Throws<ArgumentOutOfRangeException>("variant", () => new BalancerWeightedPool(two, [18, 18], Half, 0UL, default));
    }

    private static void AssertNames(string text, Func<object> make) =>
        Assert.Contains(text, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
}
