using System.Collections.Immutable;
using Arb.Devnet.Trading;
using Arb.Domain;

namespace Arb.Devnet.Deployment;

/// <summary>Liquidity that a concentrated pool begins with, relative to the tick of its reference price.</summary>
/// <param name="LowerOffset">Where it begins, ticks.</param>
/// <param name="UpperOffset">Where it ends, ticks.</param>
/// <param name="ShareTenths">Its part of the liquidity at the reference price.</param>
internal readonly record struct ReferenceRange(int LowerOffset, int UpperOffset, int ShareTenths);

/// <summary>A pool of Uniswap V3 or V4 before anyone trades.</summary>
/// <param name="Family">Which of the two.</param>
/// <param name="BaseToken">Index of the token in which trades are sized.</param>
/// <param name="QuoteToken">Index of the other token.</param>
/// <param name="Fee">Fee tier.</param>
/// <param name="TickSpacing">Distance of usable ticks.</param>
/// <param name="BaseDepth">Reserve of the base token that a pair of the same depth would have, raw units.</param>
/// <param name="Ranges">Positions; their shares sum to ten at the reference price.</param>
internal sealed record ReferenceConcentrated(
    PoolFamily Family,
    int BaseToken,
    int QuoteToken,
    FeePips Fee,
    int TickSpacing,
    UInt256 BaseDepth,
    ImmutableArray<ReferenceRange> Ranges)
{
    /// <summary>Its wrapped ether is ether itself, which only V4 trades.</summary>
    public bool NativeEther { get; init; }
}

/// <summary>A weighted pool of Balancer before anyone trades.</summary>
/// <param name="Tokens">Indices of its tokens.</param>
/// <param name="WeightsPercent">Their weights, which sum to a hundred.</param>
/// <param name="Fee">Swap fee.</param>
/// <param name="Balances">Raw units of each token: worth their weights at reference prices.</param>
internal sealed record ReferenceWeighted(
    ImmutableArray<int> Tokens, ImmutableArray<int> WeightsPercent, FeePips Fee, ImmutableArray<UInt256> Balances);

