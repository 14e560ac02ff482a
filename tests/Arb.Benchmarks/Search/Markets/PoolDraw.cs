using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Markets;

/// <summary>
/// Draws prices of tokens and states of pools. A token's fair price is log-uniform from 10^-7 to 1 ETH; one in twenty is pegged to the
/// dollar or to ETH. A pool holds a log-normal depth on each side (median 24 ETH, σ 2.2, as the recorded pairs with more than 1 ETH have it), at the
/// fair price times a log-normal deviation: σ 0.15 % for most, which fees cover, and 2 % for one pool in fifty.
/// </summary>
internal sealed class PoolDraw(Random random, int tokenCount)
{
    private const double WeiPerEth = 1e18;
    private const double DollarsPerEth = 2000;
    private const double DepthMedianEth = 24;
    private const double DepthSigma = 2.2;
    private const double DeviationSigma = 0.0015;
    private const double DislocatedShare = 0.02;
    private const double DislocatedSigma = 0.02;
    private const double PeggedShare = 0.05;

    private readonly DrawnToken[] _tokens = DrawTokens(random, tokenCount);

    /// <summary>A pool of whatever family the two tokens are traded in.</summary>
    public BenchPool Any(int token0, int token1)
    {
        int family = random.Next(100);
        if (_tokens[token0].Peg != Peg.None && _tokens[token0].Peg == _tokens[token1].Peg)
        {
            return family switch
            {
                < 35 => Concentrated(token0, token1, random.Next(2) == 0 ? 100 : 500, isV4: false),
                < 65 => Curve(token0, token1),
                < 80 => BalancerStable(token0, token1),
                _ => Solidly(token0, token1, isStable: true),
            };
        }

        return family switch
        {
            < 72 => Pair(token0, token1, family < 65 ? 3000 : 2500),
            < 87 => Concentrated(token0, token1, FeeTier(), isV4: false),
            < 91 => Concentrated(token0, token1, FeeTier(), isV4: true),
            < 95 => Solidly(token0, token1, isStable: false),
            _ => Weighted(token0, token1),
        };
    }

    /// <summary>A Uniswap V2 pair.</summary>
    public BenchPool Pair(int token0, int token1, int feePips)
    {
        ImmutableArray<UInt256> reserves = Reserves(token0, token1);
        PoolInfo info = new(Address.Zero, "uniswap-v2", Address.Zero, Address.Zero, new FeePips(feePips));
        return new BenchPool("uniswap-v2", [token0, token1], new ConstantProductPool(info, reserves[0], reserves[1]), reserves);
    }

    /// <summary>A Uniswap V3 or V4 pool: liquidity over the whole range, and one to four denser ranges around the price.</summary>
    public BenchPool Concentrated(int token0, int token1, int feePips, bool isV4)
    {
        ImmutableArray<UInt256> reserves = Reserves(token0, token1);
        int spacing = feePips switch { 100 => 1, 500 => 10, 3000 => 60, _ => 200 };
        UInt256 sqrtPrice = Sqrt(((BigInteger)reserves[1] << 192) / reserves[0]);
        int tick = TickMath.TickAtSqrtPrice(sqrtPrice);
        BigInteger whole = (BigInteger)Sqrt((BigInteger)reserves[0] * reserves[1]);
        SortedDictionary<int, BigInteger> net = [];
        int last = TickMath.TickMax / spacing;
        BigInteger active = Provide(net, -last * spacing, last * spacing, whole);
        int middle = (int)Math.Floor((double)tick / spacing);
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int lower = Math.Max(middle - random.Next(1, 40), -last);
            int upper = Math.Min(middle + 1 + random.Next(1, 40), last);
            active += Provide(net, lower * spacing, upper * spacing, whole * random.Next(1, 5));
        }

