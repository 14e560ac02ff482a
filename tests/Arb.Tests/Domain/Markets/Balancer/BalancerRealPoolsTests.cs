using System.Globalization;
using System.Numerics;
using Arb.Devnet.Tooling;
using Arb.Domain;

namespace Arb.Tests.Markets.Balancer;

/// <summary>Pools as they were listed, read into the model.</summary>
public sealed class BalancerRealPoolsTests
{
    [Fact]
    public void Listed_pools_load_and_quote_both_ways_and_those_the_vault_cannot_hold_are_refused_by_value()
    {
        int loaded = 0;
        List<string> refused = [];
        foreach (IGrouping<string, string[]> rows in Rows().GroupBy(row => row[0]))
        {
            try
            {
                AssertQuotes(Load([.. rows]), rows.Key);
                loaded++;
            }
            catch (ArgumentOutOfRangeException wrong)
            {
                refused.Add(wrong.Message);
            }
        }

        Assert.True(loaded > 30, $"Only {loaded} pools were read.");
        Assert.Equal(2, refused.Count);
        Assert.All(refused, message => Assert.Matches(@"(balances|decimals)\[\d\] is \d+", message));
    }

    private static void AssertQuotes(BalancerWeightedPool pool, string name)
    {
        for (int i = 0; i < pool.TokenCount; i++)
        {
            int o = (i + 1) % pool.TokenCount;
            UInt256 amountIn = pool.Balances[i] / 1_000UL;
            if (amountIn.IsZero)
            {
                continue;
            }

            Assert.Equal(SwapRefusal.None, pool.SwapExactIn(i, o, amountIn, out UInt256 amountOut, out IPoolModel after));
            Assert.True(amountOut < pool.Balances[o], name);
            if (!amountOut.IsZero)
            {
                Assert.Equal(SwapRefusal.None, pool.QuoteExactOut(i, o, amountOut, out UInt256 asked));

                // Both ways round powers against the trader, by 10^-14 of a balance a thousand times the amount.
                UInt256 slack = (amountIn / 1_000_000_000UL) + (UInt256)2UL;
                Assert.True(asked <= amountIn + slack, $"{name}: {amountIn} buys {amountOut}, which costs {asked}");
                Assert.Equal(SwapRefusal.None, after.QuoteExactIn(o, i, amountOut, out UInt256 back));
                Assert.True(back <= amountIn, $"{name}: {amountIn} came back as {back}");
            }
        }
    }

    private static BalancerWeightedPool Load(string[][] rows) => new(
        [.. rows.Select(row => Raw(row[4], int.Parse(row[3], CultureInfo.InvariantCulture)))],
        [.. rows.Select(row => int.Parse(row[3], CultureInfo.InvariantCulture))],
        [.. rows.Select(row => Raw(row[5], 18))],
        Raw(rows[0][1], 18));

    private static IEnumerable<string[]> Rows() =>
        File.ReadLines(Path.Combine(
                RepositoryRoot.Find(), "tests", "Arb.Tests", "Domain", "Markets", "Balancer", "Data", "weighted-pools.csv"))
            .Where(line => !line.StartsWith('#'))
            .Skip(1)
            .Select(line => line.Split(','));

    /// <summary>A decimal number of whole tokens as raw units.</summary>
    private static UInt256 Raw(string text, int decimals)
    {
        string[] parts = text.Split('.');
        string fraction = (parts.Length > 1 ? parts[1] : "").PadRight(decimals, '0');
        Assert.Equal(decimals, fraction.Length);
        return checked((UInt256)BigInteger.Parse(parts[0] + fraction, CultureInfo.InvariantCulture));
    }
}
