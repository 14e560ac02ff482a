using System.Collections.Immutable;
using System.Diagnostics;
using Arb.Cli.Markets;
using Arb.Domain;
using Arb.Search;

namespace Arb.Cli.Search;

/// <summary>Searches a file's pools from start tokens, with own funds.</summary>
internal sealed class MarketSearch(SearchMarket market, string path, ImmutableArray<Address> starts, GasTerms gas)
{
    private readonly List<(CycleSearch Search, ImmutableArray<Address> Starts)> _parts = [];
    private readonly Address? _weth = StartTokens.FindWeth(market);

    /// <summary>Finds and sizes every cycle.</summary>
    /// <param name="hopsMax">Most hops.</param>
    /// <param name="top">Most opportunities returned.</param>
    /// <param name="load">How long the file took.</param>
    /// <exception cref="MarketFileException">Gas has a price but some start token has none in ether.</exception>
    public SearchOutcome Run(int hopsMax, int top, TimeSpan load)
    {
        long started = Stopwatch.GetTimestamp();
        Index(hopsMax);
        long indexed = Stopwatch.GetTimestamp();
        _parts.ForEach(part => part.Search.FindAll());
        long found = Stopwatch.GetTimestamp();
        _parts.ForEach(Size);
        ImmutableArray<Opportunity> opportunities = Take(top, out int unpaid);
        PhaseTimes elapsed = new(
            load,
            Stopwatch.GetElapsedTime(started, indexed),
            Stopwatch.GetElapsedTime(indexed, found),
            Stopwatch.GetElapsedTime(found));
        return new SearchOutcome
        {
            Pools = market.File.Pools.Length,
            Tokens = market.TokenCount,
            Cycles = _parts.Sum(part => part.Search.CandidateCount),
            Elapsed = elapsed,
            Opportunities = opportunities,
            Dropped = Dropped(opportunities.Length, unpaid),
        };
    }

    /// <summary>
    /// One search for wrapped ether and every start token that a pool prices in it, so that their profits have one order; the others
    /// are searched each by itself and valued in itself, which no gas can be taken from.
    /// </summary>
    private void Index(int hopsMax)
    {
        ImmutableArray<Address> left = starts;
        if (_weth is { } weth)
        {
            CycleSearch all = Build(starts, weth, hopsMax);
            ImmutableArray<Address> priced = [.. starts.Where(s => all.PriceOf(s).IsKnown)];
            left = [.. starts.Except(priced)];
            if (priced.Length > 0)
            {
                _parts.Add((left.IsEmpty ? all : Build(priced, weth, hopsMax), priced));
            }
        }

        if (!left.IsEmpty && !gas.PriceWei.IsZero)
        {
            throw Unpriced(market, path, left[0]);
        }

        foreach (Address start in left)
        {
            _parts.Add((Build([start], start, hopsMax), [start]));
        }
    }

    /// <summary>Gas is paid in ether: without a price nothing can be said of what is left.</summary>
    public static MarketFileException Unpriced(SearchMarket market, string path, Address start) => new(
        $"--gas-price-gwei: no pool of {path} tells what '{market.Token(start).Id}' is worth in WETH, which gas is paid in. "
        + "Leave the option out to search before gas, or name other start tokens with --start.");

    private CycleSearch Build(ImmutableArray<Address> from, Address ether, int hopsMax)
    {
        CycleSearch search = new(new SearchTerms
        {
            StartTokens = from,
            WrappedEther = ether,
            HopsMax = hopsMax,
            Gas = gas.PriceWei.IsZero ? GasSchedule.Free : GasTerms.Schedule,
        });
        search.Build(market.Pools);
        return search;
    }

    private void Size((CycleSearch Search, ImmutableArray<Address> Starts) part)
    {
        FlashLoanTerms[] own = [.. part.Starts.Select(token => new FlashLoanTerms(token, UInt256.MaxValue, UInt256.Zero))];
        part.Search.Size(own, new SearchCosts(gas.PriceWei, UInt256.Zero));
    }

    private ImmutableArray<Opportunity> Take(int top, out int unpaid)
    {
        unpaid = 0;
        ImmutableArray<Opportunity>.Builder best = ImmutableArray.CreateBuilder<Opportunity>();
        foreach ((CycleSearch search, _) in _parts)
        {
            foreach (ProfitableCycle cycle in search.Take(top - best.Count))
            {
                UInt256 cost = gas.In(search.PriceOf(cycle.Cycle.Route.StartToken), cycle.Gas);

                // Rounded against us: a profit that only just paid for its gas in ether may not.
                if (cycle.Cycle.GrossProfit > cost)
                {
                    best.Add(Opportunities.Of(market, cycle.Cycle, cost));
                }
                else
                {
                    unpaid++;
                }
            }
        }

        return best.ToImmutable();
    }

    private ImmutableSortedDictionary<string, long> Dropped(int listed, int unpaid)
    {
        long Count(CandidateDrop reason) => _parts.Sum(part => part.Search.Dropped(reason));
        Dictionary<string, long> counts = new(StringComparer.Ordinal)
        {
            [DropReasons.PoolWithoutState] = market.File.Pools.Length - market.Pools.Length,
            [DropReasons.BelowGas] = Count(CandidateDrop.BelowGas) + Count(CandidateDrop.BelowFloor) + unpaid,
            [DropReasons.NoProfitableSize] = Count(CandidateDrop.NoProfitableSize),
            [DropReasons.NoEtherPrice] = Count(CandidateDrop.NoEtherPrice),
            [DropReasons.BeyondMemory] = Count(CandidateDrop.BeyondMemory),
            [DropReasons.BeyondTop] = _parts.Sum(part => part.Search.ProfitableCount) - listed - unpaid,
        };
        return counts.Where(c => c.Value > 0).ToImmutableSortedDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
    }
}

/// <summary>Sized cycles with the file's names.</summary>
internal static class Opportunities
{
    public static Opportunity Of(SearchMarket market, SizedCycle cycle, UInt256 gasCost) => new(
        market.Token(cycle.Route.StartToken),
        [.. cycle.Route.Hops.Select(h => new RouteHop(market.Pool(h.Pool.Key), h.IndexIn, h.IndexOut))],
        cycle.Notional,
        cycle.AmountOut,
        gasCost);
}
