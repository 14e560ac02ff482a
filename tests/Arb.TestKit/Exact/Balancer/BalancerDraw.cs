using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>Random states and amounts: everyday ones, and those at the edges of what the contracts take.</summary>
internal static class BalancerDraw
{
    private static readonly UInt256 BalanceMax = (UInt256.One << 112) - UInt256.One;
    private static readonly UInt256 Whole = 1_000_000_000_000_000_000UL;

    /// <summary>10^decimals.</summary>
    public static UInt256 WholeUnit(int decimals)
    {
        UInt256 unit = UInt256.One;
        for (int i = 0; i < decimals; i++)
        {
            unit *= 10UL;
        }

        return unit;
    }

    /// <summary>Balances of a pool, raw units.</summary>
    public static ImmutableArray<UInt256> Balances(Random random, BalancerPool pool)
    {

        // In extreme states most swaps of a stable pool revert, so it is in them less often.
        int mode = random.Next(pool.Family.IsWeighted || random.Next(2) == 0 ? 10 : 6);
        ulong size = (ulong)LogUniform(random, 1_000_000_000_000UL) + 1;

        // The price oracle that WeightedPool2Tokens may keep reverts the first swap of a block while a balance is 0 (BAL#100).
        UInt256 least = pool.Family.Shape == BalancerShape.WeightedTwoTokens ? UInt256.One : UInt256.Zero;
        return
        [
            .. pool.Plan.Tokens.Select((token, i) =>
                UInt256.Max(least, Balance(random, pool, token, pool.FactorsX18[i], mode, size))),
        ];
    }

    /// <summary>An amount in.</summary>
    /// <param name="random">Source of chance.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="balances">Its balances now.</param>
    /// <param name="tokenIn">Token paid.</param>
    /// <param name="tokenOut">Token received.</param>
    public static UInt256 AmountIn(Random random, BalancerPool pool, ImmutableArray<UInt256> balances, int tokenIn, int tokenOut)
    {
        UInt256 balance = balances[tokenIn];
        UInt256 beforeFee = MulDiv.Floor(balance * 3UL / 10UL, Whole, Whole - pool.Plan.SwapFeeX18);
        return random.Next(20) switch
        {
            0 => Edge(random, balance),
            1 => Near(random, Limit(pool, balance, beforeFee)),
            2 => Near(random, Limit(pool, balance, balance * 3UL / 10UL)),
            3 => (ulong)random.Next(1, 20),
            < 12 => LogUniform(random, Most(pool, balances, tokenIn, tokenOut, beforeFee)),
            _ => Uniform(random, Most(pool, balances, tokenIn, tokenOut, beforeFee)),
        };

        // A weighted pool refuses above its limit; a stable pool takes any amount and is not the same afterwards, so seldom.
        UInt256 Limit(BalancerPool pool, in UInt256 balance, in UInt256 weighted) =>
            pool.Family.IsWeighted ? (random.Next(2) == 0 ? weighted : BalanceMax + UInt256.One - balance)
            : random.Next(20) != 0 ? UInt256.Min(balance, Most(pool, balances, tokenIn, tokenOut, beforeFee))
            : random.Next(2) == 0 ? BalanceMax + UInt256.One - balance
            : balance * (ulong)(1 << random.Next(1, 8));
    }

    /// <summary>An amount out.</summary>
    /// <param name="random">Source of chance.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="balances">Its balances now.</param>
    /// <param name="tokenIn">Token paid.</param>
    /// <param name="tokenOut">Token received.</param>
    public static UInt256 AmountOut(Random random, BalancerPool pool, ImmutableArray<UInt256> balances, int tokenIn, int tokenOut)
    {
        UInt256 balance = balances[tokenOut];
        UInt256 most = Most(pool, balances, tokenOut, tokenIn, balance * 3UL / 10UL);
        return random.Next(20) switch
        {
            0 => Edge(random, balance),
            1 or 2 => Near(random, most),
            3 => random.Next(pool.Family.IsWeighted ? 1 : 20) == 0 ? Near(random, balance) : Uniform(random, most),
            4 => (ulong)random.Next(1, 20),
            < 12 => LogUniform(random, most),
            _ => Uniform(random, most),
        };
    }

    /// <summary>What a swap moves at most of a token: its limit when the pool is weighted, else a third of the poorer of the two.</summary>
    private static UInt256 Most(BalancerPool pool, ImmutableArray<UInt256> balances, int token, int other, in UInt256 limit)
    {
        if (pool.Family.IsWeighted)
        {
            return limit;
        }

        return MulDiv.TryFloor(balances[other], pool.FactorsX18[other], pool.FactorsX18[token], out UInt256 worth)
            ? UInt256.Min(worth, balances[token]) / 3UL
            : balances[token] / 3UL;
    }

    private static UInt256 Balance(Random random, BalancerPool pool, BalancerToken token, UInt256 factorX18, int mode, ulong size)
    {
        if (mode < 6)
        {
            // The same worth of every token, down to a twentieth of it, or down to a ten-thousandth.
            ulong spread = mode < 4 || pool.Family.IsWeighted ? 20UL : 10_000UL;
            UInt256 worth = WholeUnit(18) * size / (ulong)random.NextInt64(1, (long)spread + 1);
            return UInt256.Min(BalanceMax, MulDiv.Floor(worth, Whole, factorX18) + Uniform(random, WholeUnit(token.Decimals)));
        }

        return mode switch
        {
            6 => Uniform(random, 1_000UL),
            7 => BalanceMax - LogUniform(random, BalanceMax),
            8 => random.Next(8) == 0 ? UInt256.Zero : LogUniform(random, BalanceMax),
            _ => LogUniform(random, BalanceMax),
        };
    }

    private static UInt256 Edge(Random random, UInt256 balance) => random.Next(8) switch
    {
        0 => UInt256.Zero,
        1 => UInt256.MaxValue,
        2 => UInt256.One << 255,
        3 => UInt256.One << 112,
        4 => balance,
        5 => LogUniform(random, UInt256.MaxValue) << 112,
        _ => LogUniform(random, balance),
    };

    private static UInt256 Near(Random random, UInt256 value)
    {
        UInt256 moved = value + (ulong)random.Next(5);
        return moved < (UInt256)2UL ? moved : moved - (UInt256)2UL;
    }

    private static UInt256 Uniform(Random random, UInt256 max)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        random.NextBytes(bytes);
        UInt256 value = UInt256.FromBigEndian(bytes);
        return max == UInt256.MaxValue ? value : value % (max + UInt256.One);
    }

    private static UInt256 LogUniform(Random random, UInt256 max)
    {
        int bits = random.Next(max.BitLength + 1);
        return bits == 0 ? UInt256.Zero : UInt256.Min(max, Uniform(random, UInt256.MaxValue >> (256 - bits)));
    }
}
