using Arb.Domain;

namespace Arb.Engine;

/// <summary>What pools hold, in wei: exact where wrapped ether is in them, by the deepest such pool's price elsewhere. Pure; ranks only.</summary>
public static class PoolValues
{
    /// <summary>Wei on the lesser of a pool's two sides, as far as either can be priced.</summary>
    public static Dictionary<PoolKey, UInt256> Of(
        IReadOnlyList<PoolListing> listed, IReadOnlyList<PoolState> states, Address wrappedEther)
    {
        ArgumentNullException.ThrowIfNull(listed);
        ArgumentNullException.ThrowIfNull(states);
        Dictionary<PoolKey, PoolState> known = states.ToDictionary(static state => state.Key);
        List<(PoolListing Pool, UInt256 Amount0, UInt256 Amount1)> pools = [];
        foreach (PoolListing pool in listed)
        {
            if (pool.Tokens.Length == 2
                && known.TryGetValue(pool.Key, out PoolState? state)
                && Amounts(state) is { } amounts
                && !amounts.Amount0.IsZero
                && !amounts.Amount1.IsZero)
            {
                pools.Add((pool, amounts.Amount0, amounts.Amount1));
            }
        }

        Dictionary<Address, (UInt256 Wei, UInt256 Units)> prices = Prices(pools, wrappedEther);
        Dictionary<PoolKey, UInt256> values = [];
        foreach ((PoolListing pool, UInt256 amount0, UInt256 amount1) in pools)
        {
            UInt256? side0 = Value(prices, pool.Tokens[0], amount0);
            UInt256? side1 = Value(prices, pool.Tokens[1], amount1);
            if ((side0 ?? side1) is { } one)
            {
                values[pool.Key] = UInt256.Min(one, side1 ?? one);
            }
        }

        return values;
    }

    /// <summary>A token's price by the pool with the most ether behind it.</summary>
    private static Dictionary<Address, (UInt256 Wei, UInt256 Units)> Prices(
        List<(PoolListing Pool, UInt256 Amount0, UInt256 Amount1)> pools, Address wrappedEther)
    {
        Dictionary<Address, (UInt256 Wei, UInt256 Units)> prices = new() { [wrappedEther] = (UInt256.One << 128, UInt256.One << 128) };
        foreach ((PoolListing pool, UInt256 amount0, UInt256 amount1) in pools)
        {
            int ether = pool.Tokens.IndexOf(wrappedEther);
            if (ether < 0)
            {
                continue;
            }

            (UInt256 wei, UInt256 units) = ether == 0 ? (amount0, amount1) : (amount1, amount0);
            Address token = pool.Tokens[1 - ether];
            if (!prices.TryGetValue(token, out (UInt256 Wei, UInt256 Units) best) || best.Wei < wei)
            {
                prices[token] = (wei, units);
            }
        }

        return prices;
    }

    private static UInt256? Value(Dictionary<Address, (UInt256 Wei, UInt256 Units)> prices, Address token, UInt256 amount) =>
        prices.TryGetValue(token, out (UInt256 Wei, UInt256 Units) price) && MulDiv.TryFloor(amount, price.Wei, price.Units, out UInt256 value)
            ? value
            : null;

    /// <summary>Reserves, or those a constant product pool of the same active liquidity and price would have.</summary>
    private static (UInt256 Amount0, UInt256 Amount1)? Amounts(PoolState state) => state switch
    {
        ConstantProductState pair => (pair.Reserve0, pair.Reserve1),
        ConcentratedLiquidityState pool when !pool.SqrtPriceX96.IsZero
            && MulDiv.TryFloor(pool.Liquidity, UInt256.One << 96, pool.SqrtPriceX96, out UInt256 amount0)
            && MulDiv.TryFloor(pool.Liquidity, pool.SqrtPriceX96, UInt256.One << 96, out UInt256 amount1) => (amount0, amount1),
        _ => null,
    };
}
