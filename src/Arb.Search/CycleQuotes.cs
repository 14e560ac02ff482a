using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Search;

/// <summary>
/// Exact amounts along one route. Position k is the token before hop k: 0 is the notional, the number of hops what comes back.
/// </summary>
internal sealed class CycleQuotes
{
    private readonly ConstantProductPool[] _pools;
    private readonly bool[] _zeroForOne;

    private CycleQuotes(ConstantProductPool[] pools, bool[] zeroForOne)
    {
        _pools = pools;
        _zeroForOne = zeroForOne;
    }

    public int Hops => _pools.Length;

    /// <summary>False when a pool has no liquidity.</summary>
    /// <exception cref="ArgumentException">A pool of the route is not among the pools.</exception>
    public static bool TryCreate(Route route, IReadOnlyDictionary<PoolKey, IPoolModel> pools, out CycleQuotes quotes)
    {
        ConstantProductPool[] along = new ConstantProductPool[route.Hops.Length];
        bool[] zeroForOne = new bool[route.Hops.Length];
        bool liquid = true;
        for (int i = 0; i < along.Length; i++)
        {
            Hop hop = route.Hops[i];
            if (!pools.TryGetValue(hop.Pool.Key, out IPoolModel? model))
            {
                throw new ArgumentException($"Pool {hop.Pool.Key} of the route is not among the pools given.", nameof(pools));
            }

            if (model is not ConstantProductPool pool)
            {
                quotes = new CycleQuotes([], []);
                return false;
            }

            along[i] = pool;
            zeroForOne[i] = hop.ZeroForOne;
            liquid &= !pool.Reserve0.IsZero && !pool.Reserve1.IsZero;
        }

        quotes = new CycleQuotes(along, zeroForOne);
        return liquid;
    }

    /// <summary>The unrounded map from one position to a later one.</summary>
    public MobiusMap Map(int from, int to)
    {
        MobiusMap map = MobiusMap.Of(_pools[from], _zeroForOne[from]);
        for (int i = from + 1; i < to; i++)
        {
            map = map.Then(MobiusMap.Of(_pools[i], _zeroForOne[i]));
        }

        return map;
    }

    /// <summary>What an amount at one position becomes at a later one; false when a swap on the way would revert.</summary>
    public bool TryForward(int from, int to, UInt256 amount, out UInt256 result)
    {
        result = amount;
        for (int i = from; i < to; i++)
        {
            if (!_pools[i].TryQuoteExactIn(_zeroForOne[i], result, out result))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The least notional that becomes at least an amount at a position; false when none does.</summary>
    public bool TryLeastNotional(int at, UInt256 amount, out UInt256 notional)
    {
        notional = amount;
        for (int i = at - 1; i >= 0; i--)
        {
            if (!_pools[i].TryQuoteExactOut(_zeroForOne[i], notional, out notional))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The greatest notional that overflows no reserve on its way.</summary>
    public UInt256 NotionalMax()
    {
        UInt256 most = UInt256.MaxValue;
        for (int i = 0; i < Hops; i++)
        {
            UInt256 room = ConstantProductPool.ReserveMax - _pools[i].Reserves(_zeroForOne[i]).In;
            // Where no notional brings more than the room, this hop cannot overflow before an earlier one does.
            if (TryLeastNotional(i, room + UInt256.One, out UInt256 tooMuch))
            {
                most = UInt256.Min(most, tooMuch - UInt256.One);
            }
        }

        return most;
    }

    /// <summary>Notional, then the output of each hop; false when a swap would revert.</summary>
    public bool TryAmounts(UInt256 notional, out ImmutableArray<UInt256> amounts)
    {
        UInt256[] along = new UInt256[Hops + 1];
        along[0] = notional;
        amounts = [];
        for (int i = 0; i < Hops; i++)
        {
            if (!_pools[i].TryQuoteExactIn(_zeroForOne[i], along[i], out along[i + 1]))
            {
                return false;
            }
        }

        amounts = ImmutableArray.Create(along);
        return true;
    }
}
