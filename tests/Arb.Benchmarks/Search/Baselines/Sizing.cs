using System.Numerics;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Baselines;

/// <summary>Finds a notional for a cycle; without profit it returns what it came to.</summary>
internal interface ISizing
{
    string Name { get; }

    /// <param name="cycle">The cycle.</param>
    /// <param name="models">Pools by number.</param>
    /// <param name="weiPerUnit">What a raw unit of the start token is worth.</param>
    SizedTrade Size(ExactCycle cycle, IPoolModel[] models, double weiPerUnit);
}

/// <summary>Nine fixed sizes from 0.01 to 100 ETH's worth, half a decade apart: what a simple bot tries.</summary>
internal sealed class GridSizing : ISizing
{
    public const int Sizes = 9;

    public string Name => SearchMethods.Grid;

    public SizedTrade Size(ExactCycle cycle, IPoolModel[] models, double weiPerUnit)
    {
        SizedTrade best = new(cycle, UInt256.Zero, UInt256.Zero);
        for (int i = 0; i < Sizes; i++)
        {
            UInt256 notional = Worth.Of(Math.Pow(10, -2 + (i / 2.0)), weiPerUnit);
            SizedTrade trade = SizedTrade.At(cycle, models, notional);
            best = trade.IsBetterThan(best) ? trade : best;
        }

        return best;
    }
}

/// <summary>
/// Golden-section search on the exact quotes, as routers do it: the size is doubled from a ten-thousandth of an ETH while profit grows,
/// then the bracket shrinks to a millionth of itself.
/// </summary>
internal sealed class GoldenSection : ISizing
{
    private const double InverseRatio = 0.6180339887498949;
    private const double Tolerance = 1e-6;
    private const double SmallestEth = 1e-4;
    private const int DoublingsMax = 40;

    public string Name => SearchMethods.Golden;

    public SizedTrade Size(ExactCycle cycle, IPoolModel[] models, double weiPerUnit)
    {
        (double low, double high, SizedTrade best) = Bracket(cycle, models, weiPerUnit);
        double left = high - (InverseRatio * (high - low));
        double right = low + (InverseRatio * (high - low));
        SizedTrade atLeft = At(cycle, models, left);
        SizedTrade atRight = At(cycle, models, right);
        double width = Tolerance * high;
        while (high - low > width && high - low > 1)
        {
            // A refusal brings nothing back: the search then moves towards smaller sizes.
            if (atRight.IsBetterThan(atLeft))
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (InverseRatio * (high - low));
                atRight = At(cycle, models, right);
            }
            else
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (InverseRatio * (high - low));
                atLeft = At(cycle, models, left);
            }

            SizedTrade better = atLeft.IsBetterThan(atRight) ? atLeft : atRight;
            best = better.IsBetterThan(best) ? better : best;
        }

        return best;
    }

    private static (double Low, double High, SizedTrade Best) Bracket(ExactCycle cycle, IPoolModel[] models, double weiPerUnit)
    {
        SizedTrade best = new(cycle, UInt256.Zero, UInt256.Zero);
        double size = Math.Max(1, SmallestEth * 1e18 / Worth.AtLeast(weiPerUnit));
        for (int i = 0; i < DoublingsMax; i++)
        {
            SizedTrade trade = At(cycle, models, size);
            if (!trade.IsBetterThan(best))
            {
                return (size / 4, size, best);
            }

            best = trade;
            size *= 2;
        }

        return (size / 4, size, best);
    }

    private static SizedTrade At(ExactCycle cycle, IPoolModel[] models, double size) =>
        SizedTrade.At(cycle, models, (UInt256)BigInteger.Max(BigInteger.One, new BigInteger(size)));
}

/// <summary>
/// No shortcut: every power of two as a size, ternary search on integers around the best down to one unit, then the units around it one
/// by one. The measure of what there is to be had, not a way to trade.
/// </summary>
internal sealed class ExhaustiveSizing : ISizing
{
    private const int PowersMax = 112;
    private const int ScanRadius = 32;

    public string Name => SearchMethods.Exhaustive;

    public SizedTrade Size(ExactCycle cycle, IPoolModel[] models, double weiPerUnit)
    {
        SizedTrade best = new(cycle, UInt256.Zero, UInt256.Zero);
        int power = 0;
        for (int i = 0; i < PowersMax; i++)
        {
            SizedTrade trade = SizedTrade.At(cycle, models, UInt256.One << i);
            if (trade.IsBetterThan(best))
            {
                (best, power) = (trade, i);
            }
        }

        UInt256 low = UInt256.One << Math.Max(power - 1, 0);
        UInt256 high = UInt256.One << (power + 1);
        while (high - low > ScanRadius)
        {
            UInt256 third = (high - low) / 3u;
            SizedTrade left = SizedTrade.At(cycle, models, low + third);
            SizedTrade right = SizedTrade.At(cycle, models, high - third);
            best = left.IsBetterThan(best) ? left : best;
            best = right.IsBetterThan(best) ? right : best;
            if (right.IsBetterThan(left))
            {
                low += third;
            }
            else
            {
                high -= third;
            }
        }

        UInt256 from = low > ScanRadius ? low - ScanRadius : UInt256.One;
        for (UInt256 notional = from; notional <= high + ScanRadius; notional += UInt256.One)
        {
            SizedTrade trade = SizedTrade.At(cycle, models, notional);
            best = trade.IsBetterThan(best) ? trade : best;
        }

        return best;
    }
}

/// <summary>ETH's worth in raw units.</summary>
internal static class Worth
{
    /// <summary>Raw units worth so much ETH; at least one.</summary>
    public static UInt256 Of(double eth, double weiPerUnit) =>
        (UInt256)BigInteger.Max(BigInteger.One, new BigInteger(eth * 1e18 / AtLeast(weiPerUnit)));

    /// <summary>A price that may be divided by.</summary>
    public static double AtLeast(double weiPerUnit) => weiPerUnit > 0 ? weiPerUnit : 1;
}
