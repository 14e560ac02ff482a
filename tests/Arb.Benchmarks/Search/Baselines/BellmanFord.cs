using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Baselines;

/// <summary>
/// The common router: a cycle whose rates multiply to more than 1 (a negative sum of −log(rate)) by Bellman and Ford's relaxation, one
/// round for each hop, sized, traded on its own copy of the pools, and again until none is left. Rates are those of a hundredth of an
/// ETH's worth, so that dust is passed over.
/// </summary>
internal sealed class BellmanFord
{
    private const double ProbeEth = 0.01;

    private readonly BenchMarket _market;
    private readonly double[] _weiPerUnit;
    private readonly IPoolModel[] _models;
    private readonly EdgeGraph _graph;
    private readonly bool[] _isBanned;
    private readonly int _hopsMax;
    private readonly double[][] _best;
    private readonly (int From, Edge Edge)[][] _via;

    public BellmanFord(BenchMarket market, double[] weiPerUnit, int hopsMax)
    {
        _market = market;
        _weiPerUnit = weiPerUnit;
        _hopsMax = hopsMax;
        _models = [.. market.Pools.Select(p => p.Model)];
        _isBanned = new bool[_models.Length];
        _graph = new EdgeGraph(market, (pool, i, j) => Rate(pool, i, j, ProbeEth));
        _best = [.. Enumerable.Range(0, hopsMax + 1).Select(_ => new double[market.TokenCount])];
        _via = [.. Enumerable.Range(0, hopsMax + 1).Select(_ => new (int, Edge)[market.TokenCount])];
    }

    /// <summary>The next cycle from a start token whose rate is above 1; null when there is none.</summary>
    public ExactCycle? Next(int start)
    {
        foreach (double[] round in _best)
        {
            Array.Clear(round);
        }

        _best[0][start] = 1;
        for (int hop = 0; hop < _hopsMax; hop++)
        {
            Relax(start, hop);
        }

        int length = 0;
        for (int hop = 2; hop <= _hopsMax; hop++)
        {
            if (_best[hop][start] > 1 && (length == 0 || _best[hop][start] > _best[length][start]))
            {
                length = hop;
            }
        }

        return length == 0 ? null : Walk(start, length);
    }

    /// <summary>Trades a cycle: its pools have new rates.</summary>
    public void Trade(in SizedTrade trade)
    {
        trade.Cycle.Trade(_models, trade.Notional);
        foreach (CycleHop hop in trade.Cycle.Hops)
        {
            Refresh(hop.Pool);
        }
    }

    /// <summary>Gives up on a cycle that cannot be sized at a profit: its thinnest pool, by what the probe loses, is left out.</summary>
    public void Ban(ExactCycle cycle)
    {
        int thinnest = cycle.Hops.MinBy(h => Rate(h.Pool, h.TokenIn, h.TokenOut, ProbeEth) / Rate(h.Pool, h.TokenIn, h.TokenOut, ProbeEth / 16)).Pool;
        _isBanned[thinnest] = true;
        Refresh(thinnest);
    }

    /// <summary>The pools as traded so far.</summary>
    public IPoolModel[] Models => _models;

    private void Relax(int start, int hop)
    {
        double[] from = _best[hop];
        double[] to = _best[hop + 1];
        for (int token = 0; token < from.Length; token++)
        {
            // Through the start token again would be two cycles.
            if (from[token] == 0 || (hop > 0 && token == start))
            {
                continue;
            }

            foreach (ref readonly Edge edge in _graph.From(token))
            {
                double rate = from[token] * edge.Rate;
                if (rate > to[edge.To] && !IsOnPath(token, hop, edge))
                {
                    to[edge.To] = rate;
                    _via[hop + 1][edge.To] = (token, edge);
                }
            }
        }
    }

    /// <summary>Whether the pool is on the best path so far: none is used twice.</summary>
    private bool IsOnPath(int token, int hop, in Edge edge)
    {
        for (int at = hop; at > 0; at--)
        {
            (int from, Edge via) = _via[at][token];
            if (via.Hop.Pool == edge.Hop.Pool)
            {
                return true;
            }

            token = from;
        }

        return false;
    }

    private ExactCycle Walk(int start, int length)
    {
        CycleHop[] hops = new CycleHop[length];
        int token = start;
        for (int hop = length; hop > 0; hop--)
        {
            (int from, Edge edge) = _via[hop][token];
            hops[hop - 1] = edge.Hop;
            token = from;
        }

        return new ExactCycle(start, hops);
    }

    private double Rate(int pool, int tokenIn, int tokenOut, double eth)
    {
        double weiPerUnit = _weiPerUnit[_market.Pools[pool].Tokens[tokenIn]];
        if (_isBanned[pool] || weiPerUnit == 0)
        {
            return 0;
        }

        UInt256 probe = Worth.Of(eth, weiPerUnit);
        return _models[pool].QuoteExactIn(tokenIn, tokenOut, probe, out UInt256 amountOut) == SwapRefusal.None
            ? (double)amountOut / (double)probe
            : 0;
    }

    private void Refresh(int pool)
    {
        foreach (int token in _market.Pools[pool].Tokens)
        {
            foreach (ref Edge edge in _graph.From(token))
            {
                if (edge.Hop.Pool == pool)
                {
                    // With a rate of 0 it is never taken.
                    edge = edge with { Rate = Rate(pool, edge.Hop.TokenIn, edge.Hop.TokenOut, ProbeEth) };
                }
            }
        }
    }
}
