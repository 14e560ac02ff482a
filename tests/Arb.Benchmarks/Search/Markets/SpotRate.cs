using Arb.Domain;

namespace Arb.Benchmarks.Search.Markets;

/// <summary>What a small unit through a pool buys, after fees; floats only rank.</summary>
internal static class SpotRate
{
    // Rounding down takes less than one part in this from a quote that pays at least as much.
    private const ulong OutEnough = 1_000_000;

    /// <summary>Of a pool at its own state.</summary>
    public static double Of(BenchPool pool, int tokenIn, int tokenOut) => Of(pool.Model, tokenIn, tokenOut);

    /// <summary>
    /// From the formula for pairs; for the others the best average price of any power of two from a million units on: a contract's
    /// rounding takes much of a small amount (Balancer's powers), its curve of a large one. 0 when nothing is paid.
    /// </summary>
    public static double Of(IPoolModel model, int tokenIn, int tokenOut)
    {
        if (model is ConstantProductPool pair)
        {
            (UInt256 reserveIn, UInt256 reserveOut) = pair.Reserves(tokenIn == 0);
            return reserveIn.IsZero || reserveOut.IsZero
                ? 0
                : (double)reserveOut / (double)reserveIn * (FeePips.Whole - pair.Info.Fee.Value) / FeePips.Whole;
        }

        double rate = 0;
        for (int bit = 0; bit < 128; bit++)
        {
            UInt256 amountIn = UInt256.One << bit;
            SwapRefusal refusal = model.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut);
            if (refusal == SwapRefusal.None)
            {
                double average = (double)amountOut / (double)amountIn;
                if (average <= rate && amountOut >= OutEnough)
                {
                    break;
                }

                rate = Math.Max(rate, average);
            }
            else if (refusal is not (SwapRefusal.ZeroOutput or SwapRefusal.InvariantFalls))
            {
                break;
            }
        }

        return rate;
    }
}
