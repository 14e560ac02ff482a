using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>Where a market's state came from.</summary>
public enum MarketOrigin
{
    /// <summary>What this process already had, and logs.</summary>
    Warm,

    /// <summary>The stored copy, and logs.</summary>
    Stored,

    /// <summary>Everything was read from the chain.</summary>
    Fresh,
}

/// <summary>What became of bringing the market to a head.</summary>
/// <param name="State">The market at exactly that head; null when it cannot be trusted.</param>
/// <param name="End">Why not, when it cannot.</param>
/// <param name="Detail">For people: why not, or why everything was read anew.</param>
public sealed record MarketUpdate(MarketState? State, RoundEnd? End, string? Detail)
{
    /// <summary>Where it came from.</summary>
    public MarketOrigin Origin { get; init; }

    /// <summary>Blocks taken back.</summary>
    public int Undone { get; init; }

    /// <summary>Blocks followed.</summary>
    public int Followed { get; init; }

    /// <summary>Pools read from the chain.</summary>
    public int Read { get; init; }

    /// <summary>Listed pools that are not in the market, with the reason.</summary>
    public ImmutableArray<LostPool> Missing { get; init; } = [];

    /// <summary>Exchanges that were slow or failed, and anything else that went wrong without stopping the round; by name.</summary>
    public ImmutableSortedDictionary<string, string> Faults { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal static MarketUpdate Stop(RoundEnd end, string detail) => new(null, end, detail);
}
