namespace Arb.Domain;

/// <summary>Exact-out for contracts that swap exact-in only: the amount in at which the pool begins to pay enough.</summary>
internal static class LeastInput
{
    /// <summary>
    /// Finds an amount in that pays at least <paramref name="target"/> while one unit less does not. Where the contract's rounding makes
    /// its payout dip by a unit, more than one amount is such a threshold; the one found is the one nearest to the guess.
    /// </summary>
    /// <param name="quote">The pool's exact-in quote.</param>
    /// <param name="guess">Where to begin; only speed depends on it.</param>
    /// <param name="target">Raw units wanted.</param>
    /// <param name="amountIn">Raw units paid; 0 when refused.</param>
    public static SwapRefusal Find<TQuote>(in TQuote quote, UInt256 guess, UInt256 target, out UInt256 amountIn)
        where TQuote : struct, IExactInQuote
    {
        amountIn = default;
        UInt256 tooLittle = UInt256.Zero;
        UInt256 bound = UInt256.Max(guess, UInt256.One);
        Answer atBound = Ask(quote, bound, target);
        if (atBound == Answer.Enough)
        {
            FallUntilTooLittle(quote, target, ref tooLittle, ref bound);
        }
        else if (!RiseUntilEnough(quote, target, atBound, ref tooLittle, ref bound))
        {
            return SwapRefusal.InsufficientLiquidity;
        }

        while (bound - tooLittle > UInt256.One)
        {
            UInt256 middle = tooLittle + ((bound - tooLittle) >> 1);
            if (Ask(quote, middle, target) == Answer.Enough)
            {
                bound = middle;
            }
            else
            {
                tooLittle = middle;
            }
        }

        amountIn = bound;
        return SwapRefusal.None;
    }

    private static void FallUntilTooLittle<TQuote>(in TQuote quote, UInt256 target, ref UInt256 tooLittle, ref UInt256 enough)
        where TQuote : struct, IExactInQuote
    {
        UInt256 step = UInt256.One;
        while (UInt256.TrySubtract(enough, step, out UInt256 less) && !less.IsZero)
        {
            if (Ask(quote, less, target) != Answer.Enough)
            {
                tooLittle = less;
                return;
            }

            enough = less;
            step <<= 1;
        }
    }

    private static bool RiseUntilEnough<TQuote>(in TQuote quote, UInt256 target, Answer atStart, ref UInt256 tooLittle, ref UInt256 bound)
        where TQuote : struct, IExactInQuote
    {
        // At or above the ceiling the pool takes no amount.
        UInt256 ceiling = UInt256.MaxValue;
        UInt256 step = UInt256.One;
        if (atStart == Answer.TooMuch)
        {
            ceiling = bound;
        }
        else
        {
            tooLittle = bound;
        }

        while (ceiling - tooLittle > UInt256.One)
        {
            bound = UInt256.TryAdd(tooLittle, step, out UInt256 more) && more < ceiling
                ? more
                : tooLittle + ((ceiling - tooLittle) >> 1);
            switch (Ask(quote, bound, target))
            {
                case Answer.Enough:
                    return true;
                case Answer.TooMuch:
                    ceiling = bound;
                    break;
                default:
                    tooLittle = bound;
                    break;
            }

            step = step.BitLength < UInt256.Bits ? step << 1 : step;
        }

        return false;
    }

    private static Answer Ask<TQuote>(in TQuote quote, UInt256 amountIn, UInt256 target)
        where TQuote : struct, IExactInQuote => quote.Ask(amountIn, out UInt256 amountOut) switch
        {
            SwapRefusal.None => amountOut >= target ? Answer.Enough : Answer.TooLittle,

            // An amount too small to be paid for, or one the pair happens to quote a unit too high for; others come from amounts too great.
            SwapRefusal.ZeroOutput or SwapRefusal.InvariantFalls => Answer.TooLittle,
            _ => Answer.TooMuch,
        };

    private enum Answer
    {
        TooLittle,
        Enough,
        TooMuch,
    }
}

/// <summary>One direction of a pool, exact in.</summary>
internal interface IExactInQuote
{
    SwapRefusal Ask(UInt256 amountIn, out UInt256 amountOut);
}

/// <summary>A direction of any model.</summary>
internal readonly struct ExactInQuote(IPoolModel pool, int tokenIn, int tokenOut) : IExactInQuote
{
    public SwapRefusal Ask(UInt256 amountIn, out UInt256 amountOut) => pool.QuoteExactIn(tokenIn, tokenOut, amountIn, out amountOut);
}
