using System.Collections.Immutable;
using System.Globalization;
using Arb.Cli.Markets;
using Arb.Domain;

namespace Arb.Cli.Search;

/// <summary>Which tokens cycles start from: those asked for, or wrapped ether.</summary>
internal static class StartTokens
{
    private const string WethName = "WETH";
    private const int Named = 5;

    /// <summary>Wrapped ether of the file; null where it trades none, not even the native currency.</summary>
    public static Address? FindWeth(SearchMarket market) =>
        market.TryFind(SearchMarket.WethAddress, out Address address) || market.TryFind(WethName, out address) ? address
        : market.TryFind(Address.Zero.ToString(), out address) ? address
        : null;

    /// <summary>The tokens asked for, each once and in that order; wrapped ether when none is.</summary>
    /// <exception cref="MarketFileException">One is unknown or ambiguous, or there is no wrapped ether to fall back on.</exception>
    public static ImmutableArray<Address> Resolve(SearchMarket market, string path, IReadOnlyList<string> asked)
    {
        if (asked.Count > 0)
        {
            return [.. asked.Select(name => Find(market, path, name)).Distinct()];
        }

        return FindWeth(market) is { } weth
            ? [weth]
            : throw new MarketFileException(
                $"{path} trades no WETH (neither {SearchMarket.WethAddress} nor a token named {WethName}): "
                + $"name where cycles start with --start. {Busiest(market)}");
    }

    /// <summary>By id in any case of hexadecimal digits, or by a symbol that only one token of the file has.</summary>
    private static Address Find(SearchMarket market, string path, string name)
    {
        if (market.TryFind(name, out Address address))
        {
            return address;
        }

        // Others may call themselves so too; the name alone means the one.
        if (name == WethName && FindWeth(market) is { } weth)
        {
            return weth;
        }

        string[] bySymbol =
        [
            .. market.File.Pools.SelectMany(p => p.Tokens).Where(t => t.Symbol == name).Select(t => t.Id).Distinct(StringComparer.Ordinal),
        ];
        return bySymbol.Length switch
        {
            1 when market.TryFind(bySymbol[0], out address) => address,
            > 1 => throw new MarketFileException(
                $"--start '{name}': {bySymbol.Length} tokens of {path} have that symbol; name one by its id: {string.Join(", ", bySymbol.Take(Named))}"
                + (bySymbol.Length > Named ? ", …" : "")),
            _ => throw new MarketFileException($"--start '{name}': no pool of {path} trades it. {Busiest(market)}"),
        };
    }

    private static string Busiest(SearchMarket market)
    {
        IEnumerable<string> busiest = market.File.Pools.SelectMany(p => p.Tokens)
            .GroupBy(t => t.Id, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(Named)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} ({g.Count():N0})"));
        string names = string.Join(", ", busiest);
        return names.Length == 0 ? "The file has no pools." : $"Its tokens in most pools: {names}.";
    }
}
