using System.Collections.Immutable;
using System.Globalization;
using Arb.Devnet;
using Arb.Devnet.Deployment;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Engine;
using Arb.Search;

namespace Arb.Tests.Devnet.Trading;

/// <summary>The devnet's market as pure model: the same pools and swaps, without a chain.</summary>
internal sealed class ModelMarket
{
    private readonly ImmutableArray<ReferencePool> _reference;
    private readonly ConstantProductPool[] _pools;

    public ModelMarket(ulong seed)
    {
        _reference = ReferenceMarket.Pools(seed);
        _pools = [.. _reference.Select((pool, i) => new ConstantProductPool(
            new PoolInfo(
                AddressOf(100 + i), ReferenceMarket.Exchanges[pool.Exchange],
                AddressOf(1 + pool.BaseToken), AddressOf(1 + pool.QuoteToken), ReferenceMarket.Fee),
            pool.BaseReserve,
            pool.QuoteReserve))];
    }

    public ImmutableArray<ReferencePool> Reference => _reference;

    /// <summary>Does what the pool's router would do.</summary>
    public void Apply(PlannedSwap swap)
    {
        ConstantProductPool pool = _pools[swap.Pool];
        if (swap.SellsBase)
        {
            Assert.True(pool.TryQuoteExactIn(zeroForOne: true, swap.BaseAmount, out UInt256 amountOut));
            _pools[swap.Pool] = pool.After(zeroForOne: true, swap.BaseAmount, amountOut);
        }
        else
        {
            Assert.True(pool.TryQuoteExactOut(zeroForOne: false, swap.BaseAmount, out UInt256 amountIn));
            _pools[swap.Pool] = pool.After(zeroForOne: false, amountIn, swap.BaseAmount);
        }
    }

    /// <summary>The most profitable cycle after gas at the reference base fee; null when none pays.</summary>
    public SizedCycle? BestCycle()
    {
        Address wrappedEther = AddressOf(1 + ReferenceMarket.WrappedEther);
        BlockStamp block = new(DevnetChain.ChainId, 1, default, default, 0, DevnetChain.ReferenceBaseFeePerGasWei, 0, 2);
        FlashLoanTerms loan = new(wrappedEther, DevnetChain.OneEther * 20_000, UInt256.Zero);
        return CycleSearch.FindProfitable(new MarketSnapshot(block, [.. _pools.Select(p => new SnapshotPool(PoolListing.Of(p.Info), p))], [loan]), [wrappedEther], hopsMax: 3)
            .Where(cycle => cycle.GrossProfit > GasCost(cycle))
            .OrderByDescending(cycle => cycle.GrossProfit - GasCost(cycle))
            .FirstOrDefault();
    }

    /// <summary>Trades a cycle through its pools.</summary>
    public void Apply(SizedCycle cycle)
    {
        for (int i = 0; i < cycle.Route.Hops.Length; i++)
        {
            int pool = Array.FindIndex(_pools, p => p.Info.Address == cycle.Route.Hops[i].Pool.Key.Contract);
            _pools[pool] = _pools[pool].After(cycle.Route.Hops[i].ZeroForOne, cycle.Amounts[i], cycle.Amounts[i + 1]);
        }
    }

    /// <summary>Furthest any pool's price is from its reference price, as a fraction.</summary>
    public double FurthestDisplacement() => _pools.Select((pool, i) => Math.Abs(
        (double)pool.Reserve1 / (double)pool.Reserve0
            / ((double)_reference[i].QuoteReserve / (double)_reference[i].BaseReserve)
        - 1)).Max();

    public static UInt256 GasCost(SizedCycle cycle) =>
        (UInt256)GasModel.Estimate(cycle.Route.Hops.Length) * DevnetChain.ReferenceBaseFeePerGasWei;

    private static Address AddressOf(int number) =>
        Address.Parse("0x" + number.ToString("x40", CultureInfo.InvariantCulture));
}
