using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>What a search looks for: fixed for the life of a <see cref="CycleSearch"/>.</summary>
public sealed record SearchTerms
{
    /// <summary>Fewest hops of a cycle.</summary>
    public const int HopsMin = 2;

    /// <summary>Most hops that can be asked for.</summary>
    public const int HopsLimit = 6;

    /// <summary>Tokens cycles start from and return to; one that no pool trades gives none.</summary>
    public required ImmutableArray<Address> StartTokens { get; init; }

    /// <summary>Wrapped ether: what profits are valued in, and what a pool's native currency (address zero) counts as.</summary>
    public required Address WrappedEther { get; init; }

    /// <summary>Most hops of a cycle, <see cref="HopsMin"/> to <see cref="HopsLimit"/>.</summary>
    public int HopsMax { get; init; } = 3;

    /// <summary>Gas of a route, by the families of its pools.</summary>
    public GasSchedule Gas { get; init; } = GasSchedule.Free;

    /// <summary>
    /// Most candidates kept between updates: some 50 bytes each, 160 for one that is sized. Where there are more, those with the
    /// greatest upper bound of profit are kept, the others are counted, and every update scans the whole market.
    /// </summary>
    public int CandidatesMax { get; init; } = 1 << 20;

    /// <summary>Threads of a full scan and of sizing after it. The result does not depend on it.</summary>
    public int Workers { get; init; } = 2;

    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    internal void Validate()
    {
        if (StartTokens.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A search needs a start token.", nameof(StartTokens));
        }

        ArgumentNullException.ThrowIfNull(Gas);
        ArgumentOutOfRangeException.ThrowIfLessThan(HopsMax, HopsMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HopsMax, HopsLimit);
        ArgumentOutOfRangeException.ThrowIfLessThan(CandidatesMax, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
    }
}

/// <summary>What sizing weighs a cycle's gross profit against, at one block.</summary>
/// <param name="GasPriceWei">Base fee and tip per gas, wei.</param>
/// <param name="MinProfitWei">Least profit after gas that is kept, wei.</param>
public readonly record struct SearchCosts(UInt256 GasPriceWei, UInt256 MinProfitWei);

/// <summary>Expected gas of a route: a fixed part, a part for each hop by its pool's family, and the lender's own.</summary>
/// <param name="Fixed">Loan, guard and transaction.</param>
/// <param name="PerHop">By number of <see cref="PoolFamily"/>; families beyond its end count as its last entry.</param>
public sealed record GasSchedule(ulong Fixed, ImmutableArray<uint> PerHop)
{
    /// <summary>No gas at all: profits before costs.</summary>
    public static GasSchedule Free { get; } = new(0, [0]);

    /// <summary>Gas of one hop.</summary>
    public uint Hop(PoolFamily family) => PerHop.IsDefaultOrEmpty ? 0 : PerHop[Math.Min((int)family, PerHop.Length - 1)];

    /// <summary>Gas of a route without its lender's own.</summary>
    public ulong Of(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        ulong gas = Fixed;
        foreach (Hop hop in route.Hops)
        {
            gas += Hop(hop.Pool.Family);
        }

        return gas;
    }
}
