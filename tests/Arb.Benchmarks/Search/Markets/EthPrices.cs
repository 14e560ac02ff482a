namespace Arb.Benchmarks.Search.Markets;

/// <summary>What a raw unit of a token is worth in wei, for sums over start tokens and for sizes of a given worth; floats only rank.</summary>
internal static class EthPrices
{
    /// <summary>
    /// The price of the pool that holds the most ETH's worth beside an already priced token: first pools with WETH, then pools with
    /// tokens priced so far, and so on. 0 for a token that no path of pools joins to WETH.
    /// </summary>
    public static double[] Of(BenchMarket market)
    {
        double[] weiPerUnit = new double[market.TokenCount];
        weiPerUnit[0] = 1;
        bool any = true;
        while (any)
        {
            any = false;
            (double Depth, double Price)[] best = new (double, double)[market.TokenCount];
            foreach (BenchPool pool in market.Pools)
            {
                Offer(pool, weiPerUnit, best);
            }

            for (int token = 0; token < best.Length; token++)
            {
                if (best[token].Depth > 0)
                {
                    weiPerUnit[token] = best[token].Price;
                    any = true;
                }
            }
        }

        return weiPerUnit;
    }

    private static void Offer(BenchPool pool, double[] weiPerUnit, (double Depth, double Price)[] best)
    {
        IReadOnlyList<int> tokens = pool.Tokens;
        for (int known = 0; known < tokens.Count; known++)
        {
            double price = weiPerUnit[tokens[known]];
            double depth = price * (double)pool.Balances[known];
            for (int other = 0; price > 0 && other < tokens.Count; other++)
            {
                if (weiPerUnit[tokens[other]] > 0 || depth <= best[tokens[other]].Depth)
                {
                    continue;
                }

                double rate = SpotRate.Of(pool, known, other);
                if (rate > 0)
                {
                    best[tokens[other]] = (depth, price / rate);
                }
            }
        }
    }
}
