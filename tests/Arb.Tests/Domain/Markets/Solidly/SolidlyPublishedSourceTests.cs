using System.Globalization;
using Arb.Domain;
using Arb.Tests.Architecture;

namespace Arb.Tests.Markets;

/// <summary>
/// Golden vectors: <c>_getAmountOut</c> after the fee, and <c>_k</c> before and after that swap, as the functions of each published
/// source give them, compiled by solc 0.8.26 and called on anvil 1.7 with random states (solidlyexchange/solidly eac1ef0,
/// velodrome-finance/v1 de6b2a1, velodrome-finance/contracts before d738179 and at 1ea5fee, aerodrome-finance/contracts a5fae2e). Not the
/// deployed bytecode: another compiler, and the functions alone. An empty answer is a revert.
/// </summary>
public sealed class SolidlyPublishedSourceTests
{
    private static readonly string Vectors =
        Path.Combine(Repository.Root, "tests", "Arb.Tests", "Domain", "Markets", "Solidly", "published-sources.csv");

    [Fact]
    public void Quotes_equal_those_of_the_published_sources_and_swaps_pass_their_check_of_k()
    {
        List<string> differences = [];
        int rows = 0;
        int falls = 0;
        foreach (string line in File.ReadLines(Vectors).Skip(1))
        {
            rows++;
            string[] row = line.Split(',');
            SolidlyPool pool = Pool(row);
            int tokenIn = row[7] == "1" ? 0 : 1;
            UInt256 amountIn = UInt256.Parse(row[8]);
            SwapRefusal view = pool.QuoteView(tokenIn, 1 - tokenIn, amountIn, out UInt256 quoted);
            SwapRefusal swap = pool.QuoteExactIn(tokenIn, 1 - tokenIn, amountIn, out UInt256 paid);
            UInt256 answer = row[9].Length == 0 ? UInt256.Zero : UInt256.Parse(row[9]);
            bool isPaid = !answer.IsZero && UInt256.Parse(row[11]) >= UInt256.Parse(row[10]);
            falls += !answer.IsZero && !isPaid ? 1 : 0;
            if (quoted != answer || (view == SwapRefusal.None) == answer.IsZero
                || paid != (isPaid ? answer : UInt256.Zero)
                || (!answer.IsZero && !isPaid && swap != SwapRefusal.InvariantFalls))
            {
                differences.Add($"row {rows}: the model quotes {quoted} ({view}) and pays {paid} ({swap})\n{line}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(5)));
        Assert.True(rows >= 300, $"only {rows} rows");
        Assert.True(falls > 0, "no row has a fallen k");
    }

    private static SolidlyPool Pool(string[] row)
    {
        Assert.True(SolidlyVariant.TryFind(row[0], out SolidlyVariant? variant));
        return new SolidlyPool(
            variant, row[1] == "1", Int(row[2]), Int(row[3]), new FeePips(Int(row[4])), UInt256.Parse(row[5]), UInt256.Parse(row[6]));
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
