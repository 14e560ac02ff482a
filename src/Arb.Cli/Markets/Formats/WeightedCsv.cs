using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Cli.Markets.Formats;

/// <summary>Balancer weighted pools, one row for each token; rows of a pool follow one another.</summary>
internal static class WeightedCsv
{
    public static IEnumerable<MarketPool> Pools(CsvTable table)
    {
        List<CsvRow> rows = [];
        foreach (CsvRow row in table.Rows())
        {
            if (rows.Count > 0 && rows[0].Text("pool") != row.Text("pool"))
            {
                yield return Pool(rows);
                rows.Clear();
            }

            rows.Add(row);
        }

        if (rows.Count > 0)
        {
            yield return Pool(rows);
        }
    }

    private static MarketPool Pool(List<CsvRow> rows)
    {
        ImmutableArray<MarketToken> tokens =
            [.. rows.Select(r => new MarketToken(MarketToken.Normalise(r.Text("token")), null, r.Int32("decimals", 0, byte.MaxValue)))];
        ImmutableArray<UInt256> balances = [.. rows.Select((r, i) => r.Scaled("balance", tokens[i].Decimals!.Value))];
        ImmutableArray<UInt256> weights = [.. rows.Select(r => r.Scaled("weight", 18))];
        UInt256 fee = rows[0].Scaled("swapFee", 18);
        MarketPool pool = new()
        {
            Id = MarketToken.Normalise(rows[0].Text("pool")),
            Protocol = Protocols.BalancerWeighted,
            Tokens = tokens,
            Balances = balances,
        };
        try
        {
            return pool with { Model = new BalancerWeightedPool(balances, [.. tokens.Select(t => t.Decimals!.Value)], weights, fee) };
        }
        catch (ArgumentException e)
        {
            return pool with { Missing = ModelFault.Text(e) };
        }
    }
}
