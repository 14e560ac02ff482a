using System.Collections.Immutable;
using Arb.Domain;

namespace Arb.Engine;

/// <summary>What pools hold, in wei: exact where wrapped ether is in them, by the deepest such pool's price elsewhere. Pure; ranks only.</summary>
public static class PoolValues
{
    /// <summary>Wei on the least of a pool's sides that can be priced.</summary>
    public static Dictionary<PoolKey, UInt256> Of(
        IReadOnlyList<PoolListing> listed, IReadOnlyList<PoolState> states, Address wrappedEther)
    {
        ArgumentNullException.ThrowIfNull(listed);
        ArgumentNullException.ThrowIfNull(states);
        Dictionary<PoolKey, PoolState> known = states.ToDictionary(static state => state.Key);
        List<(PoolListing Pool, ImmutableArray<UInt256> Amounts)> pools = [];
        foreach (PoolListing pool in listed)
        {
            ImmutableArray<UInt256> amounts = known.TryGetValue(pool.Key, out PoolState? state) ? Amounts(state) : [];
            if (amounts.Length == pool.Tokens.Length && !amounts.IsEmpty && !amounts.Contains(UInt256.Zero))
            {
                pools.Add((pool, amounts));
            }
        }

        Dictionary<Address, (UInt256 Wei, UInt256 Units)> prices = Prices(pools, wrappedEther);
        Dictionary<PoolKey, UInt256> values = [];
        foreach ((PoolListing pool, ImmutableArray<UInt256> amounts) in pools)
        {
            UInt256[] sides = [.. amounts.Select((amount, i) => Value(prices, pool.Tokens[i], amount)).OfType<UInt256>()];
            if (sides.Length > 0)
            {
                values[pool.Key] = sides.Min();
            }
        }

        return values;
    }

    /// <summary>
    /// A token's price by the pool with the most ether behind it. Only pools whose two amounts are worth the same tell a price; ether
    /// itself (address zero, Uniswap V4) is worth what wrapped ether is.
    /// </summary>
    private static Dictionary<Address, (UInt256 Wei, UInt256 Units)> Prices(
        List<(PoolListing Pool, ImmutableArray<UInt256> Amounts)> pools, Address wrappedEther)
    {
        (UInt256 Wei, UInt256 Units) one = (UInt256.One << 128, UInt256.One << 128);
        Dictionary<Address, (UInt256 Wei, UInt256 Units)> prices = new() { [wrappedEther] = one, [Address.Zero] = one };
        foreach ((PoolListing pool, ImmutableArray<UInt256> amounts) in pools)
        {
            int ether = pool.Tokens.IndexOf(wrappedEther) is var wrapped and >= 0 ? wrapped : pool.Tokens.IndexOf(Address.Zero);
            if (ether < 0 || !IsEven(pool.Family))
            {
                continue;
            }

            Address token = pool.Tokens[1 - ether];
            if (!prices.TryGetValue(token, out (UInt256 Wei, UInt256 Units) best) || best.Wei < amounts[ether])
            {
                prices[token] = (amounts[ether], amounts[1 - ether]);
            }
        }

        return prices;
    }

    private static bool IsEven(PoolFamily family) =>
        family is PoolFamily.UniswapV2 or PoolFamily.UniswapV3 or PoolFamily.UniswapV4 or PoolFamily.SolidlyVolatile;

    private static UInt256? Value(Dictionary<Address, (UInt256 Wei, UInt256 Units)> prices, Address token, UInt256 amount) =>
        prices.TryGetValue(token, out (UInt256 Wei, UInt256 Units) price) && MulDiv.TryFloor(amount, price.Wei, price.Units, out UInt256 value)
            ? value
            : null;

    /// <summary>Balances, or the reserves a constant product pool of the same active liquidity and price would have.</summary>
    private static ImmutableArray<UInt256> Amounts(PoolState state) => state switch
    {
        ConstantProductState pair => [pair.Reserve0, pair.Reserve1],
        SolidlyState pair => [pair.Reserve0, pair.Reserve1],
        BalancerState balancer => balancer.Balances,
        CurveStableSwapState curve => curve.Balances,
        ConcentratedLiquidityState pool when !pool.SqrtPriceX96.IsZero
            && MulDiv.TryFloor(pool.Liquidity, UInt256.One << 96, pool.SqrtPriceX96, out UInt256 amount0)
            && MulDiv.TryFloor(pool.Liquidity, pool.SqrtPriceX96, UInt256.One << 96, out UInt256 amount1) => [amount0, amount1],
        _ => [],
    };
}
