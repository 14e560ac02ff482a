using Arb.Domain;

namespace Arb.Search;

/// <summary>A straight line over a model whose curve is not known here: its average price for a small amount, with a margin.</summary>
internal static class ProbedBound
{
    private const int EnoughBits = 40;
    private const double Margin = 1e-6;

    /// <summary>The line; a rate of 0 where the pool pays for no amount.</summary>
    public static MobiusBound Of(IPoolModel model, int tokenIn, int tokenOut)
    {
        double rate = 0;
        for (UInt256 amountIn = UInt256.One; amountIn.BitLength <= 128; amountIn <<= 1)
        {
            SwapRefusal refusal = model.QuoteExactIn(tokenIn, tokenOut, amountIn, out UInt256 amountOut);
            if (refusal == SwapRefusal.None)
            {
                rate = ((double)amountOut + 1) / (double)amountIn * (1 + Margin);
                if (amountOut.BitLength >= EnoughBits)
                {
                    break;
                }
            }
            else if (rate > 0)
            {
                break;
            }
        }

        return new MobiusBound(rate, 0);
    }
}
