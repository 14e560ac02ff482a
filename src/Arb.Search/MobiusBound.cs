namespace Arb.Search;

/// <summary>
/// x → r·x / (1 + c·x), nowhere below what a pool or a path pays: tight at 0, where its slope r is the marginal rate. Such maps compose
/// to one of the same form. Doubles: they rank and prune, with a margin to the outside, and never decide an amount.
/// </summary>
/// <param name="Rate">r: token out per token in at no size, after fees.</param>
/// <param name="Bend">c ≥ 0; 0 is a straight line.</param>
internal readonly record struct MobiusBound(double Rate, double Bend)
{
    // Rates are products of a few dozen rounded factors at most: right to some 10^-14.
    private const double RateMargin = 1e-12;
    private const double ProfitMargin = 1e-9;

    /// <summary>This map, then <paramref name="next"/>.</summary>
    public MobiusBound Then(in MobiusBound next) => new(Rate * next.Rate, Bend + (next.Bend * Rate));

    /// <summary>Where the slope falls to <paramref name="slope"/>: the notional of the greatest profit; not positive when it is below everywhere.</summary>
    public double WhereSlopeIs(double slope)
    {
        double ratio = Rate / slope;
        return (ratio - 1) / (Math.Sqrt(ratio) + 1) / Bend;
    }

    /// <summary>The greatest r·x/(1 + c·x) − p·x, (√r − √p)²/c, rounded to the outside.</summary>
    /// <param name="repaid">p: repaid per unit borrowed.</param>
    public double ProfitMax(double repaid)
    {
        double gap = (Rate * (1 + RateMargin)) - repaid;
        if (gap <= 0)
        {
            return 0;
        }

        double roots = gap / (Math.Sqrt(Rate) + Math.Sqrt(repaid));
        return roots * roots / Bend * (1 + ProfitMargin);
    }

    /// <summary>The notionals between which the map's profit is at least <paramref name="profit"/>, rounded to the outside; false when none are.</summary>
    public bool TryNotionals(double repaid, double profit, out double from, out double to)
    {
        // r·x/(1 + c·x) − p·x ≥ P  ⇔  p·c·x² − (r − p − c·P)·x + P ≤ 0.
        double square = repaid * Bend;
        double linear = (Rate * (1 + RateMargin)) - repaid - (Bend * profit);
        double under = (linear * linear) - (4 * square * profit);
        from = to = 0;

        // A discriminant within rounding of 0 counts as one.
        if (linear <= 0 || under < -ProfitMargin * linear * linear)
        {
            return false;
        }

        double sum = linear + Math.Sqrt(Math.Max(under, 0));
        from = Math.Max(0, (2 * profit / sum * (1 - 1e-4)) - 1);
        to = (sum / (2 * square) * (1 + 1e-4)) + 1;
        return true;
    }
}
