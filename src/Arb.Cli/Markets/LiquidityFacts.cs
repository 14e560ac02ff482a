using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Cli.Markets;

/// <summary>What the pools hold.</summary>
internal sealed record LiquidityFacts
{
    /// <summary>Pools whose balances the file gives.</summary>
    public required int Known { get; init; }

    /// <summary>Of those, pools that hold nothing of some token.</summary>
    public required int Dry { get; init; }

    /// <summary>Concentrated pools.</summary>
    public required int Concentrated { get; init; }

    /// <summary>Of those, pools without liquidity in the current tick range.</summary>
    public required int OutOfRange { get; init; }

    /// <summary>Initialised ticks of all of them; null where the file has none.</summary>
    public required int? Ticks { get; init; }

    /// <summary>Initialised ticks of the one with most; null where the file has none.</summary>
    public required int? TicksOfOneMax { get; init; }

    /// <summary>The pools that hold most of the busiest token.</summary>
    public required ImmutableArray<DeepPool> Deepest { get; init; }

    public static LiquidityFacts Of(ImmutableArray<MarketPool> pools, TokenCount? busiest, int top)
    {
        MarketPool[] concentrated = [.. pools.Where(p => p.Liquidity is not null)];
        int[] ticks = [.. pools.Where(p => p.Ticks is not null).Select(p => p.Ticks!.Value)];
        return new LiquidityFacts
        {
            Known = pools.Count(p => !p.Balances.IsEmpty),
            Dry = pools.Count(p => p.Balances.Contains(UInt256.Zero)),
            Concentrated = concentrated.Length,
            OutOfRange = concentrated.Count(p => p.Liquidity!.Value.IsZero),
            Ticks = ticks.Length == 0 ? null : ticks.Sum(),
            TicksOfOneMax = ticks.Length == 0 ? null : ticks.Max(),
            Deepest = busiest is null ? [] : Deep(pools, busiest.Token, top),
        };
    }

    private static ImmutableArray<DeepPool> Deep(ImmutableArray<MarketPool> pools, MarketToken token, int top) =>
    [
        .. pools.Where(p => !p.Balances.IsEmpty)
            .Select(p => (Pool: p, Index: p.IndexOf(token.Id)))
            .Where(p => p.Index >= 0)
            .Select(p => new DeepPool(p.Pool, token, p.Pool.Balances[p.Index]))
            .OrderByDescending(p => p.Balance)
            .ThenBy(p => p.Pool.Id, StringComparer.Ordinal)
            .Take(top),
    ];
}

/// <summary>A pool and what it holds of a token.</summary>
internal sealed record DeepPool(MarketPool Pool, MarketToken Token, UInt256 Balance);
