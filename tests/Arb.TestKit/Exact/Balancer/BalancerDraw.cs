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
        int mode = random.Next(10);
        ulong size = (ulong)LogUniform(random, 1_000_000_000_000UL) + 1;
        return [.. pool.Plan.Tokens.Select((token, i) => Balance(random, pool, token, pool.FactorsX18[i], mode, size))];
    }

    /// <summary>An amount in.</summary>
    public static UInt256 AmountIn(Random random, BalancerPool pool, UInt256 balance)
    {
        // What the pool takes at most when it is weighted; a stable pool takes many times its balance.
        UInt256 limit = MulDiv.Floor(balance * 3UL / 10UL, Whole, Whole - pool.Plan.SwapFeeX18);
        UInt256 most = pool.Family.IsWeighted ? limit : balance * (ulong)(1 << random.Next(1, 8));
        return random.Next(20) switch
        {
            0 => Edge(random, balance),
            1 => Near(random, limit),
            2 => Near(random, balance * 3UL / 10UL),
            3 => Near(random, (BalanceMax + UInt256.One) - balance),
            4 => (ulong)random.Next(1, 20),
            < 13 => LogUniform(random, most),
            _ => Uniform(random, most),
        };
    }

    /// <summary>An amount out.</summary>
    public static UInt256 AmountOut(Random random, BalancerPool pool, UInt256 balance)
    {
        UInt256 most = pool.Family.IsWeighted ? balance * 3UL / 10UL : balance;
        return random.Next(20) switch
        {
            0 => Edge(random, balance),
            1 or 2 => Near(random, most),
            3 => Near(random, balance),
            4 => (ulong)random.Next(1, 20),
            < 13 => LogUniform(random, most),
            _ => Uniform(random, most),
        };
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
        4 => balance * 2UL,
        _ => LogUniform(random, UInt256.MaxValue),
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
