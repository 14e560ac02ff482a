using System.Collections.Immutable;
using Arb.Domain;
using CsCheck;

namespace Arb.Tests.Markets.Balancer;

/// <summary>What stable pools alone do. That every digit is the contract's is shown against its bytecode (Exact).</summary>
public sealed class BalancerStablePoolTests
{
    private static readonly ImmutableArray<UInt256> Factors = [BalancerPools.Ten(18), BalancerPools.Ten(30)];

    [Fact]
    public void Invariant_never_falls() =>
        Gen.Select(BalancerPools.Stable.WithPair(), Gen.UInt[1, 1_000], Gen.Bool).Sample((drawn, thousandths, exactOut) =>
        {
            (BalancerStablePool pool, int i, int o) = drawn;
            UInt256 amount = pool.Balances[exactOut ? o : i] * (ulong)thousandths / 2_000UL;
            SwapRefusal refusal = exactOut
                ? pool.SwapExactOut(i, o, amount, out _, out IPoolModel after)
                : pool.SwapExactIn(i, o, amount, out _, out after);
            if (refusal != SwapRefusal.None)
            {
                return;
            }

            UInt256 next = ((BalancerStablePool)after).Invariant;
            if (next.IsZero)
            {
                // A swap may leave balances so far apart that the contract finds no invariant for them: then it refuses the next one.
                Assert.NotEqual(SwapRefusal.None, after.QuoteExactIn(i, o, amount, out _));
                return;
            }

            // The iteration stops when it moves by one: so far the invariants themselves are from exact.
            Assert.True(next + (UInt256)2UL >= pool.Invariant, $"{pool.Invariant} fell to {next}");
        });

    [Theory]
    [InlineData(BalancerStableVariant.V1)]
    [InlineData(BalancerStableVariant.V2Onwards)]
    public void Invariant_of_a_balanced_pool_is_the_sum(BalancerStableVariant variant)
    {
        BalancerStablePool pool = new([BalancerPools.Ten(24), BalancerPools.Ten(12)], Factors, 200_000UL, 0UL, variant);
        UInt256 sum = 2UL * BalancerPools.Ten(24);
        Assert.InRange(pool.Invariant, sum - (UInt256)2UL, sum + (UInt256)2UL);
    }

    [Fact]
    public void Quote_satisfies_the_stable_equation() =>
        Gen.Select(BalancerPools.Stable.WithPair(), Gen.UInt[1, 1_000]).Sample((drawn, thousandths) =>
        {
            (BalancerStablePool pool, int i, int o) = drawn;
            UInt256 amountOut = pool.Balances[o] * (ulong)thousandths / 2_000UL;
            if (pool.SwapExactOut(i, o, amountOut, out UInt256 amountIn, out _) != SwapRefusal.None)
            {
                return;
            }

            double[] scaled = [.. pool.Balances.Select((b, t) => (double)b * (double)pool.ScalingFactorsX18[t] / 1e36)];
            double before = Surplus(pool, scaled);
            double fee = 1 - ((double)pool.SwapFeeX18 / 1e18);
            scaled[i] += (double)amountIn * fee * (double)pool.ScalingFactorsX18[i] / 1e36;
            scaled[o] -= (double)amountOut * (double)pool.ScalingFactorsX18[o] / 1e36;
            Assert.InRange(before, -1e-9, 1e-9);
            Assert.InRange(Surplus(pool, scaled), -1e-9, 1e-5);
        });

    [Fact]
    public void The_last_raw_unit_has_no_price()
    {
        BalancerStablePool pool = new([BalancerPools.Ten(20), BalancerPools.Ten(8)], Factors, 200_000UL, 0UL);
        UInt256 all = BalancerPools.Ten(8);
        Assert.Equal(SwapRefusal.None, pool.QuoteExactOut(0, 1, all - UInt256.One, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(0, 1, all, out _));
        Assert.Equal(SwapRefusal.InsufficientLiquidity, pool.QuoteExactOut(0, 1, all + UInt256.One, out _));
    }

    [Fact]
    public void Too_little_to_buy_anything_reverts_as_the_contract_does()
    {
        BalancerStablePool pool = new([BalancerPools.Ten(24), BalancerPools.Ten(24)], [Factors[0], Factors[0]], 200_000UL, 0UL);
        Assert.Equal(SwapRefusal.ZeroOutput, pool.QuoteExactIn(0, 1, UInt256.One, out _));
    }

    [Fact]
    public void An_empty_balance_leaves_nothing_to_price_with()
    {
        BalancerStablePool pool = new([BalancerPools.Ten(20), UInt256.Zero], Factors, 200_000UL, 0UL);
        Assert.Equal(SwapRefusal.NoLiquidity, pool.QuoteExactIn(0, 1, BalancerPools.One, out _));
        Assert.Equal(UInt256.Zero, pool.Invariant);
    }

    [Fact]
    public void A_wrong_state_is_refused_by_name_and_value()
    {
        ImmutableArray<UInt256> two = [UInt256.One, UInt256.One];
        AssertNames("ampX1000 is 200", () => new BalancerStablePool(two, Factors, 200UL, 0UL));
        AssertNames("ampX1000 is 5000001", () => new BalancerStablePool(two, Factors, 5_000_001UL, 0UL));
        AssertNames("scalingFactorsX18[1] is 0", () => new BalancerStablePool(two, [UInt256.One, UInt256.Zero], 1_000UL, 0UL));
        AssertNames("swapFeeX18 is 1000000000000000000", () => new BalancerStablePool(two, Factors, 1_000UL, BalancerPools.One));
        AssertNames("balances[0] is", () => new BalancerStablePool([UInt256.One << 112, UInt256.One], Factors, 1_000UL, 0UL));
        Assert.Throws<ArgumentException>("scalingFactorsX18", () => new BalancerStablePool(two, [UInt256.One], 1_000UL, 0UL));
        Assert.Throws<ArgumentException>(
            "balances", () => new BalancerStablePool(BalancerPools.Numbers(1, 1, 1, 1, 1, 1), Factors, 1_000UL, 0UL));
        Assert.Throws<ArgumentOutOfRangeException>("variant", () => new BalancerStablePool(two, Factors, 1_000UL, 0UL, default));
    }

    /// <summary>How far balances lie above the curve A n^n Σx + D = A n^n D + D^(n+1) / (n^n Πx) of their pool's invariant, relatively.</summary>
    private static double Surplus(BalancerStablePool pool, double[] balances)
    {
        double invariant = (double)pool.Invariant / 1e18;
        double n = balances.Length;

        // The contract's parameter is A n^(n-1).
        double ampTimesTokens = (double)pool.AmpX1000 / 1_000 * n;
        double last = invariant;
        foreach (double balance in balances)
        {
            last *= invariant / (n * balance);
        }

        double left = (ampTimesTokens * balances.Sum()) + invariant;
        double right = (ampTimesTokens * invariant) + last;
        return (left - right) / ((ampTimesTokens * invariant) + Math.Abs(last));
    }

    private static void AssertNames(string text, Func<object> make) =>
        Assert.Contains(text, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
}
