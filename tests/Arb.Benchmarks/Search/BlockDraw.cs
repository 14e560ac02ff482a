using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search;

/// <summary>
/// Draws blocks: so many pools change, the busiest always, the others any. A pool's new state is one swap away from its first state, of
/// 0.01 % to 1 % of its balance, log-uniform, either way: prices move by 0.02 % to 2 % and come back, as rivals see to on chain.
/// </summary>
internal sealed class BlockDraw(BenchMarket market, int seed)
{
    /// <summary>Pools that change in a block.</summary>
    public const int Changed = 200;

    /// <summary>Of those, the ones whose two busiest tokens have the greatest product of pools: most cycles go through them.</summary>
    public const int Busiest = 20;

    private readonly Random _random = new(seed);
    private readonly int[] _busiest = FindBusiest(market);

    /// <summary>The next block: pools by number and what they are from then on. All pools when there are fewer.</summary>
    public (int Pool, IPoolModel Model)[] Next()
    {
        HashSet<int> pools = [.. _busiest];
        while (pools.Count < Math.Min(Changed, market.Pools.Length))
        {
            pools.Add(_random.Next(market.Pools.Length));
        }

        return [.. pools.Select(p => (p, Swapped(p)))];
    }

    private IPoolModel Swapped(int pool)
    {
        BenchPool drawn = market.Pools[pool];
        int tokenIn = _random.Next(drawn.Tokens.Length);
        int tokenOut = (tokenIn + 1 + _random.Next(drawn.Tokens.Length - 1)) % drawn.Tokens.Length;
        double share = Math.Pow(10, -2 - (2 * _random.NextDouble()));
        UInt256 amountIn = drawn.Balances[tokenIn] / (ulong)(1 / share);

        // A pool of dust refuses and stays as it is: its state is given again, as a log without effect would.
        return drawn.Model.SwapExactIn(tokenIn, tokenOut, amountIn, out _, out IPoolModel after) == SwapRefusal.None
            ? after
            : drawn.Model;
    }

    private static int[] FindBusiest(BenchMarket market)
    {
        int[] degrees = new int[market.TokenCount];
        foreach (BenchPool pool in market.Pools)
        {
            foreach (int token in pool.Tokens)
            {
                degrees[token]++;
            }
        }

        return
        [
            .. Enumerable.Range(0, market.Pools.Length)
                .OrderByDescending(p => market.Pools[p].Tokens.Select(t => (long)degrees[t]).OrderDescending().Take(2).Aggregate((a, b) => a * b))
                .Take(Busiest),
        ];
    }
}
