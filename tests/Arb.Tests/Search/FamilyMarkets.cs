using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Search;
using Arb.Tests.Markets;
using CsCheck;

namespace Arb.Tests.Search;

/// <summary>Random markets of every family: small enough to try every cycle and every notional, or with amounts of real size.</summary>
internal static class FamilyMarkets
{
    /// <summary>Most of the start token that can be borrowed in a small market: every notional is tried.</summary>
    public const uint SmallLoan = 300;

    private static readonly UInt256 X18 = 1_000_000_000_000_000_000;

    private static readonly Gen<int> FeePips = Gen.OneOf(0, 100, 500, 3000, 10_000);

    /// <summary>Up to 8 pools of all families with a few hundred units among 4 tokens.</summary>
    public static readonly Gen<MarketSnapshot> Small =
        Pool(units: 1, depth: 300).Array[2, 8].Select(pools => Snapshot(pools, SmallLoan));

    /// <summary>Up to 12 pools of all families among 4 tokens, some 10^21 units a side.</summary>
    public static readonly Gen<MarketSnapshot> Large = Pool(units: 1e18, depth: 1_000).Array[3, 12]
        .Select(pools => Snapshot(pools, UInt256.One << 100));

    /// <summary>Every cycle from a start token, by trying all pools at every hop.</summary>
    public static IEnumerable<Route> Cycles(MarketSnapshot market, Address start, int hopsMax) =>
        Extend(market, start, start, [], hopsMax);

    public static Dictionary<PoolKey, IPoolModel> Models(MarketSnapshot market) =>
        market.Pools.ToDictionary(pool => pool.Listing.Key, pool => pool.Model);

    /// <summary>Out − in − premium of a notional; null when a swap reverts.</summary>
    public static BigInteger? Profit(Route route, Dictionary<PoolKey, IPoolModel> models, FlashLoanTerms? loan, UInt256 notional)
    {
        UInt256 amount = notional;
        foreach (Hop hop in route.Hops)
        {
            // A copy: the amount in is passed by reference, and the amount out must not overwrite it.
            UInt256 paid = amount;
            if (models[hop.Pool.Key].QuoteExactIn(hop.IndexIn, hop.IndexOut, paid, out amount) != SwapRefusal.None)
            {
                return null;
            }
        }

        return (BigInteger)amount - (BigInteger)notional - (BigInteger)(loan?.PremiumOf(notional) ?? UInt256.Zero);
    }

    /// <summary>One unit of each token on the way, in the start token, at no size; and the start token's own roundings.</summary>
    public static double Crumbs(Route route, Dictionary<PoolKey, IPoolModel> models)
    {
        double crumbs = 2;
        double rate = 1;
        for (int i = route.Hops.Length - 1; i > 0; i--)
        {
            Hop hop = route.Hops[i];
            rate *= PoolBounds.Of(models[hop.Pool.Key], hop.IndexIn, hop.IndexOut).Rate;
            crumbs += rate;
        }

        return crumbs;
    }

    private static IEnumerable<Route> Extend(
        MarketSnapshot market, Address start, Address at, ImmutableArray<Hop> path, int hopsMax)
    {
        foreach (SnapshotPool pool in market.Pools)
        {
            if (!pool.Listing.Tokens.Contains(at) || path.Any(hop => hop.Pool.Key == pool.Listing.Key))
            {
                continue;
            }

            foreach (Address to in pool.Listing.Tokens.Where(to => to != at))
            {
                ImmutableArray<Hop> longer = path.Add(new Hop(pool.Listing, at, to));
                if (to == start)
                {
                    if (longer.Length >= 2)
                    {
                        yield return new Route(longer);
                    }
                }
                else if (longer.Length < hopsMax)
                {
                    foreach (Route route in Extend(market, start, to, longer, hopsMax))
                    {
                        yield return route;
                    }
                }
            }
        }
    }

    private static MarketSnapshot Snapshot(IReadOnlyList<Func<int, SnapshotPool>> pools, UInt256 loan) => new(
        new BlockStamp(31337, 1, default, default, 0, UInt256.Zero, 0, 30_000_000),
        [.. pools.Select((pool, i) => pool(i))],
        [.. Enumerable.Range(0, 4).Select(token => new FlashLoanTerms(Token(token), loan, UInt256.Zero))]);

    public static Address Token(int number) => Pools.At(100 + number);

