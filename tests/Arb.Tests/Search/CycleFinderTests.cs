using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;
using Arb.Search;
using CsCheck;

namespace Arb.Tests.Search;

public sealed class CycleFinderTests
{
    [Fact]
    public void Found_are_exactly_the_cycles_of_exhaustive_enumeration() =>
        Gen.Select(Markets.Small, Gen.Int[2, 4]).Sample((snapshot, hopsMax) =>
        {
            Address[] starts = [Markets.Token(0), Markets.Token(3)];
            string[] found = [.. CycleFinder.Find(snapshot, starts, hopsMax).Select(c => c.Route.ToString())];
            string[] expected = [.. starts.SelectMany(s => Exhaustive(snapshot, s, hopsMax)).Select(r => r.ToString())];
            Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        });

    [Fact]
    public void Order_does_not_depend_on_the_order_of_pools() =>
        Gen.Select(Markets.Small, Gen.Int).Sample((snapshot, seed) =>
        {
            SnapshotPool[] mixed = [.. snapshot.Pools];
            new Random(seed).Shuffle(mixed);
            Address[] starts = [Markets.Token(1), Markets.Token(0)];
            Assert.Equal(
                CycleFinder.Find(snapshot, starts, 3).Select(c => c.Route),
                CycleFinder.Find(snapshot with { Pools = [.. mixed] }, starts, 3).Select(c => c.Route));
        });

    [Fact]
    public void A_rate_of_exactly_1_is_no_candidate_and_one_unit_more_is()
    {
        UInt256 reserve = UInt256.Parse("5000000000000000000000000000000000");
        MarketSnapshot even = Markets.Snapshot(
            [Markets.Pool(0, 0, 1, reserve, reserve, 0), Markets.Pool(1, 1, 0, reserve, reserve, 0)]);
        Assert.Empty(CycleFinder.Find(even, [Markets.Start], 2));

        // The doubles of both markets are the same: only integers see the unit.
        MarketSnapshot tilted = Markets.Snapshot(
            [Markets.Pool(0, 0, 1, reserve, reserve + 1, 0), Markets.Pool(1, 1, 0, reserve, reserve, 0)]);
        Candidate candidate = Assert.Single(CycleFinder.Find(tilted, [Markets.Start], 2));
        Assert.Equal(1.0, candidate.MarginalRate);
    }

    [Fact]
    public void Start_tokens_come_in_the_order_given_once_each_and_unknown_ones_give_nothing()
    {
        MarketSnapshot snapshot = Markets.Snapshot(
            [Markets.Pool(0, 0, 1, 1000, 1100, 0), Markets.Pool(1, 1, 0, 1000, 1000, 0)]);
        Address[] starts = [Markets.Token(1), Markets.Token(77), Markets.Token(0), Markets.Token(1)];
        Assert.Equal(
            [Markets.Token(1), Markets.Token(0)],
            CycleFinder.Find(snapshot, starts, 2).Select(c => c.Route.StartToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Hops_out_of_range_are_an_error(int hopsMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CycleFinder.Find(Markets.Snapshot([]), [Markets.Start], hopsMax));

    [Fact]
    public void A_pool_given_twice_is_an_error_that_names_it()
    {
        ConstantProductPool pool = Markets.Pool(0, 0, 1, 1000, 1100, 0);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => CycleFinder.Find(Markets.Snapshot([pool, pool]), [Markets.Start], 2));
        Assert.Contains(pool.Info.Address.ToString(), error.Message, StringComparison.Ordinal);
    }

    /// <summary>Every ordered choice of different pools, kept when it is a simple cycle and its exact rate is above 1.</summary>
    private static List<Route> Exhaustive(MarketSnapshot snapshot, Address start, int hopsMax)
    {
        List<Route> routes = [];
        Choose([], start, BigInteger.One, BigInteger.One);
        return routes;

        void Choose(ImmutableArray<Hop> hops, Address at, BigInteger numerator, BigInteger denominator)
        {
            if (hops.Length > 0 && at == start)
            {
                if (hops.Length >= 2 && numerator > denominator)
                {
                    routes.Add(new Route(hops));
                }

                return;
            }

            foreach (ConstantProductPool pool in hops.Length < hopsMax ? snapshot.Pools.Select(p => (ConstantProductPool)p.Model) : [])
            {
                PoolInfo info = pool.Info;
                bool touches = info.Token0 == at || info.Token1 == at;
                Address next = info.Token0 == at ? info.Token1 : info.Token0;
                bool again = hops.Any(h => h.Pool.Key.Contract == info.Address || h.TokenOut == next);
                if (touches && !again && !pool.Reserve0.IsZero && !pool.Reserve1.IsZero)
                {
                    Hop hop = new(PoolListing.Of(info), at, next);
                    (UInt256 reserveIn, UInt256 reserveOut) = pool.Reserves(hop.ZeroForOne);
                    Choose(
                        hops.Add(hop),
                        next,
                        numerator * reserveOut * (FeePips.Whole - info.Fee.Value),
                        denominator * reserveIn * FeePips.Whole);
                }
            }
        }
    }
}
