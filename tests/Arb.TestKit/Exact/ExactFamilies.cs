using System.Collections.Immutable;

namespace Arb.TestKit.Exact;

/// <summary>Every family that is held against its bytecode: one line each.</summary>
public static class ExactFamilies
{
    /// <summary>All of them, in the order they are run.</summary>
    public static ImmutableArray<IExactFamily> All { get; } =
    [
    ];

    /// <summary>One by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IExactFamily Named(string name) =>
        All.FirstOrDefault(family => family.Name == name)
        ?? throw new ArgumentException(
            $"There is no family '{name}'; there are {string.Join(", ", All.Select(family => family.Name))}.", nameof(name));
}
