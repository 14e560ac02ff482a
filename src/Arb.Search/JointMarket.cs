using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// A market that cycles are traded on one after another: each is priced on the pools as those before it leave them, so that all of them
/// together, in this order, bring exactly what is said of each. Pure: the models are immutable, and only its own are replaced.
/// </summary>
/// <param name="models">Arithmetic of every pool before the first trade.</param>
public sealed class JointMarket(IReadOnlyDictionary<PoolKey, IPoolModel> models)
{
    private readonly Dictionary<PoolKey, (IPoolModel Model, int Trade)> _traded = [];

    /// <summary>Cycles traded so far.</summary>
    public int Trades { get; private set; }

    /// <summary>Whether a pool of a route was traded through after so many trades.</summary>
    public bool HasMoved(Route route, int since)
    {
        ArgumentNullException.ThrowIfNull(route);
        foreach (Hop hop in route.Hops)
        {
            if (_traded.TryGetValue(hop.Pool.Key, out (IPoolModel Model, int Trade) last) && last.Trade > since)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A pool's arithmetic as the trades so far leave it.</summary>
    /// <exception cref="KeyNotFoundException">The market has no such pool.</exception>
    public IPoolModel ModelOf(PoolKey pool) =>
        _traded.TryGetValue(pool, out (IPoolModel Model, int Trade) last) ? last.Model : models[pool];

    /// <summary>The arithmetic of a route's pools as the trades so far leave them.</summary>
    public IReadOnlyDictionary<PoolKey, IPoolModel> ModelsOf(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        return route.Hops.ToDictionary(hop => hop.Pool.Key, hop => ModelOf(hop.Pool.Key));
    }

    /// <summary>Trades a cycle; false, and nothing traded, when the pools do not give exactly its amounts.</summary>
    public bool TryTrade(SizedCycle cycle)
    {
        ArgumentNullException.ThrowIfNull(cycle);
        List<(PoolKey Pool, IPoolModel After)> after = new(cycle.Route.Hops.Length);
        for (int i = 0; i < cycle.Route.Hops.Length; i++)
        {
            Hop hop = cycle.Route.Hops[i];
            SwapRefusal refusal = ModelOf(hop.Pool.Key).SwapExactIn(
                hop.IndexIn, hop.IndexOut, cycle.Amounts[i], out UInt256 amountOut, out IPoolModel next);
            if (refusal != SwapRefusal.None || amountOut != cycle.Amounts[i + 1])
            {
                return false;
            }

            after.Add((hop.Pool.Key, next));
        }

        Trades++;
        foreach ((PoolKey pool, IPoolModel next) in after)
        {
            _traded[pool] = (next, Trades);
        }

        return true;
    }
}