        TickTable ticks = new(spacing, [.. net.Where(t => !t.Value.IsZero).Select(t => new InitializedTick(t.Key, (Int128)t.Value))]);
        ConcentratedLiquidityVariant variant = isV4 ? ConcentratedLiquidityVariant.UniswapV4 : ConcentratedLiquidityVariant.UniswapV3;
        ConcentratedLiquidityPool model = new(variant, feePips, ticks, sqrtPrice, tick, (UInt128)active);
        return new BenchPool(isV4 ? "uniswap-v4" : "uniswap-v3", [token0, token1], model, reserves);
    }

    private BenchPool Solidly(int token0, int token1, bool isStable)
    {
        ImmutableArray<UInt256> reserves = Reserves(token0, token1);
        SolidlyPool model = new(
            SolidlyVariant.VelodromeV2,
            isStable,
            _tokens[token0].Decimals,
            _tokens[token1].Decimals,
            new FeePips(isStable ? 500 : 3000),
            reserves[0],
            reserves[1]);
        return new BenchPool(isStable ? "solidly-stable" : "solidly-volatile", [token0, token1], model, reserves);
    }

    private BenchPool Curve(int token0, int token1)
    {
        ImmutableArray<int> tokens = [token0, token1];
        CurveState state = new()
        {
            Balances = Reserves(token0, token1),
            Rates = [.. tokens.Select(t => (UInt256)BigInteger.Pow(10, 36 - _tokens[t].Decimals))],
            Amp = 20_000u,
            AmpPrecision = 100u,
            FeeE10 = 4_000_000u,
            AdminFeeE10 = 5_000_000_000UL,
        };
        return new BenchPool("curve-stableswap", tokens, new CurveStableSwapPool(CurveVariant.FactoryPlain2, state), state.Balances);
    }

    private BenchPool BalancerStable(int token0, int token1)
    {
        ImmutableArray<int> tokens = [token0, token1];
        ImmutableArray<UInt256> balances = Reserves(token0, token1);
        ImmutableArray<UInt256> factors = [.. tokens.Select(t => (UInt256)BigInteger.Pow(10, 36 - _tokens[t].Decimals))];
        return new BenchPool(
            "balancer-stable", tokens, new BalancerStablePool(balances, factors, 200_000u, 400_000_000_000_000UL), balances);
    }

    /// <summary>Two tokens, or one pool in five a third one, any but the hubs: those would have too many pools with each other.</summary>
    private BenchPool Weighted(int token0, int token1)
    {
        int third = random.Next(DegreeLaw.Hubs, _tokens.Length);
        bool three = random.Next(5) == 0 && token0 != third && token1 != third;
        ImmutableArray<int> tokens = three ? [token0, token1, third] : [token0, token1];
        int[] percent = three ? [40, 40, 20] : random.Next(2) == 0 ? [50, 50] : [80, 20];
        double depth = Depth() / percent[1];
        ImmutableArray<UInt256> balances = [.. tokens.Select((t, i) => Raw(depth * percent[i] * Deviation() / _tokens[t].WeiPerUnit))];
        ImmutableArray<UInt256> weights = [.. percent.Select(p => (UInt256)(ulong)p * 10_000_000_000_000_000UL)];
        BalancerWeightedPool model = new(
            balances, [.. tokens.Select(t => _tokens[t].Decimals)], weights, 3_000_000_000_000_000UL);
        return new BenchPool("balancer-weighted", tokens, model, balances);
    }

    private ImmutableArray<UInt256> Reserves(int token0, int token1)
    {
        double depth = Depth();
        return [Raw(depth * Deviation() / _tokens[token0].WeiPerUnit), Raw(depth / _tokens[token1].WeiPerUnit)];
    }

    /// <summary>Wei on each side, at least a thousandth and at most a hundred thousand ETH.</summary>
    private double Depth() => Math.Clamp(DepthMedianEth * Math.Exp(DepthSigma * Normal()), 1e-3, 1e5) * WeiPerEth;

    private double Deviation() =>
        Math.Exp((random.NextDouble() < DislocatedShare ? DislocatedSigma : DeviationSigma) * Normal());

    private int FeeTier() => random.Next(10) switch { 0 => 500, < 7 => 3000, _ => 10_000 };

    /// <summary>Box and Muller's.</summary>
    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static BigInteger Provide(SortedDictionary<int, BigInteger> net, int lower, int upper, BigInteger liquidity)
    {
        net[lower] = net.GetValueOrDefault(lower) + liquidity;
        net[upper] = net.GetValueOrDefault(upper) - liquidity;
        return liquidity;
    }

    private static UInt256 Raw(double units) => (UInt256)BigInteger.Max(BigInteger.One, new BigInteger(units));

    private static UInt256 Sqrt(BigInteger square)
    {
        // One step of Newton's from 53 bits gives 100: a price drawn at random needs no more.
        BigInteger root = new(Math.Exp(BigInteger.Log(square) / 2));
        return (UInt256)((root + (square / root)) >> 1);
    }

    private static DrawnToken[] DrawTokens(Random random, int count)
    {
        DrawnToken[] tokens = new DrawnToken[count];
        for (int i = 0; i < count; i++)
        {
            int decimals = random.Next(20) switch { 0 or 1 => 6, 2 => 8, 3 => 9, _ => 18 };
            double peg = random.NextDouble();
            tokens[i] = i switch
            {
                0 => DrawnToken.Of(Peg.Ether, 18, 1),
                1 or 2 => DrawnToken.Of(Peg.Dollar, 6, 1 / DollarsPerEth),
                3 => DrawnToken.Of(Peg.Dollar, 18, 1 / DollarsPerEth),
                _ when peg < PeggedShare / 2 => DrawnToken.Of(Peg.Dollar, decimals, 1 / DollarsPerEth),
                _ when peg < PeggedShare => DrawnToken.Of(Peg.Ether, 18, 1),
                _ => DrawnToken.Of(Peg.None, decimals, Math.Pow(10, -7 * random.NextDouble())),
            };
        }

        return tokens;
    }

    private enum Peg
    {
        None,
        Ether,
        Dollar,
    }

    private readonly record struct DrawnToken(Peg Peg, int Decimals, double WeiPerUnit)
    {
        public static DrawnToken Of(Peg peg, int decimals, double eth) => new(peg, decimals, eth * Math.Pow(10, 18 - decimals));
    }
}
