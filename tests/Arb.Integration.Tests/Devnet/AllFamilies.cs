using System.Collections.Immutable;
using System.Numerics;
using Arb.Devnet;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.Devnet;

/// <summary>A cycle from wrapped ether back to it, through pools of any family.</summary>
/// <param name="Families">Family of each hop's pool.</param>
/// <param name="GrossProfit">Profit at the best of the amounts tried, wei.</param>
internal sealed record FoundCycle(ImmutableArray<PoolFamily> Families, BigInteger GrossProfit);

/// <summary>
/// The devnet's pools of all families as models at one block, and the plainest search there is over them: every cycle, sized by
/// narrowing an interval. It knows nothing of the product's search.
/// </summary>
internal sealed class AllFamilies
{
    private const int HopsMax = 4;

    // An amount that a pool refuses is worse than any that it takes.
    private static readonly BigInteger Ruin = BigInteger.MinusOne << 200;
    private static readonly UInt256 Probe = DevnetChain.OneEther / 1_000UL;

    private readonly ImmutableArray<(PoolFamily Family, ImmutableArray<Address> Tokens, IPoolModel Model)> _pools;
    private readonly Address _wrappedEther;

    private AllFamilies(
        ImmutableArray<(PoolFamily Family, ImmutableArray<Address> Tokens, IPoolModel Model)> pools, Address wrappedEther)
    {
        _pools = pools;
        _wrappedEther = wrappedEther;
    }

    /// <summary>Reads every pool at the head.</summary>
    public static async Task<AllFamilies> ReadAsync(DeployedChain chain, CancellationToken cancellation)
    {
        ImmutableArray<PoolListing> listings =
            [.. chain.Contracts.Pools.Select(pool => PoolListing.Of(pool.Info)), .. chain.Contracts.Others];
        BlockStamp head = await chain.Chain.GetHeadAsync(cancellation);
        PoolReads reads = await new LensStateReader(chain.Node).ReadAsync(head, listings, cancellation);
        Assert.Equal(listings.Length, reads.States.Length);
        return new AllFamilies(
            [
                .. listings.Zip(reads.States, (listing, state) => (
                    listing.Family,
                    listing.Tokens.Select(token => token.IsZero ? chain.Contracts.WrappedEther : token).ToImmutableArray(),
                    Model(listing, state))),
            ],
            chain.Contracts.WrappedEther);
    }

    /// <summary>Every cycle that earns more than its gas.</summary>
    public ImmutableArray<FoundCycle> Profitable(UInt256 gasPriceWei)
    {
        ImmutableArray<FoundCycle>.Builder found = ImmutableArray.CreateBuilder<FoundCycle>();
        Extend([], [_wrappedEther], found, gasPriceWei);
        return found.ToImmutable();
    }

    private void Extend(
        ImmutableArray<int> pools, ImmutableArray<Address> path, ImmutableArray<FoundCycle>.Builder found, UInt256 gasPriceWei)
    {
        for (int i = 0; i < _pools.Length; i++)
        {
            if (pools.Contains(i) || !_pools[i].Tokens.Contains(path[^1]))
            {
                continue;
            }

            foreach (Address next in _pools[i].Tokens)
            {
                if (next == _wrappedEther && pools.Length >= 1 && path[^1] != _wrappedEther)
                {
                    Size(pools.Add(i), path.Add(next), found, gasPriceWei);
                }
                else if (!path.Contains(next) && pools.Length + 1 < HopsMax)
                {
                    Extend(pools.Add(i), path.Add(next), found, gasPriceWei);
                }
            }
        }
    }

    private void Size(
        ImmutableArray<int> pools, ImmutableArray<Address> path, ImmutableArray<FoundCycle>.Builder found, UInt256 gasPriceWei)
    {
        if (Profit(pools, path, Probe) is not { Sign: > 0 })
        {
            return;
        }

        UInt256 low = Probe;
        UInt256 high = DevnetChain.OneEther * 400UL;
        for (int i = 0; i < 40; i++)
        {
            UInt256 third = (high - low) / 3UL;
            UInt256 left = low + third;
            UInt256 right = high - third;
            if ((Profit(pools, path, left) ?? Ruin) < (Profit(pools, path, right) ?? Ruin))
            {
                low = left;
            }
            else
            {
                high = right;
            }
        }

        BigInteger profit = Profit(pools, path, low) ?? 0;
        if (profit > gasPriceWei * (200_000UL + (150_000UL * (ulong)pools.Length)))
        {
            found.Add(new FoundCycle([.. pools.Select(pool => _pools[pool].Family)], profit));
        }
    }

    private BigInteger? Profit(ImmutableArray<int> pools, ImmutableArray<Address> path, UInt256 amountIn)
    {
        UInt256 amount = amountIn;
        for (int i = 0; i < pools.Length; i++)
        {
            (_, ImmutableArray<Address> tokens, IPoolModel model) = _pools[pools[i]];
            if (model.QuoteExactIn(tokens.IndexOf(path[i]), tokens.IndexOf(path[i + 1]), amount, out UInt256 amountOut)
                != SwapRefusal.None)
            {
                return null;
            }

            amount = amountOut;
        }

        return (BigInteger)amount - (BigInteger)amountIn;
    }

    private static IPoolModel Model(PoolListing listing, PoolState state)
    {
        Assert.True(MarketView.TryMake(listing, state, out SnapshotPool? pool, out string? reason), reason);
        return pool.Model;
    }
}
