using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using Arb.Benchmarks.Search.Baselines;
using Arb.Benchmarks.Search.Markets;
using Arb.Domain;
using Arb.Search;

namespace Arb.Benchmarks.Search;

/// <summary><see cref="CycleSearch"/> on one market, as the other methods see it: no gas, own funds, the same floor.</summary>
internal sealed class OurRun : ISizing
{
    private static readonly UInt256 FloorWei = (ulong)(Dust.FloorEth * 1e18);

    private const int BlocksMin = 5;

    private static readonly TimeSpan WarmUpLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UpdateLimit = TimeSpan.FromSeconds(20);

    private readonly BenchMarket _market;
    private readonly double[] _weiPerUnit;
    private readonly ImmutableArray<SnapshotPool> _pools;
    private readonly ImmutableArray<FlashLoanTerms> _loans;
    private readonly CycleSearch _search;

    public OurRun(BenchMarket market, double[] weiPerUnit, int hopsMax)
    {
        _market = market;
        _weiPerUnit = weiPerUnit;
        _pools = [.. market.Pools.Select((p, i) => new SnapshotPool(Listing(p, i), p.Model))];
        _loans = [.. market.Starts.Select(s => new FlashLoanTerms(AddressOf(s), UInt256.MaxValue, UInt256.Zero))];
        _search = new CycleSearch(new SearchTerms
        {
            StartTokens = [.. market.Starts.Select(AddressOf)],
            WrappedEther = AddressOf(0),
            HopsMax = hopsMax,
        });
    }

    public string Name => SearchMethods.Ours;

    /// <summary>Indexes, finds and sizes everything, several times; the fastest of each phase counts.</summary>
    public MethodResult Measure()
    {
        (double indexMs, _) = Stopwatches.Fastest(Build);
        double findMs = double.MaxValue;
        double sizeMs = double.MaxValue;
        Stopwatches.Fastest(() =>
        {
            long started = Stopwatch.GetTimestamp();
            _search.FindAll();
            long found = Stopwatch.GetTimestamp();
            _search.Size(_loans.AsSpan(), new SearchCosts(UInt256.Zero, FloorWei));
            findMs = Math.Min(findMs, Stopwatch.GetElapsedTime(started, found).TotalMilliseconds);
            sizeMs = Math.Min(sizeMs, Stopwatch.GetElapsedTime(found).TotalMilliseconds);
            return 0;
        });
        SizedTrade[] trades = [.. _search.Take(_search.ProfitableCount).Select(c => Trade(c.Cycle))];
        return new MethodResult
        {
            Method = Name,
            Examined = _search.CandidateCount,
            Cycles = (int)_search.CandidateCount,
            Profitable = trades.Length,
            IndexMs = indexMs,
            FindMs = findMs,
            SizeMs = sizeMs,
            AloneEth = trades.Sum(t => Capture.Eth(t, _weiPerUnit)),
            CapturedEth = Capture.Of(_market, _weiPerUnit, trades, this),
        };
    }

    /// <summary>Everything once: what a process that does nothing else needs.</summary>
    public int RunOnce()
    {
        Build();
        _search.FindAll();
        _search.Size(_loans.AsSpan(), new SearchCosts(UInt256.Zero, FloorWei));
        return _search.Take(100).Length;
    }

    /// <summary>Blocks of changes, each brought in and sized; drawing a block and taking records of the best are not the update.</summary>
    public UpdateResult Update(int blocks, int seed)
    {
        BlockDraw draw = new(_market, seed);
        SearchCosts costs = new(UInt256.Zero, FloorWei);
        List<double> times = new(blocks);
        double allocated = 0;
        long first = Stopwatch.GetTimestamp();
        for (int block = 0; block < blocks / 5 && Stopwatch.GetElapsedTime(first) < WarmUpLimit; block++)
        {
            Update(draw, costs);
        }

        first = Stopwatch.GetTimestamp();
        while (times.Count < BlocksMin || (times.Count < blocks && Stopwatch.GetElapsedTime(first) < UpdateLimit))
        {
            (double ms, long bytes) = Update(draw, costs);
            times.Add(ms);
            allocated += bytes;
        }

        times.Sort();
        return new UpdateResult(
            times.Count,
            times[times.Count / 2],
            times[(int)Math.Ceiling(times.Count * 0.99) - 1],
            times[^1],
            allocated / times.Count);
    }

    private (double Ms, long Bytes) Update(BlockDraw draw, SearchCosts costs)
    {
        PoolChange[] changes = [.. draw.Next().Select(c => new PoolChange(c.Pool, c.Model))];
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        _search.Apply(changes);
        _search.Size(_loans.AsSpan(), costs);
        double ms = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return (ms, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }

    public SizedTrade Size(ExactCycle cycle, IPoolModel[] models, double weiPerUnit)
    {
        Dictionary<PoolKey, IPoolModel> along = cycle.Hops.ToDictionary(h => _pools[h.Pool].Listing.Key, h => models[h.Pool]);
        Route route = new([.. cycle.Hops.Select(h =>
        {
            PoolListing listing = _pools[h.Pool].Listing;
            return new Hop(listing, listing.Tokens[h.TokenIn], listing.Tokens[h.TokenOut]);
        })]);
        return CycleSizer.TrySize(route, along, null, out SizedCycle? sized)
            ? new SizedTrade(cycle, sized.Notional, sized.AmountOut)
            : default;
    }

    private int Build()
    {
        _search.Build(_pools);
        return _search.PoolCount;
    }

    private static SizedTrade Trade(SizedCycle sized)
    {
        CycleHop[] hops = [.. sized.Route.Hops.Select(h => new CycleHop(NumberOf(h.Pool.Key.Contract), (byte)h.IndexIn, (byte)h.IndexOut))];
        return new SizedTrade(new ExactCycle(NumberOf(sized.Route.StartToken), hops), sized.Notional, sized.AmountOut);
    }

    private static PoolListing Listing(BenchPool pool, int number) => new(
        new PoolKey(AddressOf(number)),
        pool.Model switch
        {
            ConstantProductPool => PoolFamily.UniswapV2,
            ConcentratedLiquidityPool { Variant: ConcentratedLiquidityVariant.UniswapV4 } => PoolFamily.UniswapV4,
            ConcentratedLiquidityPool => PoolFamily.UniswapV3,
            BalancerWeightedPool => PoolFamily.BalancerWeighted,
            BalancerStablePool => PoolFamily.BalancerStable,
            CurveStableSwapPool => PoolFamily.CurveStableSwap,
            SolidlyPool { IsStable: true } => PoolFamily.SolidlyStable,
            _ => PoolFamily.SolidlyVolatile,
        },
        pool.Family,
        [.. pool.Tokens.Select(AddressOf)],
        new FeePips(0));

    /// <summary>Numbers as addresses; one more than the number, as address zero is the native currency.</summary>
    private static Address AddressOf(int number)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        bytes.Clear();
        BinaryPrimitives.WriteInt32BigEndian(bytes[^4..], number + 1);
        return new Address(bytes);
    }

    private static int NumberOf(Address address)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        address.CopyTo(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes[^4..]) - 1;
    }
}
