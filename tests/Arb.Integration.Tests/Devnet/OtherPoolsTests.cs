using System.Collections.Immutable;
using Arb.Devnet.Deployment;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.Integration.Tests.MemoryBank;
using Arb.MemoryBank;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>The devnet's pools of Uniswap V3, Uniswap V4 and Balancer.</summary>
[Collection("Memory bank")]
public sealed class OtherPoolsTests(DeployedChain chain, AzuriteFixture azurite, ITestOutputHelper output)
    : IClassFixture<DeployedChain>
{
    private const int Blocks = 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetContracts Contracts => chain.Contracts;

    [Fact]
    public async Task Discovery_by_events_finds_every_pool_of_every_family()
    {
        TablePoolRegistry registry = new(SharedAzurite.Fresh(azurite));
        PoolCreationReader reader = new(
            chain.Node,
            Contracts.Sources.Select(source => new FactoryOptions(source.Address, source.Dex, source.Fee)
            {
                Family = source.Family,
                Variant = source.Variant,
            }),
            Contracts.Multicall3,
            Contracts.Vault);
        TradingPolicy policy = new()
        {
            ChainId = 31337,
            SlotLength = TimeSpan.FromSeconds(1),
            StartTokens = [Contracts.WrappedEther],
            LiquidityFloorWei = UInt256.Zero,
            MinProfitWei = 1UL,
            MaxGasPriceWei = 1UL,
            MaxSlippageBasisPoints = 1,
            PriorityFeePerGasWei = 1UL,
            BidBasisPoints = 1,
            BidStepBasisPoints = 1,
            BidMaxBasisPoints = 1,
            BidCapWei = 1UL,
        };
        PoolFloor floor = new(registry, new LensStateReader(chain.Node), policy);
        await new PoolDiscovery(reader, registry, chain.Chain, floor, policy).RunAsync(Cancellation);

        ImmutableArray<RegisteredPool> known = await registry.GetPoolsAsync(31337, Cancellation);
        Assert.Equal(
            Contracts.Pools.Select(pool => PoolListing.Of(pool.Info))
                .Concat(Contracts.Others)
                .OrderBy(static pool => pool.Key),
            known.Select(static pool => pool.Listing));
    }

    [Fact]
    public async Task There_are_two_fee_tiers_several_ranges_ether_itself_and_baskets_of_two_and_three()
    {
        ILookup<PoolFamily, PoolListing> byFamily = Contracts.Others.ToLookup(pool => pool.Family);
        Assert.Equal([500, 3_000], byFamily[PoolFamily.UniswapV3].Select(pool => pool.Fee.Value).Distinct().Order());
        Assert.Contains(byFamily[PoolFamily.UniswapV4], pool => pool.Tokens[0].IsZero);
        Assert.Contains(byFamily[PoolFamily.UniswapV4], pool => !pool.Tokens[0].IsZero);
        Assert.Equal([2, 3], byFamily[PoolFamily.BalancerWeighted].Select(pool => pool.Tokens.Length).Distinct().Order());

        BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
        PoolReads reads = await new LensStateReader(chain.Node).ReadAsync(head, Contracts.Others, Cancellation);
        Assert.Equal(Contracts.Others.Length, reads.States.Length);
        foreach (ConcentratedLiquidityState pool in reads.States.OfType<ConcentratedLiquidityState>())
        {
            // Four ranges have eight edges; two of them may fall on one tick.
            Assert.InRange(pool.Ticks.Ticks.Length, 6, 8);
            Assert.Null(pool.FindContradiction());
        }
    }

    [Fact]
    public async Task Traders_move_every_family_and_cycles_of_two_three_and_four_hops_pay_all_the_time()
    {
        Traders traders = await Traders.CreateAsync(
            chain.Node,
            (raw, stop) => chain.Node.CallAsync("eth_sendRawTransaction", w => w.WriteStringValue(Hex.Of(raw.Span)), stop),
            Contracts,
            DeployedChain.Seed,
            Cancellation);
        int[] blocksWith = new int[5];
        HashSet<PoolFamily> families = [];
        int mixed = 0;
        for (int block = 0; block < Blocks; block++)
        {
            BlockStamp head = await chain.Chain.GetHeadAsync(Cancellation);
            int sent = await traders.SendNextAsync(head.BaseFeePerGasWei, Cancellation);
            await chain.MineAsync(Cancellation);
            head = await chain.Chain.GetHeadAsync(Cancellation);
            Assert.Equal(sent, traders.CountMined((await chain.Chain.GetBlockTransactionsAsync(head.Hash, Cancellation))!.Value));
            foreach (Hash256 hash in (await chain.Chain.GetBlockTransactionsAsync(head.Hash, Cancellation))!.Value)
            {
                TransactionReceipt receipt = (await chain.Chain.GetReceiptAsync(hash, Cancellation))!;
                Assert.True(receipt.Succeeded, $"The swap {hash} in block {head.Number} reverted.");
            }

            AllFamilies market = await AllFamilies.ReadAsync(chain, Cancellation);
            ImmutableArray<FoundCycle> cycles = market.Profitable(DevnetGasPrice);
            for (int hops = 2; hops <= 4; hops++)
            {
                blocksWith[hops] += cycles.Any(cycle => cycle.Families.Length == hops) ? 1 : 0;
            }

            families.UnionWith(cycles.SelectMany(cycle => cycle.Families));
            mixed += cycles.Any(cycle => cycle.Families.Length == 4 && cycle.Families.Distinct().Count() >= 3) ? 1 : 0;
        }

        output.WriteLine(
            $"of {Blocks} blocks, with 2 hops {blocksWith[2]}, 3 hops {blocksWith[3]}, 4 hops {blocksWith[4]}, "
            + $"4 hops through three families or more {mixed}");
        Assert.All(blocksWith[2..], count => Assert.InRange(count, Blocks / 2, Blocks));
        Assert.InRange(mixed, Blocks / 2, Blocks);
        Assert.Equal(4, families.Count);
    }

    private static UInt256 DevnetGasPrice => Arb.Devnet.DevnetChain.ReferenceBaseFeePerGasWei;
}
