using System.Collections.Immutable;

namespace Arb.Benchmarks.Search;

/// <summary>What is measured, by the names in tables, charts and JSON.</summary>
internal static class SearchMethods
{
    public const string Ours = "Arb.Search";
    public const string Router = "Bellman-Ford + golden section";
    public const string Grid = "enumeration + 9-size grid";
    public const string Golden = "enumeration + golden section";
    public const string Exhaustive = "enumeration + exhaustive sizing";

    public static ImmutableArray<string> All { get; } = [Ours, Router, Grid, Golden, Exhaustive];
}
