using System.Globalization;
using Arb.Domain;
using Arb.Tests.Architecture;

namespace Arb.Tests.Markets;

/// <summary>
/// Golden vectors: <c>get_dy</c>, <c>exchange</c> and the balances after it, as the text of each published source computes them, its
/// functions run as they stand on 256-bit integers that revert (curvefi/curve-contract 574f440, curve-factory 5272fd2, stableswap-ng
/// 2abe778; the file is named in each row). Random states of 2 to 5 tokens with 6, 8 or 18 decimals, rates, fees, skew and dust. This
/// holds the models against the specification in rounding and order; it is no proof against bytecode. An empty answer is a revert.
/// </summary>
public sealed class CurvePublishedSourceTests
{
    private static readonly string Vectors =
        Path.Combine(Repository.Root, "tests", "Arb.Tests", "Domain", "Markets", "CurveStableSwap", "published-sources.csv");

    [Fact]
    public void Quotes_swaps_and_balances_equal_those_of_the_published_sources()
    {
        List<string> differences = [];
        int rows = 0;
        foreach (string line in File.ReadLines(Vectors).Skip(1))
        {
            rows++;
            if (Difference(line.Split(',')) is { } difference)
            {
                differences.Add($"row {rows}: {difference}\n{line}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(5)));
        Assert.True(rows > 300, $"only {rows} rows");
    }

    [Fact]
    public void Every_variant_has_vectors() => Assert.Equal(
        CurveVariant.All.Select(v => v.Name).Order(StringComparer.Ordinal),
        File.ReadLines(Vectors).Skip(1).Select(l => l.Split(',')[0]).Distinct().Order(StringComparer.Ordinal));

    private static string? Difference(string[] row)
    {
        Assert.True(CurveVariant.TryFind(row[0], out CurveVariant? variant));
        CurveStableSwapPool pool = new(variant, new CurveState
        {
            Amp = UInt256.Parse(row[2]),
            AmpPrecision = UInt256.Parse(row[3]),
            FeeE10 = UInt256.Parse(row[4]),
            AdminFeeE10 = UInt256.Parse(row[5]),
            OffpegFeeMultiplierE10 = UInt256.Parse(row[6]),
            Balances = [.. row[7].Split(' ').Select(UInt256.Parse)],
            Rates = [.. row[8].Split(' ').Select(UInt256.Parse)],
        });
        int i = int.Parse(row[9], CultureInfo.InvariantCulture);
        int j = int.Parse(row[10], CultureInfo.InvariantCulture);
        UInt256 dx = UInt256.Parse(row[11]);
        string view = pool.QuoteView(i, j, dx, out UInt256 quoted) == SwapRefusal.None ? quoted.ToString() : string.Empty;
        if (view != row[12])
        {
            return $"get_dy gives '{row[12]}', the model '{view}'";
        }

        // Where a contract takes the amount and pays nothing, the model refuses.
        string expected = row[13] == "0" ? string.Empty : row[13];
        string swap = pool.SwapExactIn(i, j, dx, out UInt256 paid, out IPoolModel after) == SwapRefusal.None ? paid.ToString() : string.Empty;
        if (swap != expected)
        {
            return $"exchange pays '{expected}', the model '{swap}'";
        }

        string balances = string.Join(' ', ((CurveStableSwapPool)after).State.Balances);
        return expected.Length == 0 || balances == row[14] ? null : $"balances after are '{row[14]}', the model's '{balances}'";
    }
}
