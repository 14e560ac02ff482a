using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Arb.Domain;

/// <summary>
/// One deployment's rules. Volatile pools are the same everywhere; stable ones differ in how Newton's method ends. Read from the published
/// sources (solidlyexchange/solidly eac1ef0, velodrome-finance/v1 de6b2a1, velodrome-finance/contracts 1ea5fee and its history,
/// aerodrome-finance/contracts a5fae2e); none is proven against bytecode here.
/// </summary>
public sealed class SolidlyVariant
{
    private SolidlyVariant(string name, string deployments, SolidlySolver solver)
    {
        Name = name;
        Deployments = deployments;
        Solver = solver;
    }

    /// <summary>BaseV1 pairs, Fantom; the fee there is 100 pips.</summary>
    public static SolidlyVariant Solidly2022 { get; } = new("solidly-2022", "Solidly (BaseV1), Fantom", SolidlySolver.StopsWithinOne);

    /// <summary>Velodrome V1 pairs, Optimism: Solidly with a fee the factory sets.</summary>
    public static SolidlyVariant VelodromeV1 { get; } = new("velodrome-v1", "Velodrome V1, Optimism", SolidlySolver.StopsWithinOne);

    /// <summary>Velodrome V2 pools, Optimism, as deployed in June 2023.</summary>
    public static SolidlyVariant VelodromeV2 { get; } = new("velodrome-v2", "Velodrome V2, Optimism", SolidlySolver.ScalesTwice);

    /// <summary>Aerodrome pools, Base: Velodrome V2's source.</summary>
    public static SolidlyVariant Aerodrome { get; } = new("aerodrome", "Aerodrome, Base", SolidlySolver.ScalesTwice);

    /// <summary>Velodrome's pools after the scaling fix of October 2024 (superchain deployments).</summary>
    public static SolidlyVariant VelodromeSuperchain { get; } =
        new("velodrome-superchain", "Velodrome pools after the scaling fix of October 2024", SolidlySolver.NeverBelow);

    /// <summary>Every variant.</summary>
    public static ImmutableArray<SolidlyVariant> All { get; } = [Solidly2022, VelodromeV1, VelodromeV2, Aerodrome, VelodromeSuperchain];

    /// <summary>Name in files and messages.</summary>
    public string Name { get; }

    /// <summary>Which deployments it describes.</summary>
    public string Deployments { get; }

    internal SolidlySolver Solver { get; }

    /// <summary>The variant of a name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out SolidlyVariant? variant)
    {
        variant = All.FirstOrDefault(v => string.Equals(v.Name, name, StringComparison.OrdinalIgnoreCase));
        return variant is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How <c>_get_y</c> ends.</summary>
internal enum SolidlySolver
{
    /// <summary>When y moves by at most 1; after 255 rounds it goes on with what it has. May end below the curve.</summary>
    StopsWithinOne,

    /// <summary>
    /// Where a step rounds to 0: at y, or at y + 1 when <c>_k(x0, y + 1)</c> is above the curve. <c>_k</c> scales by the tokens' decimals
    /// what is scaled already, so with fewer than 18 decimals it nearly always is, and y + 1 is taken at once.
    /// </summary>
    ScalesTwice,

    /// <summary>As <see cref="ScalesTwice"/>, with <c>_f</c> in the place of <c>_k</c>: the least y on or above the curve.</summary>
    NeverBelow,
}
