using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// The optimum of a route of any families, from exact quotes alone. With s the slope of what comes back and p what is repaid per unit,
/// h = √(p/s) is below 1 before the optimum and above 1 behind it, and linear in the notional along a Möbius map: a secant on h,
/// kept within a bracket and bisected when it stalls, lands on it within a few steps, over ranges of liquidity too.
/// </summary>
/// <remarks>
/// A slope is a chord's. One of width w is off by E/w from rounding (E: a unit of each token on the way, in the start token) and, where
/// liquidity changes, by w over the pools' depth D: widths shrink with the bracket, but not below √(2·E·D), where both lose less than E.
/// </remarks>
internal sealed class SlopeSearch(CycleQuotes quotes)
{
    private const int StepsMax = 300;
    private const int GridPoints = 8;

    private SizeSearch _search = null!;
    private Lending _lending;
    private UInt256 _low;
    private UInt256 _high;
    private double _lowH;
    private double _highH;
    private bool _isBracketed;

    /// <summary>Has the notionals considered among which the optimum is.</summary>
    public void Run(SizeSearch search, in Lending lending)
    {
        _search = search;
        _lending = lending;
        _low = UInt256.Zero;
        _high = lending.Available;
        _lowH = Math.Sqrt(lending.Repaid / quotes.Bound.Rate);
        _highH = double.PositiveInfinity;
        _isBracketed = false;
        _movedLow = false;
        MobiusBound near = quotes.Near();
        double units = Units();
        double guess = near.WhereSlopeIs(lending.Repaid);
        UInt256 at = UInt256.Max(UInt256.Min(double.IsFinite(guess) ? Amounts.Of(guess) : FirstReach(), lending.Available), UInt256.One);
        double gapBefore = double.PositiveInfinity;
        int stalled = 0;
        for (int step = 0; step < StepsMax; step++)
        {
            double least = Math.Sqrt(2 * units * Depth(near, at));
            if (!Probe(at, least, out double h) || Move(at, h, units, least))
            {
                break;
            }

            double gap = (double)(_high - _low);
            stalled = gap > gapBefore / 2 ? stalled + 1 : 0;
            gapBefore = Math.Min(gap, gapBefore);
            at = Next(at, stalled >= 3);
            stalled = stalled >= 3 ? 0 : stalled;
        }

        Finish();
    }

    /// <summary>One unit of each token on the way, in the start token.</summary>
    private double Units()
    {
        double units = 1;
        for (int at = 1; at < quotes.Hops; at++)
        {
            units += quotes.RateFrom(at);
        }

        return units;
    }

    /// <summary>Over how many units the slope changes by its own size: from the bracket where there is one, else from the first guess.</summary>
    private double Depth(in MobiusBound near, in UInt256 at)
    {
        double span = (double)(_high - _low);
        return _isBracketed && double.IsFinite(_highH) && _highH > _lowH
            ? span / (_highH - _lowH)
            : (near.Bend > 0 ? 1 / near.Bend : (double)at) + (double)at;
    }

    /// <summary>For a straight line, which says nothing of size: the greatest power of two that a hundredth of would still pass.</summary>
    private UInt256 FirstReach()
    {
        UInt256 reach = UInt256.One;
        while (reach.BitLength < 128 && quotes.Forward(0, quotes.Hops, reach << 1, out _) != Passage.TooMuch)
        {
            reach <<= 1;
        }

        return UInt256.Max(reach >> 7, UInt256.One);
    }

