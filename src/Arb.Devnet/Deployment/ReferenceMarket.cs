using System.Collections.Immutable;
using Arb.Devnet.Trading;
using Arb.Domain;

namespace Arb.Devnet.Deployment;

/// <summary>A token at its reference price.</summary>
/// <param name="Symbol">Symbol.</param>
/// <param name="Name">Name.</param>
/// <param name="Decimals">Digits after the point of one whole token.</param>
/// <param name="PriceUsd">Price of one whole token, US dollars.</param>
internal sealed record ReferenceToken(string Symbol, string Name, int Decimals, ulong PriceUsd)
{
    /// <summary>Raw units worth so many dollars.</summary>
    public UInt256 RawUnitsWorth(ulong usd)
    {
        UInt256 one = UInt256.One;
        for (int i = 0; i < Decimals; i++)
        {
            one *= 10;
        }

        return MulDiv.Floor(one, usd, PriceUsd);
    }
}

/// <summary>A pool as it is first filled: both sides worth the same at reference prices.</summary>
/// <param name="Exchange">Index of its exchange.</param>
/// <param name="BaseToken">Index of the token in which trades are sized.</param>
/// <param name="QuoteToken">Index of the other token.</param>
/// <param name="BaseReserve">Raw units of the base token.</param>
/// <param name="QuoteReserve">Raw units of the quote token.</param>
internal sealed record ReferencePool(
    int Exchange,
    int BaseToken,
    int QuoteToken,
    UInt256 BaseReserve,
    UInt256 QuoteReserve);

/// <summary>The devnet's market before anyone trades: a pure function of the seed.</summary>
internal static class ReferenceMarket
{
    /// <summary>Index of wrapped ether in <see cref="Tokens"/>.</summary>
    public const int WrappedEther = 0;

    private const ulong StreamOfDepths = 1;
    private const int DepthWholeEtherMin = 300;
    private const int DepthWholeEtherMax = 2_000;

    /// <summary>Names of the exchanges, by index.</summary>
    public static ImmutableArray<string> Exchanges { get; } = ["uniswap-v2", "sushiswap"];

    /// <summary>Fee both exchanges take.</summary>
    public static FeePips Fee { get; } = new(3_000);

    /// <summary>The tokens, by index: 18, 6, 8, 18, 6, 18 and 2 decimals.</summary>
    public static ImmutableArray<ReferenceToken> Tokens { get; } =
    [
        new("WETH", "Wrapped Ether", 18, 3_000),
        new("USDC", "Devnet USD Coin", 6, 1),
        new("WBTC", "Devnet Wrapped Bitcoin", 8, 60_000),
        new("DAI", "Devnet Dai", 18, 1),
        new("USDT", "Devnet Tether", 6, 1),
        new("LINK", "Devnet Chainlink", 18, 15),
        new("GUSD", "Devnet Gemini Dollar", 2, 1),
    ];

    private static ImmutableArray<(int Base, int Quote)> Pairs { get; } = [(0, 1), (0, 2), (0, 3), (1, 3), (1, 2)];

    /// <summary>Every pair on every exchange, with a depth of 300 to 2,000 ether a side.</summary>
    public static ImmutableArray<ReferencePool> Pools(ulong seed)
    {
        SplitMix64 random = new(seed, StreamOfDepths);
        ImmutableArray<ReferencePool>.Builder pools = ImmutableArray.CreateBuilder<ReferencePool>();
        for (int exchange = 0; exchange < Exchanges.Length; exchange++)
        {
            foreach ((int baseToken, int quoteToken) in Pairs)
            {
                ulong depth = (ulong)random.Between(DepthWholeEtherMin, DepthWholeEtherMax);
                ulong usd = depth * Tokens[WrappedEther].PriceUsd;
                pools.Add(new ReferencePool(
                    exchange, baseToken, quoteToken,
                    Tokens[baseToken].RawUnitsWorth(usd), Tokens[quoteToken].RawUnitsWorth(usd)));
            }
        }

        return pools.ToImmutable();
    }
}
