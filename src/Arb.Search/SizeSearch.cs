using System.Numerics;
using Arb.Domain;

namespace Arb.Search;

/// <summary>The search behind <see cref="CycleSizer"/>: one route, one set of loan terms.</summary>
internal sealed class SizeSearch(CycleQuotes quotes, LoanCost cost)
{
    // A range this many times too long for the walk will not shrink to fit it: then a short walk takes the bulk of what is to be had.
    private const int Hopeless = 64;
    private const int ShortWalk = 128;

    private readonly MobiusMap _map = quotes.Map(0, quotes.Hops);
    private readonly UInt256 _notionalMax = UInt256.Min(cost.Available, quotes.NotionalMax());
    private UInt256 _bestNotional;
    private UInt256 _bestProfit;

    /// <summary>Runs it.</summary>
    /// <param name="scanMax">Most amounts tried one by one for a proof.</param>
    /// <param name="notional">The best found.</param>
    /// <param name="proven">No other notional profits more.</param>
    /// <returns>Whether any profits.</returns>
    public bool TryRun(int scanMax, out UInt256 notional, out bool proven)
    {
        proven = true;
        if (!_notionalMax.IsZero)
        {
            BigInteger smooth = BigInteger.Min(_map.WhereSlopeIs(cost.Repaid, LoanCost.Whole), _notionalMax);
            UInt256 start = (UInt256)BigInteger.Max(smooth, BigInteger.One);
            TryAround(start);
            proven = TryProve(start, scanMax);

            // The least for an amount along the route need not be the least for what comes back; an optimum already is.
            if (!_bestProfit.IsZero && quotes.TryForward(0, quotes.Hops, _bestNotional, out UInt256 amountOut))
            {
                Try(quotes.Hops, amountOut);
            }
        }

        notional = _bestNotional;
        return !_bestProfit.IsZero;
    }

    /// <summary>Tries the amounts next to those a notional gives, at every position.</summary>
    private void TryAround(UInt256 notional)
    {
        for (int at = 0; at <= quotes.Hops; at++)
        {
            if (!quotes.TryForward(0, at, notional, out UInt256 amount))
            {
                return;
            }

            Try(at, amount);
            Try(at, amount + UInt256.One);
            Try(at, amount - UInt256.One);
        }
    }

    /// <summary>Walks outwards from the smooth optimum over the amounts that could still profit as much as the best.</summary>
    /// <returns>Whether it reached both ends of them within the limit.</returns>
    private bool TryProve(UInt256 start, int scanMax)
    {
        if (!TryRange(out UInt256 from, out UInt256 to))
        {
            return true;
        }

        int at = Coarsest(from, to);
        (UInt256 first, UInt256 last) = Bounds(at, from, to);
        int limit = last - first > (ulong)scanMax * Hopeless ? Math.Min(scanMax, ShortWalk) : scanMax;
        UInt256 profit = _bestProfit;
        quotes.TryForward(0, at, start, out UInt256 up);
        up = UInt256.Min(UInt256.Max(up, first), last);
        UInt256 down = up - UInt256.One;
        for (int tried = 0; tried < limit; tried++)
        {
            // Down first where both are open: of equal profits the least notional is wanted. 0 and its wrapped predecessor end it.
            bool downwards = down >= first && down <= last && ((tried & 1) == 0 || up > last);
            if (!downwards && up > last)
            {
                return true;
            }

            Try(at, downwards ? down-- : up++);
            if (_bestProfit != profit && TryRange(out from, out to))
            {
                profit = _bestProfit;
                (first, last) = Bounds(at, from, to);
            }
        }

        return up > last && (down < first || down > last);
    }

    /// <summary>The position with the fewest amounts between two notionals.</summary>
    private int Coarsest(UInt256 from, UInt256 to)
    {
        int coarsest = 0;
        UInt256 fewest = to - from;
        for (int at = 1; at <= quotes.Hops; at++)
        {
            (UInt256 first, UInt256 last) = Bounds(at, from, to);
            if (last - first < fewest)
            {
                (coarsest, fewest) = (at, last - first);
            }
        }

        return coarsest;
    }

    /// <summary>The least and greatest amount at a position between two notionals; at least 1, as nothing comes of 0.</summary>
    private (UInt256 First, UInt256 Last) Bounds(int at, UInt256 from, UInt256 to)
    {
        // What reverts for want of output counts as 0.
        quotes.TryForward(0, at, from, out UInt256 first);
        quotes.TryForward(0, at, to, out UInt256 last);
        return (UInt256.Max(first, UInt256.One), UInt256.Max(last, UInt256.One));
    }

    /// <summary>
    /// The notionals where the smooth profit reaches the best rounded one (or 1 while there is none); false when there are none.
    /// Rounded profit is never above smooth profit, so the optimum is among them.
    /// </summary>
    private bool TryRange(out UInt256 from, out UInt256 to)
    {
        from = default;
        to = default;
        BigInteger profit = UInt256.Max(_bestProfit, UInt256.One);

        // a·x/(b + c·x) − (p/w)·x ≥ profit  ⇔  p·c·x² − (w·a − p·b − w·c·profit)·x + w·b·profit ≤ 0.
        BigInteger square = cost.Repaid * _map.C;
        BigInteger linear = (LoanCost.Whole * (_map.A - (_map.C * profit))) - (cost.Repaid * _map.B);
        BigInteger constant = LoanCost.Whole * _map.B * profit;
        BigInteger discriminant = (linear * linear) - (4 * square * constant);
        if (linear.Sign <= 0 || discriminant.Sign < 0)
        {
            return false;
        }

        BigInteger root = IntegerRoot.Ceiling(discriminant);
        BigInteger low = BigInteger.Max((linear - root) / (2 * square), BigInteger.One);
        BigInteger high = BigInteger.Min(((linear + root) / (2 * square)) + 1, _notionalMax);
        if (low > high)
        {
            return false;
        }

        from = (UInt256)low;
        to = (UInt256)high;
        return true;
    }

    /// <summary>Tries the least notional that brings an amount to a position.</summary>
    private void Try(int at, UInt256 amount)
    {
        if (quotes.TryLeastNotional(at, amount, out UInt256 notional)
            && notional <= _notionalMax
            && quotes.TryForward(at, quotes.Hops, amount, out UInt256 amountOut))
        {
            Consider(notional, amountOut);
        }
    }

    /// <summary>Takes the pair if it profits more, or as much with less.</summary>
    private void Consider(UInt256 notional, UInt256 amountOut)
    {
        if (cost.TryProfit(notional, amountOut, out UInt256 profit)
            && (profit > _bestProfit || (profit == _bestProfit && notional < _bestNotional)))
        {
            _bestNotional = notional;
            _bestProfit = profit;
        }
    }
}
