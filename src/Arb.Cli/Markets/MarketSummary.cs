using System.Collections.Immutable;
using System.Numerics;
using Arb.Domain;

namespace Arb.Cli.Markets;

/// <summary>What a market file holds, counted.</summary>
internal sealed record MarketSummary
{
    public required string Format { get; init; }

    public required int Pools { get; init; }

    /// <summary>Pools with enough state for an exact model.</summary>
    public required int Modelled { get; init; }

    /// <summary>By family, largest first.</summary>
    public required ImmutableArray<ProtocolCount> Protocols { get; init; }

    /// <summary>Pools by fee, most first; pools without a fee in pips are not among them.</summary>
    public required ImmutableArray<FeeCount> Fees { get; init; }

    public required int Tokens { get; init; }

    /// <summary>Pairs of tokens that some pool trades.</summary>
    public required int Pairs { get; init; }

    /// <summary>Pairs that more than one pool trades: where two hops can make a cycle.</summary>
    public required int SharedPairs { get; init; }

    /// <summary>Most pools on one pair.</summary>
    public required int PoolsOnOnePairMax { get; init; }

    public required ImmutableArray<TokenCount> BusiestTokens { get; init; }

    public required LiquidityFacts Liquidity { get; init; }

    /// <summary>First and last block the file gives with its pools; null where it gives none.</summary>
    public required (ulong First, ulong Last)? Blocks { get; init; }

    /// <summary>Quotes the file asks for.</summary>
    public required int Quotes { get; init; }

    /// <summary>Counts a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="top">How many of the busiest tokens and deepest pools to name.</param>
    public static MarketSummary Of(MarketFile file, int top)
    {
        Dictionary<string, TokenTally> tokens = new(StringComparer.Ordinal);
        Dictionary<(string, string), int> pairs = [];
        foreach (MarketPool pool in file.Pools)
        {
            Count(pool, tokens, pairs);
        }

        ImmutableArray<TokenCount> busiest =
        [
            .. tokens.Values.OrderByDescending(t => t.Pools).ThenBy(t => t.Token.Id, StringComparer.Ordinal).Take(top).Select(t => t.Count()),
        ];
        ulong[] blocks = [.. file.Pools.Where(p => p.Block is not null).Select(p => p.Block!.Value)];
        return new MarketSummary
        {
            Format = file.Format,
            Pools = file.Pools.Length,
            Modelled = file.Pools.Count(p => p.Model is not null),
            Protocols =
            [
                .. file.Pools.GroupBy(p => p.Protocol).Select(ProtocolCount.Of)
                    .OrderByDescending(p => p.Pools).ThenBy(p => p.Protocol, StringComparer.Ordinal),
            ],
            Fees =
            [
                .. file.Pools.Where(p => p.FeePips is not null).GroupBy(p => p.FeePips!.Value).Select(g => new FeeCount(g.Key, g.Count()))
                    .OrderByDescending(f => f.Pools).ThenBy(f => f.FeePips),
            ],
            Tokens = tokens.Count,
            Pairs = pairs.Count,
            SharedPairs = pairs.Values.Count(n => n > 1),
            PoolsOnOnePairMax = pairs.Values.DefaultIfEmpty(0).Max(),
            BusiestTokens = busiest,
            Liquidity = LiquidityFacts.Of(file.Pools, busiest.IsEmpty ? null : busiest[0], top),
            Blocks = blocks.Length == 0 ? null : (blocks.Min(), blocks.Max()),
            Quotes = file.Quotes?.Length ?? 0,
        };
    }

    private static void Count(MarketPool pool, Dictionary<string, TokenTally> tokens, Dictionary<(string, string), int> pairs)
    {
        for (int i = 0; i < pool.Tokens.Length; i++)
        {
            MarketToken token = pool.Tokens[i];
            if (!tokens.TryGetValue(token.Id, out TokenTally? tally))
            {
                tokens[token.Id] = tally = new TokenTally(token);
            }

            tally.Add(token, pool.Balances.IsEmpty ? null : pool.Balances[i]);
            for (int j = i + 1; j < pool.Tokens.Length; j++)
            {
                string other = pool.Tokens[j].Id;
                (string, string) pair = string.CompareOrdinal(token.Id, other) < 0 ? (token.Id, other) : (other, token.Id);
                pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
            }
        }
    }

    private sealed class TokenTally(MarketToken token)
    {
        private BigInteger? _held;

        public MarketToken Token { get; private set; } = token;

        public int Pools { get; private set; }

        public void Add(MarketToken seen, UInt256? balance)
        {
            Pools++;
            Token = Token with { Symbol = Token.Symbol ?? seen.Symbol, Decimals = Token.Decimals ?? seen.Decimals };
            if (balance is { } amount)
            {
                _held = (_held ?? BigInteger.Zero) + amount;
            }
        }

        public TokenCount Count() => new(Token, Pools, _held);
    }
}

/// <summary>Pools of one family.</summary>
/// <param name="Protocol">The family.</param>
/// <param name="Pools">How many.</param>
/// <param name="Modelled">How many of them have an exact model.</param>
/// <param name="Missing">What the others lack, each reason once.</param>
internal sealed record ProtocolCount(string Protocol, int Pools, int Modelled, ImmutableArray<string> Missing)
{
    public static ProtocolCount Of(IGrouping<string, MarketPool> pools) => new(
        pools.Key,
        pools.Count(),
        pools.Count(p => p.Model is not null),
        [.. pools.Where(p => p.Missing is not null).Select(p => p.Missing!).Distinct().Order(StringComparer.Ordinal)]);
}

/// <summary>Pools of one fee.</summary>
internal sealed record FeeCount(int FeePips, int Pools);

/// <summary>One token.</summary>
/// <param name="Token">Which.</param>
/// <param name="Pools">Pools that trade it.</param>
/// <param name="Held">What they hold together, raw units; null where the file does not say.</param>
internal sealed record TokenCount(MarketToken Token, int Pools, BigInteger? Held);