    /// <summary>Measures h at a notional; false when the search is at an end there.</summary>
    private bool Probe(in UInt256 at, double least, out double h)
    {
        UInt256 span = _isBracketed ? _high - _low : at;
        UInt256 width = UInt256.Max(UInt256.Min(span, at) >> 4, Amounts.Of(Math.Min(least, (double)at)));
        UInt256 half = UInt256.Max(width >> 1, UInt256.One);
        UInt256 left = UInt256.TrySubtract(at, half, out UInt256 below) && !below.IsZero ? below : UInt256.One;
        UInt256 right = UInt256.Min(at + half, _lending.Available);
        h = double.PositiveInfinity;
        if (left >= right)
        {
            return false;
        }

        Passage passage = quotes.Forward(0, quotes.Hops, right, out UInt256 more);
        if (passage != Passage.Through)
        {
            // Where nothing comes back the optimum lies further out.
            h = passage == Passage.TooLittle ? 0 : h;
            return true;
        }

        if (quotes.Forward(0, quotes.Hops, left, out UInt256 less) == Passage.TooMuch)
        {
            return true;
        }

        double slope = ((double)more - (double)less) / (double)(right - left);
        if (more.BitLength > 50)
        {
            // The difference of two near numbers, taken before it is rounded.
            slope = (more >= less ? (double)(more - less) : 0) / (double)(right - left);
        }

        h = slope > 0 ? Math.Sqrt(_lending.Repaid / slope) : double.PositiveInfinity;
        return true;
    }

    /// <summary>Narrows the bracket; true when what is left in it cannot matter.</summary>
    private bool Move(in UInt256 at, double h, double units, double least)
    {
        if (h < 1)
        {
            _low = UInt256.Max(_low, at);
            _lowH = h > 0 ? h : _lowH;

            // The other end's weight is halved when one end moves twice running, so that both close in (Illinois).
            _highH = _movedLow && double.IsFinite(_highH) ? 1 + ((_highH - 1) / 2) : _highH;
            _movedLow = true;
        }
        else
        {
            _lowH = !_movedLow && _isBracketed ? 1 - ((1 - _lowH) / 2) : _lowH;
            _high = UInt256.Min(_high, at);
            _highH = h;
            _isBracketed = true;
            _movedLow = false;
        }

        if (at == _lending.Available && h < 1)
        {
            return true;
        }

        if (!_isBracketed)
        {
            return false;
        }

        double gap = (double)(_high - _low);
        bool isSettled = double.IsFinite(h) && h > 0 && Math.Abs((1 / (h * h)) - 1) * gap < Math.Max(units / 8, 0.5);
        return _high <= _low + UInt256.One || isSettled || (double.IsFinite(_highH) && gap < least / 4);
    }

    private bool _movedLow;

    private UInt256 Next(in UInt256 at, bool bisect)
    {
        if (!_isBracketed)
        {
            // Along h as far as it has risen, but not by leaps.
            double reach = _lowH < 1 ? (double)at * Math.Min(64, Math.Max(2, 2 / Math.Max(1e-9, _lowH))) : (double)at * 2;
            return UInt256.Min(UInt256.Max(Amounts.Of(reach), at + UInt256.One), _lending.Available);
        }

        UInt256 gap = _high - _low;
        if (bisect || !double.IsFinite(_highH) || _highH <= _lowH)
        {
            return _low + UInt256.Max(gap >> 1, UInt256.One);
        }

        double share = Math.Clamp((1 - _lowH) / (_highH - _lowH), 1e-6, 1 - 1e-6);
        UInt256 next = _low + UInt256.Max(Amounts.Of(share * (double)gap), UInt256.One);
        return next < _high ? next : _low + (gap >> 1);
    }

    /// <summary>The bracket's ends and some notionals between them.</summary>
    private void Finish()
    {
        _search.SetStart(UInt256.Max(_low, UInt256.One));
        _search.Consider(UInt256.Max(_low, UInt256.One));
        if (!_isBracketed)
        {
            return;
        }

        UInt256 gap = _high - _low;
        for (int i = 1; i <= GridPoints; i++)
        {
            _search.Consider(_low + MulDiv.Floor(gap, (ulong)i, GridPoints));
        }

        if (double.IsFinite(_highH) && _highH > _lowH)
        {
            double share = Math.Clamp((1 - _lowH) / (_highH - _lowH), 0, 1);
            _search.Consider(_low + UInt256.Min(Amounts.Of(share * (double)gap), gap));
        }
    }
}
