using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Integration.Tests.State;

/// <summary>Balancer pools found by their factories' events and completed from vault and pool.</summary>
public sealed partial class BalancerStateTests
{
    [Fact]
    public async Task Pools_are_discovered_from_factory_events_and_quote_what_the_vault_pays()
    {
        UInt256 fee = Ether / 1_000;
        PoolListing weighted = await CreateAsync("BalancerWeightedFactory20210418", PoolFamily.BalancerWeighted, Named(
            "create(string,string,address[],uint256[],uint256,address)")
            .Numbers([Ether / 2, Ether / 4, Ether / 4]).Number(fee).Address(Own));
        PoolListing stable = await CreateAsync("BalancerStableFactory20210624", PoolFamily.BalancerStable, Named(
            "create(string,string,address[],uint256,uint256,address)")
            .Number(200UL).Number(fee).Address(Own));
        Address multicall3 = await Exact.DeployAsync("Multicall3", null, Cancellation);
        PoolCreationReader reader = new(
            Exact.Node,
            [
                Factory("BalancerWeightedFactory20210418", PoolFamily.BalancerWeighted),
                Factory("BalancerStableFactory20210624", PoolFamily.BalancerStable),
            ],
            multicall3,
            _vault);
        BlockStamp head = await new ChainReader(Exact.Node).GetHeadAsync(Cancellation);
        List<PoolListing> found = [];
        foreach (PoolFactory factory in reader.Factories)
        {
            CreatedPools created = await reader.ReadAsync(factory.Address, 0, head, Cancellation);
            Assert.Equal(head.Number + 1, created.NextBlock);
            found.AddRange(created.Pools);
        }

        Assert.Equal(
            [
                weighted with { Variant = 1, Decimals = [18, 18, 18], Weights = [Ether / 2, Ether / 4, Ether / 4] },
                stable with { Variant = 1, Decimals = [18, 18, 18] },
            ],
            found);
        PoolReads reads = await new LensStateReader(Exact.Node).ReadAsync(head, found, Cancellation);
        foreach ((PoolListing pool, PoolState state) in found.Zip(reads.States))
        {
            Assert.True(MarketView.TryMake(pool, state, out SnapshotPool? made, out string? reason), reason);
            for (int i = 1; i < 10; i++)
            {
                UInt256 amount = (UInt256)Ether * (ulong)i * 11UL / 7UL;
                Assert.Equal(SwapRefusal.None, made.Model.QuoteExactIn(i % 3, (i + 1) % 3, amount, out UInt256 quoted));
                Assert.Equal(await QueryAsync(pool.VaultId, i % 3, (i + 1) % 3, amount), quoted);
            }
        }
    }

    [Fact]
    public async Task Factory_without_a_generation_and_pool_that_the_vault_does_not_know_are_not_listed()
    {
        Assert.Throws<ArgumentException>(() => new PoolCreationReader(
            Exact.Node, [new FactoryOptions(Own, "balancer-v2", new FeePips(0)) { Family = PoolFamily.BalancerWeighted }]));

        // A factory of another vault: its pools have no tokens in ours.
        await CreateAsync("BalancerWeightedFactory20210418", PoolFamily.BalancerWeighted, Named(
            "create(string,string,address[],uint256[],uint256,address)")
            .Numbers([Ether / 2, Ether / 4, Ether / 4]).Number((UInt256)Ether / 1_000UL).Address(Own));
        Address other = await Exact.DeployAsync(
            "BalancerV2Vault", new AbiWriter().Address(Own).Address(Own).Number(0UL).Number(0UL), Cancellation);
        PoolCreationReader reader = new(
            Exact.Node,
            [Factory("BalancerWeightedFactory20210418", PoolFamily.BalancerWeighted)],
            await Exact.DeployAsync("Multicall3", null, Cancellation),
            other);
        BlockStamp head = await new ChainReader(Exact.Node).GetHeadAsync(Cancellation);
        Assert.Empty((await reader.ReadAsync(reader.Factories[0].Address, 0, head, Cancellation)).Pools);
    }

    private FactoryOptions Factory(string name, PoolFamily family) =>
        new(_factories[name], "balancer-v2", new FeePips(1_000)) { Family = family, Variant = "V1" };

    /// <summary>What the vault would pay, by its own dry run.</summary>
    private async Task<UInt256> QueryAsync(Hash256 pool, int tokenIn, int tokenOut, UInt256 amount)
    {
        byte[] answer = await Exact.CallAsync(
            _vault,
            AbiWriter.Call("queryBatchSwap(uint8,(bytes32,uint256,uint256,uint256,bytes)[],address[],(address,bool,address,bool))")
                .Number(0UL)
                .Array(
                    [pool],
                    (writer, id) => writer.Tuple(step => step
                        .Bytes32(id).Number((ulong)tokenIn).Number((ulong)tokenOut).Number(amount).Bytes([])))
                .Addresses(_tokens)
                .Address(Own).Bool(false).Address(Own).Bool(false),
            Cancellation);
        AbiReader deltas = new AbiReader(answer).ReadArray(out int count);
        ImmutableArray<UInt256>.Builder read = ImmutableArray.CreateBuilder<UInt256>(count);
        for (int i = 0; i < count; i++)
        {
            read.Add(deltas.ReadNumber());
        }

        return UInt256.Zero - read[tokenOut];
    }
}
