using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Finds the notional with the greatest profit after the premium along a loaded route. Where the route is one Möbius map its optimum is
/// in closed form; elsewhere <see cref="SlopeSearch"/> finds it from exact quotes. Exact integers then settle what rounding makes of it.
/// </summary>
/// <remarks>
/// Rounded profit is a sawtooth under a smooth curve: a coarse token lets a range of notionals buy the same amount. The best notional is
/// the least that gives its output, so the amounts next to the optimum at the coarsest position are tried, each with the least notional
/// that brings it. Where the notionals at which the upper bound reaches the best profit are few amounts of one position, all are
/// tried: then nothing better exists. Allocates nothing.
/// </remarks>
internal sealed class SizeSearch(CycleQuotes quotes)
{
    /// <summary>Most amounts tried one by one.</summary>
    private const int WalkMax = 2_048;

    // Of a handful of rounded operations on doubles.
    private const double BoundMargin = 1e-13;
    private const double ReachMin = 1e-3;

    /// <summary>A closed form in doubles is 10^-15 of the pools' depth off at most; below this depth that loses less than a unit of profit.</summary>
    private const double DepthMax = 1e26;

    private readonly SlopeSearch _slopes = new(quotes);
    private Lending _lending;
    private UInt256 _notional;
    private UInt256 _amountOut;
    private UInt256 _profit;

    /// <summary>No other notional profits more.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Runs it on the route that the quotes hold.</summary>
    /// <returns>Whether any notional profits.</returns>
    public bool TryRun(in Lending lending, out UInt256 notional, out UInt256 amountOut, out UInt256 profit)
    {
        _lending = lending;
        _profit = UInt256.Zero;
        _notional = UInt256.Zero;
        _amountOut = UInt256.Zero;
        IsProven = false;
        MobiusBound bound = quotes.Bound;
        if (!lending.Available.IsZero && bound.Rate > lending.Repaid * CycleWalk.RateMin)
        {
            double guess = bound.WhereSlopeIs(lending.Repaid);
            if (quotes.IsExact && guess + (1 / bound.Bend) < DepthMax)
            {
                StartAt(guess);
            }
            else
            {
                _slopes.Run(this, lending);
            }

            Settle();
            TryProve(bound);
            Trim();
        }

        (notional, amountOut, profit) = (_notional, _amountOut, _profit);
        return !_profit.IsZero;
    }

    /// <summary>Takes a notional if it profits more than the best, or as much with less.</summary>
    public Passage Consider(in UInt256 notional)
    {
        Passage passage = quotes.Forward(0, quotes.Hops, notional, out UInt256 amountOut);
        if (passage == Passage.Through
            && _lending.TryProfit(notional, amountOut, out UInt256 profit)
            && (profit > _profit || (profit == _profit && notional < _notional)))
        {
            (_notional, _amountOut, _profit) = (notional, amountOut, profit);
        }

        return passage;
    }

