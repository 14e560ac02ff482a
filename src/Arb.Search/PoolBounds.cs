using Arb.Domain;

namespace Arb.Search;

/// <summary>Upper bounds of what pools pay, as maps that compose, and maps that follow them closely near no size.</summary>
internal static class PoolBounds
{
    private const double WholeX18 = 1e18;
    private const double WholeE10 = 1e10;

    // What a slope through an invariant that was itself iterated in doubles may be off by.
    private const double StableMargin = 1e-12;

    /// <summary>The pool's upper bound in one direction; a rate of 0 where it pays nothing.</summary>
    public static MobiusBound Of(IPoolModel model, int tokenIn, int tokenOut) => Checked(model switch
    {
        ConstantProductPool pair => OfPair(pair, tokenIn == 0),
        ConcentratedLiquidityPool ranges => ConcentratedBounds.Of(ranges, tokenIn == 0, out _),
        BalancerWeightedPool weighted => OfWeighted(weighted, tokenIn, tokenOut, out _),
        BalancerStablePool stable => OfStable(stable, tokenIn, tokenOut),
        CurveStableSwapPool curve => OfCurve(curve, tokenIn, tokenOut),
        SolidlyPool solidly => OfSolidly(solidly, tokenIn == 0),
        _ => ProbedBound.Of(model, tokenIn, tokenOut),
    });

    /// <summary>A map with the pool's slope at 0 and, as far as there is one, its curvature: a first guess of where an optimum lies.</summary>
    public static MobiusBound Near(IPoolModel model, int tokenIn, int tokenOut)
    {
        MobiusBound near;
        switch (model)
        {
            case ConcentratedLiquidityPool ranges:
                ConcentratedBounds.Of(ranges, tokenIn == 0, out near);
                return near;
            case BalancerWeightedPool weighted:
                OfWeighted(weighted, tokenIn, tokenOut, out near);
                return near;
            default:
                return Of(model, tokenIn, tokenOut);
        }
    }

    /// <summary>Whether the bound is what the pool pays but for rounding.</summary>
    public static bool IsExact(IPoolModel model) => model is ConstantProductPool or SolidlyPool { IsStable: false };

    private static MobiusBound Checked(MobiusBound bound) =>
        double.IsFinite(bound.Rate) && bound.Rate > 0 && double.IsFinite(bound.Bend) && bound.Bend >= 0 ? bound : default;

    private static MobiusBound OfPair(ConstantProductPool pair, bool zeroForOne)
    {
        (UInt256 reserveIn, UInt256 reserveOut) = pair.Reserves(zeroForOne);
        double bend = (1 - ((double)pair.Info.Fee.Value / FeePips.Whole)) / (double)reserveIn;
        return reserveIn.IsZero || reserveOut.IsZero ? default : new MobiusBound((double)reserveOut * bend, bend);
    }

    /// <summary>
    /// With u = x·(1 − fee)/Bᵢ and w = wᵢ/wₒ it pays Bₒ·(1 − (1 + u)^−w), which by Bernoulli's inequality is at most
    /// Bₒ·w·u/(1 + w·u) where w ≤ 1 and Bₒ·w·u/(1 + u) where w ≥ 1. (1 + w)/2 is its curvature at 0.
    /// </summary>
    private static MobiusBound OfWeighted(BalancerWeightedPool pool, int tokenIn, int tokenOut, out MobiusBound near)
    {
        double weight = (double)pool.WeightsX18[tokenIn] / (double)pool.WeightsX18[tokenOut];
        double perUnit = (1 - ((double)pool.SwapFeeX18 / WholeX18)) / (double)pool.Balances[tokenIn];
        double rate = (double)pool.Balances[tokenOut] * weight * perUnit;
        near = Checked(new MobiusBound(rate, perUnit * (1 + weight) / 2));
        return new MobiusBound(rate, perUnit * Math.Min(weight, 1));
    }

    private static MobiusBound OfStable(BalancerStablePool pool, int tokenIn, int tokenOut)
    {
        Span<double> scaled = stackalloc double[pool.Balances.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (double)pool.Balances[i] * ((double)pool.ScalingFactorsX18[i] / WholeX18);
        }

        double slope = StableSlope.Of(scaled, (double)pool.AmpX1000 / 1_000, tokenIn, tokenOut);
        double units = (double)pool.ScalingFactorsX18[tokenIn] / (double)pool.ScalingFactorsX18[tokenOut];
        return new MobiusBound(slope * units * (1 - ((double)pool.SwapFeeX18 / WholeX18)) * (1 + StableMargin), 0);
    }

    private static MobiusBound OfCurve(CurveStableSwapPool pool, int tokenIn, int tokenOut)
    {
        CurveState state = pool.State;
        Span<double> scaled = stackalloc double[state.Balances.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (double)state.Balances[i] * ((double)state.Rates[i] / WholeX18);
        }

        // A dynamic fee is never below the base fee.
        double slope = StableSlope.Of(scaled, (double)state.Amp / (double)state.AmpPrecision, tokenIn, tokenOut);
        double units = (double)state.Rates[tokenIn] / (double)state.Rates[tokenOut];
        return new MobiusBound(slope * units * (1 - ((double)state.FeeE10 / WholeE10)) * (1 + StableMargin), 0);
    }

    private static MobiusBound OfSolidly(SolidlyPool pool, bool zeroForOne)
    {
        double reserveIn = (double)(zeroForOne ? pool.Reserve0 : pool.Reserve1);
        double reserveOut = (double)(zeroForOne ? pool.Reserve1 : pool.Reserve0);
        double kept = 1 - ((double)pool.Fee.Value / FeePips.Whole);
        if (!pool.IsStable)
        {
            return new MobiusBound(reserveOut * kept / reserveIn, kept / reserveIn);
        }

        // x³y + y³x in whole tokens: dy/dx = (3x²y + y³) / (x³ + 3xy²). The fee is rounded down, by less than a unit.
        double unitIn = Math.Pow(10, zeroForOne ? pool.Decimals0 : pool.Decimals1);
        double unitOut = Math.Pow(10, zeroForOne ? pool.Decimals1 : pool.Decimals0);
        double x = reserveIn / unitIn;
        double y = reserveOut / unitOut;
        double slope = y / x * ((3 * x * x) + (y * y)) / ((x * x) + (3 * y * y));
        return new MobiusBound(slope * (unitOut / unitIn) * kept * (1 + StableMargin), 0);
    }
}
