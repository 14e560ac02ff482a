using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Benchmarks.Search.Markets;

/// <summary>A pool of a benchmark market; tokens are numbers of the market.</summary>
/// <param name="Family">As the quote command names it.</param>
/// <param name="Tokens">Tokens in the model's order.</param>
/// <param name="Model">Exact arithmetic.</param>
/// <param name="Balances">What prices it, raw units: reserves, balances, or a concentrated pool's virtual reserves.</param>
internal sealed record BenchPool(string Family, ImmutableArray<int> Tokens, IPoolModel Model, ImmutableArray<UInt256> Balances);

/// <summary>Pools and where cycles start: the same for every method that is measured.</summary>
internal sealed record BenchMarket
{
    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Tokens are 0 to this, exclusive; 0 is WETH.</summary>
    public required int TokenCount { get; init; }

    public required ImmutableArray<BenchPool> Pools { get; init; }

    /// <summary>Where cycles start: WETH and stable coins.</summary>
    public required ImmutableArray<int> Starts { get; init; }
}
