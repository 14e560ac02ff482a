using Arb.Domain;

namespace Arb.Benchmarks.Search.Baselines;

/// <summary>One swap: a pool and token indices in its model's order.</summary>
internal readonly record struct CycleHop(int Pool, byte TokenIn, byte TokenOut);

/// <summary>Hops end to end that return to the start token; each pool once.</summary>
/// <param name="Start">Start token, a number of the market.</param>
/// <param name="Hops">The swaps.</param>
internal sealed record ExactCycle(int Start, CycleHop[] Hops)
{
    /// <summary>What a notional brings back, exactly; false when a pool refuses.</summary>
    public bool TryQuote(IPoolModel[] models, in UInt256 notional, out UInt256 amountOut)
    {
        amountOut = notional;
        foreach (CycleHop hop in Hops)
        {
            UInt256 amountIn = amountOut;
            if (models[hop.Pool].QuoteExactIn(hop.TokenIn, hop.TokenOut, amountIn, out amountOut) != SwapRefusal.None)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Trades a notional: the models of its pools become those after it.</summary>
    public void Trade(IPoolModel[] models, in UInt256 notional)
    {
        UInt256 amount = notional;
        foreach (CycleHop hop in Hops)
        {
            UInt256 amountIn = amount;
            SwapRefusal refusal = models[hop.Pool].SwapExactIn(hop.TokenIn, hop.TokenOut, amountIn, out amount, out IPoolModel after);
            if (refusal != SwapRefusal.None)
            {
                throw new InvalidOperationException($"A trade that was sized is refused: {refusal}.");
            }

            models[hop.Pool] = after;
        }
    }
}

/// <summary>A cycle with a notional and what it brings back.</summary>
internal readonly record struct SizedTrade(ExactCycle Cycle, UInt256 Notional, UInt256 AmountOut)
{
    /// <summary>Whether it brings back more than was put in.</summary>
    public bool IsProfit => AmountOut > Notional;

    /// <summary>Out − in, 0 when that is negative.</summary>
    public UInt256 Gain => IsProfit ? AmountOut - Notional : UInt256.Zero;

    /// <summary>Whether this gains more, or loses less.</summary>
    public bool IsBetterThan(in SizedTrade other) => AmountOut + other.Notional > other.AmountOut + Notional;

    /// <summary>At a notional; one that is refused brings nothing back.</summary>
    public static SizedTrade At(ExactCycle cycle, IPoolModel[] models, in UInt256 notional) =>
        new(cycle, notional, cycle.TryQuote(models, notional, out UInt256 amountOut) ? amountOut : UInt256.Zero);
}
