using System.Diagnostics;
using Arb.Benchmarks.Search.Baselines;
using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search;

/// <summary>The methods ours is held against, on one market, one core each.</summary>
internal sealed class BaselineRun(BenchMarket market, double[] weiPerUnit, int hopsMax)
{
    private static readonly TimeSpan RouterLimit = TimeSpan.FromSeconds(20);

    private readonly IPoolModel[] _models = [.. market.Pools.Select(p => p.Model)];

    /// <summary>
    /// Every cycle that pays for a small unit and can bring back more than dust, found once, then sized by each of the sizings that so
    /// many cycles do not overwhelm.
    /// </summary>
    /// <param name="sizings">Each with the most cycles it is given.</param>
    public IEnumerable<MethodResult> Enumerate(IEnumerable<(ISizing Sizing, int CyclesMax)> sizings)
    {
        (double indexMs, EdgeGraph graph) = Stopwatches.Fastest(() => EdgeGraph.AtNoSize(market));
        (double findMs, (List<ExactCycle> cycles, long examined)) = Stopwatches.Fastest(() => Find(graph));
        foreach ((ISizing sizing, int cyclesMax) in sizings)
        {
            if (cycles.Count <= cyclesMax)
            {
                yield return Size(cycles, sizing) with { Examined = examined, IndexMs = indexMs, FindMs = findMs };
            }
        }
    }

    /// <summary>The router: finds, sizes and trades one cycle after the other.</summary>
    public MethodResult Route()
    {
        long started = Stopwatch.GetTimestamp();
        BellmanFord router = new(market, weiPerUnit, hopsMax);
        TimeSpan indexTime = Stopwatch.GetElapsedTime(started);
        GoldenSection sizing = new();
        TimeSpan sizingTime = TimeSpan.Zero;
        double eth = 0;
        int found = 0;
        int profitable = 0;
        bool isCut = false;
        foreach (int start in market.Starts)
        {
            while (!isCut && router.Next(start) is { } cycle)
            {
                found++;
                long before = Stopwatch.GetTimestamp();
                SizedTrade trade = sizing.Size(cycle, router.Models, weiPerUnit[start]);
                sizingTime += Stopwatch.GetElapsedTime(before);
                double gain = Capture.Eth(trade, weiPerUnit);
                if (gain > Dust.FloorEth)
                {
                    router.Trade(trade);
                    eth += gain;
                    profitable++;
                }
                else
                {
                    router.Ban(cycle);
                }

                isCut = Stopwatch.GetElapsedTime(started) > RouterLimit;
            }
        }

        return new MethodResult
        {
            Method = SearchMethods.Router,
            Cycles = found,
            Profitable = profitable,
            IndexMs = indexTime.TotalMilliseconds,
            FindMs = (Stopwatch.GetElapsedTime(started) - indexTime - sizingTime).TotalMilliseconds,
            SizeMs = sizingTime.TotalMilliseconds,
            CapturedEth = eth,
            IsCut = isCut,
        };
    }

    private (List<ExactCycle> Cycles, long Examined) Find(EdgeGraph graph)
    {
        CycleEnumeration walk = new(graph, hopsMax, rateMin: 1);
        List<ExactCycle> cycles = walk.Run(market.Starts);
        cycles.RemoveAll(c => !Dust.CanReturn(c, market, weiPerUnit[c.Start]));
        return (cycles, walk.Examined);
    }

    private MethodResult Size(List<ExactCycle> cycles, ISizing sizing)
    {
        (double sizeMs, List<SizedTrade> trades) = Stopwatches.Fastest(() => SizeAll(cycles, sizing));
        return new MethodResult
        {
            Method = sizing.Name,
            Cycles = cycles.Count,
            Profitable = trades.Count,
            IndexMs = 0,
            FindMs = 0,
            SizeMs = sizeMs,
            AloneEth = trades.Sum(t => Capture.Eth(t, weiPerUnit)),
            CapturedEth = Capture.Of(market, weiPerUnit, trades, sizing),
        };
    }

    private List<SizedTrade> SizeAll(List<ExactCycle> cycles, ISizing sizing)
    {
        List<SizedTrade> trades = [];
        foreach (ExactCycle cycle in cycles)
        {
            SizedTrade trade = sizing.Size(cycle, _models, weiPerUnit[cycle.Start]);
            if (Capture.Eth(trade, weiPerUnit) > Dust.FloorEth)
            {
                trades.Add(trade);
            }
        }

        return trades;
    }
}
