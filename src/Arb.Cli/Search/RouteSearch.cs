using System.Collections.Immutable;
using System.Diagnostics;
using Arb.Cli.Markets;
using Arb.Domain;
using Arb.Search;

namespace Arb.Cli.Search;

/// <summary><c>--route</c>: one cycle given by its pools, sized. Where its pools allow several ways through tokens, the best of them.</summary>
internal sealed class RouteSearch(SearchMarket market, string path, GasTerms gas)
{
    private readonly List<Hop> _hops = [];
    private readonly List<Route> _routes = [];

    /// <summary>Sizes the route from the start tokens asked for, or from the only one there can be.</summary>
    /// <exception cref="MarketFileException">A pool is unknown or without state, or the pools are no cycle from there.</exception>
    public SearchOutcome Run(IReadOnlyList<string> pools, IReadOnlyList<string> asked, TimeSpan load)
    {
        long started = Stopwatch.GetTimestamp();
        ImmutableArray<SnapshotPool> along = [.. pools.Select(Find)];
        foreach (Address start in Starts(along, asked))
        {
            Walk(along, start, start, 0);
        }

        if (_routes.Count == 0)
        {
            throw new MarketFileException(
                $"--route {string.Join(',', pools)}: the pools do not lead from a start token back to it, each to the next by a token of both. "
                + string.Join("; ", along.Select(p => $"'{market.Pool(p.Listing.Key).Name}' trades {Tokens(p)}")) + ".");
        }

        long found = Stopwatch.GetTimestamp();
        Opportunity? best = null;
        bool anySize = false;
        foreach (Route route in _routes)
        {
            Opportunity? sized = Size(along, route, ref anySize);
            best = best is null || (sized is not null && sized.NetProfit > best.NetProfit) ? sized : best;
        }

        return new SearchOutcome
        {
            Pools = market.File.Pools.Length,
            Tokens = market.TokenCount,
            Cycles = _routes.Count,
            Elapsed = new PhaseTimes(load, TimeSpan.Zero, Stopwatch.GetElapsedTime(started, found), Stopwatch.GetElapsedTime(found)),
            Opportunities = best is null ? [] : [best],
            Dropped = best is null
                ? ImmutableSortedDictionary<string, long>.Empty.Add(
                    anySize ? DropReasons.BelowGas : DropReasons.NoProfitableSize, _routes.Count)
                : ImmutableSortedDictionary<string, long>.Empty,
        };
    }

    private SnapshotPool Find(string id)
    {
        MarketPool pool = market.File.Pools.FirstOrDefault(p => p.Id == MarketToken.Normalise(id))
            ?? throw new MarketFileException($"--route: {path} has no pool '{id}'.");
        return market.Find(pool) ?? throw new MarketFileException($"--route: pool '{id}' cannot be quoted: {pool.Missing}");
    }

    private ImmutableArray<Address> Starts(ImmutableArray<SnapshotPool> along, IReadOnlyList<string> asked)
    {
        if (asked.Count > 0)
        {
            return StartTokens.Resolve(market, path, asked);
        }

        Address[] common = [.. along[0].Listing.Tokens.Intersect(along[^1].Listing.Tokens)];
        if (StartTokens.FindWeth(market) is { } weth && common.Contains(weth))
        {
            return [weth];
        }

        Address[] closing = [.. common.Where(start => Closes(along, start))];
        return closing.Length <= 1
            ? [.. closing]
            : throw new MarketFileException(
                $"--route: the cycle can start from {string.Join(" or ", closing.Select(t => $"'{market.Token(t).Id}'"))}: name one with --start.");
    }

    private bool Closes(ImmutableArray<SnapshotPool> along, Address start)
    {
        Walk(along, start, start, 0);
        bool closes = _routes.Count > 0;
        _routes.Clear();
        return closes;
    }

    /// <summary>Every way through the pools that ends where it began and does not come by there on its way.</summary>
    private void Walk(ImmutableArray<SnapshotPool> along, Address start, Address at, int hop)
    {
        PoolListing pool = along[hop].Listing;
        if (!pool.Tokens.Contains(at))
        {
            return;
        }

        foreach (Address next in pool.Tokens)
        {
            bool isLast = hop + 1 == along.Length;
            if (next == at || (next == start) != isLast)
            {
                continue;
            }

            _hops.Add(new Hop(pool, at, next));
            if (isLast)
            {
                _routes.Add(new Route([.. _hops]));
            }
            else
            {
                Walk(along, start, next, hop + 1);
            }

            _hops.RemoveAt(_hops.Count - 1);
        }
    }

    private Opportunity? Size(ImmutableArray<SnapshotPool> along, Route route, ref bool anySize)
    {
        Dictionary<PoolKey, IPoolModel> models = along.ToDictionary(p => p.Listing.Key, p => p.Model);
        if (!CycleSizer.TrySize(route, models, null, out SizedCycle? cycle))
        {
            return null;
        }

        anySize = true;
        UInt256 cost = gas.PriceWei.IsZero ? UInt256.Zero : gas.In(Price(route.StartToken), GasTerms.Schedule.Of(route));
        return cycle.GrossProfit > cost ? Opportunities.Of(market, cycle, cost) : null;
    }

    /// <summary>What the whole market says that a start token is worth.</summary>
    private EtherPrice Price(Address start)
    {
        CycleSearch search = new(new SearchTerms
        {
            StartTokens = [start],
            WrappedEther = StartTokens.FindWeth(market) ?? SearchMarket.Absent,
        });
        search.Build(market.Pools);
        return search.PriceOf(start) is { IsKnown: true } price ? price : throw MarketSearch.Unpriced(market, path, start);
    }

    private static string Tokens(MarketPool pool) => string.Join(" and ", pool.Tokens.Select(t => $"'{t.Id}'"));

    private string Tokens(SnapshotPool pool) => Tokens(market.Pool(pool.Listing.Key));
}
