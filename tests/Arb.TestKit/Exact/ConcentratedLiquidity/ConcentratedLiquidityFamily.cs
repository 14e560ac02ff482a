using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>Pools of concentrated liquidity of one exchange, in all its fee tiers and some that governance could add.</summary>
public abstract class ConcentratedLiquidityFamily : IExactFamily
{
    private const int PoolsPerTier = 3;
    private const int RangesMax = 60;

    /// <summary>What the harness owns of each token: more than all swaps and mints together take.</summary>
    protected static UInt256 Funds => UInt256.One << 240;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Whose contract it is.</summary>
    protected abstract ConcentratedLiquidityVariant Variant { get; }

    /// <summary>Fee and tick spacing of the pools.</summary>
    protected abstract IReadOnlyList<(int FeePips, int TickSpacing)> Tiers { get; }

    /// <inheritdoc/>
    public async Task<IExactWorld> DeployAsync(ExactChain chain, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(chain);
        Random random = new(unchecked((int)(seed ^ (seed >> 32))));
        ConcentratedLiquidityDeployment deployment = await DeployContractsAsync(chain, cancellation);
        List<ConcentratedLiquidityPool> pools = [];
        for (int i = 0; i < PoolsPerTier; i++)
        {
            foreach ((int feePips, int tickSpacing) in Tiers)
            {
                UInt256 price = Price(random, tickSpacing);
                (int zeroForOne, int oneForZero) = ProtocolFee(random);
                ConcentratedLiquidityPool pool = new(
                    Variant, feePips, new TickTable(tickSpacing, []), price, TickMath.TickAtSqrtPrice(price), 0, zeroForOne, oneForZero);
                pools.Add(await AddPoolAsync(deployment, pools.Count, pool, random, cancellation));
            }
        }

        return await ConcentratedLiquidityWorld.OpenAsync(deployment.Harness, pools, cancellation);
    }

    /// <summary>Deploys one pool in a given state, such as a recorded one, with its ticks.</summary>
    /// <param name="deployment">The contracts.</param>
    /// <param name="index">Number of the pool in the harness.</param>
    /// <param name="empty">Its state before any liquidity.</param>
    /// <param name="ranges">The liquidity.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Its model.</returns>
    public async Task<ConcentratedLiquidityPool> AddPoolAsync(
        ConcentratedLiquidityDeployment deployment,
        int index,
        ConcentratedLiquidityPool empty,
        IReadOnlyList<LiquidityRange> ranges,
        CancellationToken cancellation)
    {
        await CreatePoolAsync(deployment, empty, cancellation);
        ConcentratedLiquidityPool pool = empty;
        foreach (LiquidityRange[] some in ranges.Chunk(RangesMax))
        {
            await deployment.Harness.MintAsync(index, some, cancellation);
            foreach (LiquidityRange range in some)
            {
                pool = pool.WithLiquidity(range.Lower, range.Upper, (Int128)range.Liquidity);
            }
        }

        return pool;
    }

    /// <summary>Deploys everything but pools.</summary>
    public abstract Task<ConcentratedLiquidityDeployment> DeployContractsAsync(ExactChain chain, CancellationToken cancellation);

    /// <summary>Creates and initialises a pool and tells the harness of it.</summary>
    protected abstract Task CreatePoolAsync(
        ConcentratedLiquidityDeployment deployment, ConcentratedLiquidityPool pool, CancellationToken cancellation);

    /// <summary>Draws protocol fees in the contract's own unit.</summary>
    protected abstract (int ZeroForOne, int OneForZero) ProtocolFee(Random random);

    /// <summary>Deploys two tokens, in order, that the harness owns enough of.</summary>
    protected static async Task<(Address Token0, Address Token1)> DeployTokensAsync(
        ExactChain chain, Address owner, CancellationToken cancellation)
    {
        Address a = await DeployTokenAsync(chain, owner, cancellation);
        Address b = await DeployTokenAsync(chain, owner, cancellation);
        return a < b ? (a, b) : (b, a);
    }

    /// <summary>Deploys a token that the harness owns enough of.</summary>
    protected static async Task<Address> DeployTokenAsync(ExactChain chain, Address owner, CancellationToken cancellation)
    {
        Address token = await chain.DeployAsync(
            "DevToken", new AbiWriter().Text("token").Text("T").Number(18UL), cancellation);
        await chain.SendAsync(
            token, AbiWriter.Call("mint(address,uint256)").Address(owner).Number(Funds), cancellation);
        return token;
    }

    private Task<ConcentratedLiquidityPool> AddPoolAsync(
        ConcentratedLiquidityDeployment deployment,
        int index,
        ConcentratedLiquidityPool empty,
        Random random,
        CancellationToken cancellation)
    {
        LiquidityPlan plan = new(random, empty.Ticks.TickSpacing, empty.SqrtPriceX96);
        int count = random.Next(8) == 0 ? 0 : 1 << random.Next(1, 7);
        return AddPoolAsync(deployment, index, empty, plan.Draw(count), cancellation);
    }

    private static UInt256 Price(Random random, int tickSpacing)
    {
        int tick = random.Next(10) switch
        {
            0 => TickMath.TickMin + random.Next(3 * tickSpacing),
            1 => TickMath.TickMax - 1 - random.Next(3 * tickSpacing),
            2 => random.Next(TickMath.TickMin, TickMath.TickMax),
            3 => 0,
            _ => random.Next(-200_000, 200_000),
        };
        UInt256 price = TickMath.SqrtPriceAtTick(tick);
        UInt256 above = TickMath.SqrtPriceAtTick(tick + 1) - price;
        return random.Next(3) == 0 ? price : price + ((ulong)random.NextInt64() % above);
    }
}

/// <summary>The contracts of one exchange and the harness.</summary>
/// <param name="Chain">Where they are.</param>
/// <param name="Harness">The harness.</param>
/// <param name="Core">Factory or pool manager.</param>
public sealed record ConcentratedLiquidityDeployment(ExactChain Chain, SwapHarness Harness, Address Core);
