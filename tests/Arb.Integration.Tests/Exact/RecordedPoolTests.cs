using System.Collections.Immutable;
using Arb.Domain;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.Exact;

/// <summary>Recorded mainnet pools, their hundreds of ticks minted on real Uniswap V3 bytecode.</summary>
[Collection(nameof(Exact))]
public sealed class RecordedPoolTests(ITestOutputHelper output)
{
    private const int Quotes = 6_000;
    private const int Batch = 2_000;

    [Fact]
    public async Task Recorded_pools_quote_as_the_bytecode_does()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ExactNode node = await ExactNode.StartAsync(cancellation);
        UniswapV3Family family = new();
        ConcentratedLiquidityDeployment deployment = await family.DeployContractsAsync(node.Chain, cancellation);
        ImmutableArray<ConcentratedLiquidityPool> recorded = RecordedTicks.Load();
        for (int i = 0; i < recorded.Length; i++)
        {
            ConcentratedLiquidityPool pool = recorded[i];
            ConcentratedLiquidityPool empty = new(
                pool.Variant, pool.LpFeePips, new TickTable(pool.Ticks.TickSpacing, []),
                pool.SqrtPriceX96, TickMath.TickAtSqrtPrice(pool.SqrtPriceX96), 0);
            ConcentratedLiquidityPool minted = await family.AddPoolAsync(
                deployment, i, empty, RecordedTicks.Ranges(pool.Ticks), cancellation);
            Assert.Equal(
                pool.Ticks.Ticks.Select(tick => (tick.Index, tick.LiquidityNet)),
                minted.Ticks.Ticks.Select(tick => (tick.Index, tick.LiquidityNet)));
        }

        ConcentratedLiquidityWorld world =
            await ConcentratedLiquidityWorld.OpenAsync(deployment.Harness, recorded, cancellation);
        int seed = Random.Shared.Next();
        output.WriteLine($"{recorded.Sum(pool => pool.Ticks.Ticks.Length)} ticks in {recorded.Length} pools, seed {seed}");
        Random random = new(seed);
        for (int done = 0; done < Quotes; done += Batch)
        {
            ExactBatch batch = await world.CheckAsync(random, Batch, cancellation);
            Assert.Equal([], batch.Mismatches);
        }
    }
}
