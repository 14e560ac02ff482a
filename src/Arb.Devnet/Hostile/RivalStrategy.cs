using System.Numerics;
using Arb.Domain;

namespace Arb.Devnet.Hostile;

/// <summary>Sells wrapped ether in one pair and buys it back in another of the same tokens.</summary>
/// <param name="First">Index of the pair sold to.</param>
/// <param name="Second">Index of the pair bought from.</param>
/// <param name="AmountIn">Wei sold.</param>
/// <param name="Profit">Wei gained before gas and bid.</param>
internal sealed record RivalTrade(int First, int Second, UInt256 AmountIn, UInt256 Profit);

/// <summary>What a rival knows: two pairs of the same two tokens, and the amount that gains most between them. Pure.</summary>
internal static class RivalStrategy
{
    private const int Narrowings = 60;

    /// <summary>The trade that gains most at these reserves; null when none gains.</summary>
    /// <param name="pairs">Pairs, of which those with the same tokens are compared.</param>
    /// <param name="wrappedEther">Token to gain.</param>
    /// <param name="amountInMax">What the rival owns, wei.</param>
    public static RivalTrade? Best(IReadOnlyList<ConstantProductPool> pairs, Address wrappedEther, UInt256 amountInMax)
    {
        RivalTrade? best = null;
        for (int first = 0; first < pairs.Count; first++)
        {
            for (int second = 0; second < pairs.Count; second++)
            {
                if (first != second
                    && pairs[first].Info.Token0 == pairs[second].Info.Token0
                    && pairs[first].Info.Token1 == pairs[second].Info.Token1
                    && (pairs[first].Info.Token0 == wrappedEther || pairs[first].Info.Token1 == wrappedEther)
                    && Size(pairs, first, second, wrappedEther, amountInMax) is { } trade
                    && (best is null || trade.Profit > best.Profit))
                {
                    best = trade;
                }
            }
        }

        return best;
    }

    private static RivalTrade? Size(
        IReadOnlyList<ConstantProductPool> pairs, int first, int second, Address wrappedEther, UInt256 amountInMax)
    {
        bool zeroForOne = pairs[first].Info.Token0 == wrappedEther;
        UInt256 low = UInt256.One;
        UInt256 high = amountInMax;
        for (int i = 0; i < Narrowings && high - low > 2UL; i++)
        {
            UInt256 third = (high - low) / 3UL;
            if (Gain(pairs, first, second, zeroForOne, low + third) < Gain(pairs, first, second, zeroForOne, high - third))
            {
                low += third;
            }
            else
            {
                high -= third;
            }
        }

        BigInteger gain = Gain(pairs, first, second, zeroForOne, low);
        return gain.Sign > 0 ? new RivalTrade(first, second, low, (UInt256)gain) : null;
    }

    private static BigInteger Gain(
        IReadOnlyList<ConstantProductPool> pairs, int first, int second, bool zeroForOne, UInt256 amountIn) =>
        pairs[first].TryQuoteExactIn(zeroForOne, amountIn, out UInt256 middle)
        && pairs[second].TryQuoteExactIn(!zeroForOne, middle, out UInt256 amountOut)
            ? (BigInteger)amountOut - (BigInteger)amountIn
            : -(BigInteger)amountIn;
}