    private static Gen<Func<int, SnapshotPool>> Pool(double units, double depth) =>
        from kind in Gen.Int[0, 7]
        from tokens in Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3])
        from third in Gen.Int[0, 3]
        from a in Gen.Double[0.2, 1]
        from skew in Gen.Double[-0.1, 0.1]
        from fee in FeePips
        from extra in Gen.Int[0, 1_000_000]
        select (Func<int, SnapshotPool>)(number => Make(
            number, kind, tokens.Item1, (tokens.Item1 + tokens.Item2) % 4, third, a * depth * units, skew, fee, extra, units));

    private static SnapshotPool Make(
        int number, int kind, int tokenA, int tokenB, int third, double amount, double skew, int fee, int extra, double units)
    {
        int low = Math.Min(tokenA, tokenB);
        int high = Math.Max(tokenA, tokenB);
        ImmutableArray<Address> tokens = [Token(low), Token(high)];
        UInt256 first = Units(amount);
        UInt256 second = Units(amount * (1 + skew));
        UInt256 feeX18 = X18 * (ulong)fee / 1_000_000UL;
        FeePips pips = new(fee);
        Address address = Pools.At(1000 + ((number * 7919) % 1000));
        PoolListing Listing(PoolFamily family) => new(new PoolKey(address), family, "dex", tokens, pips);
        switch (kind)
        {
            case 0 or 1:
                PoolInfo info = new(address, "dex", tokens[0], tokens[1], pips);
                return new SnapshotPool(PoolListing.Of(info), new ConstantProductPool(info, first, second));
            case 2 or 3:
                return new SnapshotPool(Listing(PoolFamily.UniswapV3), Ranges(amount * 4, skew, fee, extra));
            case 4:
                if (third != low && third != high)
                {
                    tokens = [.. tokens, Token(third)];
                }

                ImmutableArray<UInt256> weights = tokens.Length == 3
                    ? [X18 / 2, X18 / 4, X18 / 4]
                    : [X18 / 10 * (ulong)(1 + (extra % 9)), X18 / 10 * (ulong)(9 - (extra % 9))];
                ImmutableArray<UInt256> balances = [.. weights.Select((w, i) => Units(amount * (1 + (i * skew)) * ((double)w / 5e17)))];
                return new SnapshotPool(
                    Listing(PoolFamily.BalancerWeighted),
                    new BalancerWeightedPool(balances, [.. tokens.Select(_ => 18)], weights, feeX18));
            case 5:
                return new SnapshotPool(
                    Listing(PoolFamily.BalancerStable),
                    new BalancerStablePool([first, second], [X18, X18], (ulong)(1_000 + extra), feeX18));
            case 6:
                CurveState state = new()
                {
                    Balances = [first, second],
                    Rates = [X18, X18],
                    Amp = (ulong)(100 + (extra % 20_000)),
                    AmpPrecision = 100,
                    FeeE10 = (ulong)(fee * 10_000L),
                    AdminFeeE10 = 5_000_000_000UL,
                };
                return new SnapshotPool(Listing(default), new CurveStableSwapPool(CurveVariant.All[extra % CurveVariant.All.Length], state));
            default:
                int decimals = units > 1 ? 18 : 2;
                return new SnapshotPool(
                    Listing(default),
                    new SolidlyPool(SolidlyVariant.VelodromeV2, (extra & 1) == 0, decimals, decimals, pips, first, second));
        }
    }

    /// <summary>Two or three overlapping ranges around a price near 1.</summary>
    private static ConcentratedLiquidityPool Ranges(double liquidity, double skew, int fee, int extra)
    {
        const int Spacing = 60;
        int tick = (int)(Math.Log(1 + skew) / Math.Log(1.0001));
        int center = tick / Spacing * Spacing;
        SortedDictionary<int, Int128> net = [];
        Int128 active = 0;
        foreach ((int below, int above, double share) in new[] { (40, 40, 0.3), (2 + (extra % 5), 3, 1.0), (-1, 9, 0.7) })
        {
            Int128 amount = (Int128)(BigInteger)(liquidity * share);
            (int lower, int upper) = (center - (below * Spacing), center + (above * Spacing));
            net[lower] = net.GetValueOrDefault(lower) + amount;
            net[upper] = net.GetValueOrDefault(upper) - amount;
            active += lower <= tick && tick < upper ? amount : 0;
        }

        TickTable ticks = new(Spacing, [.. net.Select(entry => new InitializedTick(entry.Key, entry.Value))]);
        return new ConcentratedLiquidityPool(
            ConcentratedLiquidityVariant.UniswapV3, fee, ticks, TickMath.SqrtPriceAtTick(tick), tick, (UInt128)active);
    }

    private static UInt256 Units(double amount) => UInt256.Max((UInt256)(BigInteger)amount, UInt256.One);
}