/// <summary>The devnet's pools that are no pairs, and the markets they make. A pure function of the seed.</summary>
/// <param name="Concentrated">Pools of Uniswap V3, then of V4.</param>
/// <param name="Weighted">Pools of Balancer.</param>
internal sealed record ReferenceOthers(
    ImmutableArray<ReferenceConcentrated> Concentrated, ImmutableArray<ReferenceWeighted> Weighted)
{
    /// <summary>Distance to which all ranges are rounded: usable in both fee tiers.</summary>
    public const int TickGrid = 60;

    private const ulong StreamOfOtherDepths = 4;
    private const int DepthWholeEtherMin = 300;
    private const int DepthWholeEtherMax = 1_500;

    private static readonly FeePips Low = new(500);
    private static readonly FeePips Middle = new(3_000);

    // WETH 0, USDC 1, WBTC 2, DAI 3, USDT 4, LINK 5, GUSD 6. Every token but GUSD has a pool with ether somewhere, and routes of
    // two, three and four hops lead through all families.
    private static readonly ImmutableArray<(PoolFamily Family, int Base, int Quote, FeePips Fee, bool Native)> Shapes =
    [
        (PoolFamily.UniswapV3, 0, 1, Low, false),
        (PoolFamily.UniswapV3, 0, 1, Middle, false),
        (PoolFamily.UniswapV3, 0, 2, Low, false),
        (PoolFamily.UniswapV3, 0, 4, Middle, false),
        (PoolFamily.UniswapV3, 0, 5, Middle, false),
        (PoolFamily.UniswapV3, 1, 4, Low, false),
        (PoolFamily.UniswapV3, 1, 6, Middle, false),
        (PoolFamily.UniswapV4, 0, 1, Middle, true),
        (PoolFamily.UniswapV4, 5, 1, Middle, false),
        (PoolFamily.UniswapV4, 3, 6, Low, false),
    ];

    private static readonly ImmutableArray<(ImmutableArray<int> Tokens, ImmutableArray<int> Weights, FeePips Fee)> Baskets =
    [
        ([0, 5], [20, 80], Middle),
        ([0, 2], [50, 50], new FeePips(2_000)),
        ([3, 4, 6], [50, 25, 25], new FeePips(1_000)),
    ];

    /// <summary>How many pools there are.</summary>
    public int Count => Concentrated.Length + Weighted.Length;

    /// <summary>
    /// One market for each two tokens of each pool, in the order of the pools, as traders see them: a flow of the base token that
    /// moves the price as it would move a pair's of that reserve, more beyond the inner ranges. The exchange is the pool's index.
    /// </summary>
    public ImmutableArray<ReferencePool> Markets
    {
        get
        {
            ImmutableArray<ReferencePool>.Builder markets = ImmutableArray.CreateBuilder<ReferencePool>();
            for (int i = 0; i < Concentrated.Length; i++)
            {
                ReferenceConcentrated pool = Concentrated[i];
                UInt256 quoteDepth = MulDiv.Floor(
                    pool.BaseDepth, Worth(pool.QuoteToken, 1_000_000), Worth(pool.BaseToken, 1_000_000));
                markets.Add(new ReferencePool(i, pool.BaseToken, pool.QuoteToken, pool.BaseDepth, quoteDepth));
            }

            for (int i = 0; i < Weighted.Length; i++)
            {
                ReferenceWeighted pool = Weighted[i];
                for (int a = 0; a < pool.Tokens.Length; a++)
                {
                    for (int b = a + 1; b < pool.Tokens.Length; b++)
                    {
                        markets.Add(new ReferencePool(
                            Concentrated.Length + i, pool.Tokens[a], pool.Tokens[b], pool.Balances[a], pool.Balances[b]));
                    }
                }
            }

            return markets.ToImmutable();
        }
    }

    /// <summary>The pools of a seed: 300 to 1,500 ether deep on a side, with four ranges each where there are ranges.</summary>
    public static ReferenceOthers Of(ulong seed)
    {
        SplitMix64 random = new(seed, StreamOfOtherDepths);
        ulong Usd() => (ulong)random.Between(DepthWholeEtherMin, DepthWholeEtherMax)
            * ReferenceMarket.Tokens[ReferenceMarket.WrappedEther].PriceUsd;
        return new ReferenceOthers(
            [
                .. Shapes.Select(shape => new ReferenceConcentrated(
                    shape.Family, shape.Base, shape.Quote, shape.Fee, shape.Fee == Low ? 10 : 60,
                    Worth(shape.Base, Usd()), Ranges(random))
                {
                    NativeEther = shape.Native,
                }),
            ],
            [
                .. Baskets.Select(basket =>
                {
                    ulong usd = 2 * Usd();
                    return new ReferenceWeighted(
                        basket.Tokens, basket.Weights, basket.Fee,
                        [.. basket.Tokens.Zip(basket.Weights, (token, weight) => Worth(token, usd * (ulong)weight / 100))]);
                }),
            ]);
    }

    /// <summary>
    /// One wide range, so that there is always a price, and three narrower ones that trades leave now and then; their edges lie
    /// elsewhere in every pool.
    /// </summary>
    private static ImmutableArray<ReferenceRange> Ranges(SplitMix64 random)
    {
        int Edge(int least, int greatest) => TickGrid * random.Between(least, greatest);
        return
        [
            new ReferenceRange(-7_200, 7_200, 2),
            new ReferenceRange(-Edge(12, 24), Edge(12, 24), 2),
            new ReferenceRange(-Edge(4, 9), Edge(4, 9), 3),
            new ReferenceRange(-Edge(1, 3), Edge(2, 4), 3),
        ];
    }

    private static UInt256 Worth(int token, ulong usd) => ReferenceMarket.Tokens[token].RawUnitsWorth(usd);
}
