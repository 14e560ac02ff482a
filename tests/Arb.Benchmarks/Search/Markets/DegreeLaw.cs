using System.Collections.Immutable;

namespace Arb.Benchmarks.Search.Markets;

/// <summary>
/// How pools attach to tokens as a market grows, and what it comes to: the number of pools per token, hubs apart, has a power-law tail.
/// </summary>
/// <remarks>
/// The defaults lie between two recorded mainnet markets, 10,704 Uniswap V2 pairs of October 2020 and 70,904 Uniswap V2 and V3 pools up
/// to March 2022: new tokens with 84.8 % and 87.0 % of pools; WETH in 82.2 % and 86.9 % of all pools, the three stable coins in 8.9 % and
/// 7.3 %; 9.7 % and 7.6 % of tokens in more than one pool; tail exponents from 3 pools up of 2.46 and 2.63; a second pool for the same
/// two tokens never and 4.2 %, at most five for the same two.
/// </remarks>
internal sealed record DegreeLaw
{
    /// <summary>WETH and three stable coins.</summary>
    public const int Hubs = 4;

    /// <summary>Tokens in fewer pools are no tail.</summary>
    public const int TailMin = 3;

    /// <summary>Share of pools that bring a new token.</summary>
    public double NewTokenShare { get; init; } = 0.857;

    /// <summary>A new token's partner is this hub: WETH, then the stable coins.</summary>
    public ImmutableArray<double> NewTokenHubs { get; init; } = [0.946, 0.021, 0.009, 0.005];

    /// <summary>Most pools that trade the same two tokens.</summary>
    public int PoolsPerPairMax { get; init; } = 5;

    /// <summary>Of the pools without a new token, those that trade the same two tokens as an earlier pool.</summary>
    public double SamePairShare { get; init; } = 0.15;

    /// <summary>Of the others, the share with this hub.</summary>
    public ImmutableArray<double> OldTokenHubs { get; init; } = [0.22, 0.18, 0.12, 0.08];

    /// <summary>
    /// A known token is drawn in proportion to its pools beyond the first with this probability, and like any other otherwise: pools
    /// beyond the first then have a tail with exponent 1 + 1/this (Simon's process).
    /// </summary>
    public double Preference { get; init; } = 0.67;

    /// <summary>Draws the tokens of so many pools; the first pools join the hubs.</summary>
    public List<(int Token0, int Token1)> Draw(int pools, Random random)
    {
        Growth growth = new();
        foreach ((int one, int other) in (ReadOnlySpan<(int, int)>)[(1, 0), (2, 0), (3, 0), (2, 1)])
        {
            growth.TryAdd(one, other, 1);
        }

        while (growth.Pools.Count < pools)
        {
            if (random.NextDouble() < NewTokenShare || growth.Tokens < Hubs + 2)
            {
                int hub = Pick(NewTokenHubs, random);
                int partner = hub >= 0 || growth.Tokens == Hubs ? Math.Max(hub, 0) : Known(growth, random);
                growth.TryAdd(growth.Tokens, partner, 1);
            }
            else if (random.NextDouble() < SamePairShare)
            {
                (int one, int other) = growth.Pools[random.Next(growth.Pools.Count)];
                growth.TryAdd(one, other, PoolsPerPairMax);
            }
            else
            {
                int hub = Pick(OldTokenHubs, random);
                growth.TryAdd(Known(growth, random), hub >= 0 ? hub : Known(growth, random), 1);
            }
        }

        return growth.Pools;
    }

    private int Known(Growth growth, Random random) => growth.Again.Count > 0 && random.NextDouble() < Preference
        ? growth.Again[random.Next(growth.Again.Count)]
        : random.Next(Hubs, growth.Tokens);

    /// <summary>A hub by its share; −1 for none of them.</summary>
    private static int Pick(ImmutableArray<double> shares, Random random)
    {
        double at = random.NextDouble();
        for (int i = 0; i < shares.Length; i++)
        {
            at -= shares[i];
            if (at < 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A market as it grows.</summary>
    private sealed class Growth
    {
        private readonly Dictionary<(int, int), int> _poolsOf = [];

        public List<(int Token0, int Token1)> Pools { get; } = [];

        /// <summary>Each token but the hubs, once for every pool beyond its first.</summary>
        public List<int> Again { get; } = [];

        public int Tokens { get; private set; } = Hubs;

        /// <summary>Adds a pool, unless the two tokens are one or have as many pools as they may.</summary>
        public void TryAdd(int one, int other, int poolsMax)
        {
            (int, int) pair = one < other ? (one, other) : (other, one);
            int before = _poolsOf.GetValueOrDefault(pair);
            if (one == other || before >= poolsMax)
            {
                return;
            }

            _poolsOf[pair] = before + 1;
            Pools.Add((one, other));
            Count(one);
            Count(other);
        }

        private void Count(int token)
        {
            if (token == Tokens)
            {
                Tokens++;
            }
            else if (token >= Hubs)
            {
                Again.Add(token);
            }
        }
    }
}

/// <summary>What a market's degrees are.</summary>
/// <param name="WethShare">Pools with WETH.</param>
/// <param name="StableShare">Pools with another hub, but not WETH.</param>
/// <param name="SeveralShare">Tokens in more than one pool.</param>
/// <param name="TailExponent">Exponent of the tail from <see cref="DegreeLaw.TailMin"/> pools up, most likely one.</param>
internal sealed record DegreeFacts(double WethShare, double StableShare, double SeveralShare, double TailExponent)
{
    public static DegreeFacts Of(BenchMarket market)
    {
        int[] degrees = new int[market.TokenCount];
        int weth = 0;
        int stable = 0;
        foreach (BenchPool pool in market.Pools)
        {
            foreach (int token in pool.Tokens)
            {
                degrees[token]++;
            }

            weth += pool.Tokens.Contains(0) ? 1 : 0;
            stable += !pool.Tokens.Contains(0) && pool.Tokens.Any(market.Starts.Contains) ? 1 : 0;
        }

        double pools = market.Pools.Length;
        int used = degrees.Count(d => d > 0);
        return new DegreeFacts(weth / pools, stable / pools, degrees.Count(d => d > 1) / (double)used, Exponent(degrees));
    }

    /// <summary>
    /// Maximum likelihood for integers (Clauset, Shalizi and Newman 2009, equation 3.7 in its approximate form is biased at so small a
    /// least value, so the zeta function is summed).
    /// </summary>
    private static double Exponent(int[] degrees)
    {
        int[] tail = [.. degrees.Where(d => d >= DegreeLaw.TailMin)];
        double logarithms = tail.Sum(d => Math.Log(d));
        double best = double.NegativeInfinity;
        double exponent = 0;
        for (double tried = 1.5; tried < 4; tried += 0.01)
        {
            double likelihood = (-tried * logarithms) - (tail.Length * Math.Log(Zeta(tried, DegreeLaw.TailMin)));
            if (likelihood > best)
            {
                (best, exponent) = (likelihood, tried);
            }
        }

        return exponent;
    }

    private static double Zeta(double exponent, int from)
    {
        const int Summed = 10_000;
        double sum = Math.Pow(Summed, 1 - exponent) / (exponent - 1);
        for (int k = from; k < Summed; k++)
        {
            sum += Math.Pow(k, -exponent);
        }

        return sum;
    }
}
