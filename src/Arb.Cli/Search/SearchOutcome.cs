using System.Collections.Immutable;
using Arb.Cli.Markets;
using Arb.Domain;

namespace Arb.Cli.Search;

/// <summary>What a search of a file found.</summary>
internal sealed record SearchOutcome
{
    /// <summary>Pools of the file, searched or not.</summary>
    public required int Pools { get; init; }

    /// <summary>Tokens they trade.</summary>
    public required int Tokens { get; init; }

    /// <summary>Cycles whose marginal rate after fees is above 1.</summary>
    public required long Cycles { get; init; }

    public required PhaseTimes Elapsed { get; init; }

    /// <summary>Best first.</summary>
    public required ImmutableArray<Opportunity> Opportunities { get; init; }

    /// <summary>What was passed over, by reason; pools for the first reason, cycles for the others.</summary>
    public required ImmutableSortedDictionary<string, long> Dropped { get; init; }
}

/// <summary>How long each phase took.</summary>
/// <param name="Load">Reading the file and making models of its pools.</param>
/// <param name="Index">Indexing pools by token; once for a set of pools.</param>
/// <param name="Search">Finding cycles.</param>
/// <param name="Size">Sizing them exactly and ordering them.</param>
internal readonly record struct PhaseTimes(TimeSpan Load, TimeSpan Index, TimeSpan Search, TimeSpan Size);

/// <summary>A sized cycle with the file's own names.</summary>
/// <param name="Start">Token that is put in and comes back.</param>
/// <param name="Route">Its swaps.</param>
/// <param name="AmountIn">Start token put in, raw units.</param>
/// <param name="AmountOut">Start token that comes back.</param>
/// <param name="GasCost">Gas at the price asked for, valued in the start token, rounded up.</param>
internal sealed record Opportunity(
    MarketToken Start, ImmutableArray<RouteHop> Route, UInt256 AmountIn, UInt256 AmountOut, UInt256 GasCost)
{
    /// <summary>Out − in.</summary>
    public UInt256 GrossProfit => AmountOut - AmountIn;

    /// <summary>Gross profit − gas; an opportunity has more than 0.</summary>
    public UInt256 NetProfit => GrossProfit - GasCost;
}

/// <summary>One swap.</summary>
internal sealed record RouteHop(MarketPool Pool, int IndexIn, int IndexOut);

/// <summary>Names of what is passed over.</summary>
internal static class DropReasons
{
    /// <summary>The file lacks what a pool's price depends on.</summary>
    public const string PoolWithoutState = "pool-without-state";

    /// <summary>Its profit, or the upper bound of it, does not pay for its gas; where gas is free, is not even one wei.</summary>
    public const string BelowGas = "below-gas";

    /// <summary>Sized; rounding leaves no amount that gains.</summary>
    public const string NoProfitableSize = "no-profitable-size";

    /// <summary>No pool says what its start token is worth in ether, which gas is paid in.</summary>
    public const string NoEtherPrice = "no-ether-price";

    /// <summary>More candidates than are kept.</summary>
    public const string BeyondMemory = "beyond-memory";

    /// <summary>Profitable, but not among the best asked for.</summary>
    public const string BeyondTop = "beyond-top";
}
