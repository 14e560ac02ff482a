using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Integration.Tests.Evm;
using Arb.Integration.Tests.MemoryBank;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>Discovery by events against what the factories themselves list.</summary>
[Collection("Memory bank")]
public sealed class PoolCreationTests(DeployedChain chain, AzuriteFixture azurite) : IClassFixture<DeployedChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FactoryOptions[] Factories =>
        [.. chain.Contracts.Exchanges.Select(static e => new FactoryOptions(e.Factory, e.Dex, e.Fee))];

    [Fact]
    public async Task Events_give_every_pool_the_factories_list_and_the_next_run_goes_on_from_the_cursor()
    {
        TablePoolRegistry registry = new(SharedAzurite.Fresh(azurite));
        PoolCreationReader reader = new(chain.Node, Factories);
        PoolDiscovery discovery = Discovery(registry, reader, UInt256.Zero);
        ImmutableArray<DiscoveryProgress> first = await discovery.RunAsync(Cancellation);
        Assert.All(first, static progress => Assert.True(progress is { Complete: true, Fault: null }));

        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        ImmutableArray<PoolInfo> listed =
            await new FactoryPoolDiscovery(chain.Node, chain.Contracts.Multicall3, Factories).DiscoverAsync(head, Cancellation);
        ImmutableArray<RegisteredPool> known = await registry.GetPoolsAsync(31337, Cancellation);
        Assert.Equal(
            listed.Select(PoolListing.Of).OrderBy(static pool => pool.Key), known.Select(static pool => pool.Listing));
        foreach (FactoryOptions factory in Factories)
        {
            Assert.Equal(head.Number + 1, (await registry.GetCursorAsync(31337, factory.Factory, Cancellation))!.NextBlock);
        }
    }

    [Fact]
    public async Task Pools_below_the_floor_are_kept_out_with_the_reason_and_let_in_when_it_falls()
    {
        TablePoolRegistry registry = new(SharedAzurite.Fresh(azurite));
        PoolCreationReader reader = new(chain.Node, Factories);
        UInt256 ether = 1_000_000_000_000_000_000UL;
        await Discovery(registry, reader, ether * 1_000UL).RunAsync(Cancellation);
        ImmutableArray<RegisteredPool> pools = await registry.GetPoolsAsync(31337, Cancellation);
        MarketSnapshot snapshot = await chain.SnapshotAsync(Cancellation);
        foreach (ConstantProductPool pool in snapshot.Pools.Select(p => (ConstantProductPool)p.Model).Where(p =>
            p.Info.Token0 == chain.Contracts.WrappedEther || p.Info.Token1 == chain.Contracts.WrappedEther))
        {
            UInt256 wei = pool.Reserves(pool.Info.Token0 == chain.Contracts.WrappedEther).In;
            string? excluded = pools.Single(p => p.Listing.Key.Contract == pool.Info.Address).Excluded;
            Assert.Equal(wei < ether * 900UL, excluded is not null && wei < ether * 900UL);
        }

        Assert.Contains(pools, static pool => pool.Excluded?.StartsWith(PoolFloor.Reason, StringComparison.Ordinal) == true);
        await Discovery(registry, reader, ether).RunAsync(Cancellation);
        Assert.All(await registry.GetPoolsAsync(31337, Cancellation), static pool => Assert.Null(pool.Excluded));
    }

    private PoolDiscovery Discovery(TablePoolRegistry registry, PoolCreationReader reader, UInt256 floor)
    {
        TradingPolicy policy = new()
        {
            ChainId = 31337,
            SlotLength = TimeSpan.FromSeconds(1),
            StartTokens = [chain.Contracts.WrappedEther],
            LiquidityFloorWei = floor,
            MinProfitWei = 1UL,
            MaxGasPriceWei = 1UL,
            MaxSlippageBasisPoints = 1,
            PriorityFeePerGasWei = 1UL,
            BidBasisPoints = 1,
            BidStepBasisPoints = 1,
            BidMaxBasisPoints = 1,
            BidCapWei = 1UL,
        };
        return new PoolDiscovery(reader, registry, chain.Chain, new PoolFloor(registry, new LensStateReader(chain.Node), policy), policy);
    }
}
