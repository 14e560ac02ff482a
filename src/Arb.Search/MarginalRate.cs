using System.Numerics;
using Arb.Domain;

namespace Arb.Search;

/// <summary>What the first, infinitely small unit through a pool or a cycle buys, after fees.</summary>
internal static class MarginalRate
{
    // A product of at most a few dozen rounded factors is right to far better than 10^-12; the band around 1 is decided exactly.
    private const double Doubtful = 1e-9;

    /// <summary>Token out per token in at no size.</summary>
    public static double Of(ConstantProductPool pool, bool zeroForOne)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(zeroForOne);
        return (double)reserveOut / (double)reserveIn * (FeePips.Whole - pool.Info.Fee.Value) / FeePips.Whole;
    }

    /// <summary>
    /// Whether a cycle's rate is above 1. Output is concave in input and every pool rounds down, so no notional profits when it is not.
    /// </summary>
    /// <param name="rate">Product of the rates as doubles.</param>
    /// <param name="pools">Pools along the cycle, consulted only when the doubles leave a doubt.</param>
    /// <param name="zeroForOne">Their directions.</param>
    public static bool IsAboveOne(double rate, ReadOnlySpan<ConstantProductPool> pools, ReadOnlySpan<bool> zeroForOne)
    {
        if (Math.Abs(rate - 1) > Doubtful)
        {
            return rate > 1;
        }

        BigInteger numerator = 1;
        BigInteger denominator = 1;
        for (int i = 0; i < pools.Length; i++)
        {
            (UInt256 reserveIn, UInt256 reserveOut) = pools[i].Reserves(zeroForOne[i]);
            numerator *= reserveOut * (ulong)(FeePips.Whole - pools[i].Info.Fee.Value);
            denominator *= reserveIn * (ulong)FeePips.Whole;
        }

        return numerator > denominator;
    }
}
