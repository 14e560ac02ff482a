using Arb.Benchmarks.Search.Markets;
using Arb.Domain;

namespace Arb.Benchmarks.Search;

/// <summary>
/// Draws blocks: so many pools change, the busiest always, the others any. A change is a swap of one part in a thousand to one in ten of
/// the balance, either way, so that prices wander as they do on chain.
/// </summary>
internal sealed class BlockDraw(BenchMarket market, int seed)
{
    /// <summary>Pools that change in a block.</summary>
    public const int Changed = 200;

    /// <summary>Of those, the ones whose two busiest tokens have the greatest product of pools: most cycles go through them.</summary>
    public const int Busiest = 20;

    private readonly Random _random = new(seed);
    private readonly int[] _busiest = FindBusiest(market);
    private readonly IPoolModel[] _models = [.. market.Pools.Select(p => p.Model)];

    /// <summary>The next block: pools by number and what they are from then on. All pools when there are fewer.</summary>
    public (int Pool, IPoolModel Model)[] Next()
    {
        HashSet<int> pools = [.. _busiest];
        while (pools.Count < Math.Min(Changed, _models.Length))
        {
            pools.Add(_random.Next(_models.Length));
        }

        return [.. pools.Select(p => (p, _models[p] = Swapped(p)))];
    }

    private IPoolModel Swapped(int pool)
    {
        BenchPool drawn = market.Pools[pool];
        int tokenIn = _random.Next(drawn.Tokens.Length);
        int tokenOut = (tokenIn + 1 + _random.Next(drawn.Tokens.Length - 1)) % drawn.Tokens.Length;
        double share = Math.Pow(10, -1 - (2 * _random.NextDouble()));
        UInt256 amountIn = drawn.Balances[tokenIn] / (ulong)(1 / share);

        // A pool of dust refuses and stays as it is: its state is given again, as a log without effect would.
        return _models[pool].SwapExactIn(tokenIn, tokenOut, amountIn, out _, out IPoolModel after) == SwapRefusal.None
            ? after
            : _models[pool];
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