    /// <summary>The closed form's optimum, or the greatest notional below it that every pool takes.</summary>
    private void StartAt(double guess)
    {
        UInt256 high = UInt256.Min(Amounts.Of(guess), _lending.Available);
        _start = high;
        if (Consider(high) != Passage.TooMuch)
        {
            return;
        }

        UInt256 low = UInt256.Zero;
        while (high - low > UInt256.One)
        {
            UInt256 middle = low + ((high - low) >> 1);
            if (Consider(middle) == Passage.TooMuch)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        _start = low;
    }

    // Where the smooth optimum lies, profitable or not.
    private UInt256 _start;

    /// <summary>Where the slope search ended.</summary>
    public void SetStart(in UInt256 notional) => _start = notional;

    /// <summary>Tries the amounts next to the optimum's at the position with the fewest units.</summary>
    private void Settle()
    {
        UInt256 notional = _profit.IsZero ? _start : _notional;
        int coarsest = 0;
        UInt256 fewest = notional;
        UInt256 amount = notional;
        for (int at = 1; at <= quotes.Hops; at++)
        {
            if (quotes.Forward(at - 1, at, amount, out amount) != Passage.Through)
            {
                break;
            }

            if (amount < fewest)
            {
                (coarsest, fewest) = (at, amount);
            }
        }

        TryAmount(coarsest, fewest);
        TryAmount(coarsest, fewest + UInt256.One);
        TryAmount(coarsest, fewest - UInt256.One);
    }

    /// <summary>The least notional for the best output.</summary>
    private void Trim()
    {
        if (_profit.IsZero)
        {
            return;
        }

        UInt256 notional = _notional;
        if (quotes.IsExact
            ? quotes.TryLeastNotional(quotes.Hops, _amountOut, out notional)
            : quotes.TryTrim(quotes.Hops, _amountOut, ref notional))
        {
            Consider(notional);
        }
    }

    private void TryAmount(int at, in UInt256 amount)
    {
        if (!amount.IsZero && quotes.TryLeastNotional(at, amount, out UInt256 notional) && notional <= _lending.Available)
        {
            Consider(notional);
        }
    }

    /// <summary>Tries every amount that could still profit as much as the best, if they are few.</summary>
    private void TryProve(in MobiusBound bound)
    {
        double profit = Math.Max((double)_profit, 1);
        if (Math.Floor(bound.ProfitMax(_lending.Repaid)) < profit
            || !bound.TryNotionals(_lending.Repaid, profit, out double from, out double to))
        {
            IsProven = true;
            return;
        }

        to = Math.Min(to, (double)_lending.Available);
        if (!TryCoarsest(from, to, out int at))
        {
            return;
        }

        UInt256 first = Reached(at, Amounts.Of(from), down: true);
        UInt256 last = Reached(at, UInt256.Min(Amounts.Of(to), _lending.Available), down: false);
        if (last < first || last - first > WalkMax)
        {
            IsProven = last < first;
            return;
        }

        MobiusBound before = quotes.BoundOf(0, at);
        MobiusBound after = quotes.BoundOf(at, quotes.Hops);
        for (UInt256 amount = first; amount <= last; amount += UInt256.One)
        {
            if (CanBeBest(before, after, (double)amount))
            {
                TryAmount(at, amount);
            }
        }

        IsProven = true;
    }

    /// <summary>
    /// Whether an amount on the way could profit more than the best, or as much with less: what it becomes at the most, in whole units,
    /// less what it costs at the least.
    /// </summary>
    private bool CanBeBest(in MobiusBound before, in MobiusBound after, double amount)
    {
        double reach = before.Rate - (before.Bend * amount);
        double least = Math.Ceiling(amount / reach * (1 - BoundMargin));
        double most = Math.Floor(after.Rate * amount / (1 + (after.Bend * amount)) * (1 + BoundMargin));

        // Near the greatest amount that the hops before can bring, a double says nothing of what it costs.
        if (reach < before.Rate * ReachMin)
        {
            return reach > -before.Rate * ReachMin;
        }

        double profit = most - (least * _lending.Repaid * (1 - BoundMargin));
        double best = (double)_profit * (1 - BoundMargin);
        return profit > best + 0.5 || (profit > best - 0.5 && profit >= 0.5 && (_profit.IsZero || least < (double)_notional));
    }

    /// <summary>A position at which the amounts between two notionals are few; what they can be at the most is known without a quote.</summary>
    private bool TryCoarsest(double from, double to, out int at)
    {
        double fewest = to - from;
        double most = fewest;
        at = 0;
        for (int i = 1; i <= quotes.Hops; i++)
        {
            most *= quotes.RateOf(i - 1);
            if (most < fewest)
            {
                (at, fewest) = (i, most);
            }
        }

        return fewest <= WalkMax;
    }

    /// <summary>What a notional brings to a position; where a pool cannot take it, what the greatest one below it brings that it can.</summary>
    private UInt256 Reached(int at, UInt256 notional, bool down)
    {
        Passage passage = quotes.Forward(0, at, notional, out UInt256 amount);
        if (passage == Passage.Through)
        {
            return down ? amount : amount + UInt256.One;
        }

        if (passage == Passage.TooLittle)
        {
            return UInt256.One;
        }

        UInt256 low = UInt256.Zero;
        UInt256 reached = UInt256.Zero;
        while (notional - low > UInt256.One)
        {
            UInt256 middle = low + ((notional - low) >> 1);
            if (quotes.Forward(0, at, middle, out amount) == Passage.TooMuch)
            {
                notional = middle;
            }
            else
            {
                (low, reached) = (middle, amount);
            }
        }

        return reached;
    }
}
