using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>Creates pools through their factory and makes the first join.</summary>
internal sealed class BalancerPoolCreation(ExactChain chain, BalancerFamily family, Address vault, Address swapper, Address factory)
{
    private const ulong DaySeconds = 86_400;

    private static readonly string PoolCreated = Keccak.Hash256("PoolCreated(address)").ToString();

    /// <summary>Creates one.</summary>
    public async Task<BalancerPool> CreateAsync(
        BalancerPoolPlan plan, Random random, BalancerVaultStorage storage, CancellationToken cancellation)
    {
        JsonElement receipt = await chain.SendAsync(factory, await CreateCallAsync(plan, cancellation), cancellation);
        Address pool = CreatedPool(receipt);
        Hash256 poolId = new AbiReader(await chain.CallAsync(pool, AbiWriter.Call("getPoolId()"), cancellation)).ReadBytes32();
        ImmutableArray<Address> registered = await RegisteredAsync(poolId, cancellation);
        ImmutableArray<int> indices = [.. plan.Tokens.Select(token => registered.IndexOf(token.Address))];
        UInt256[] amounts = new UInt256[registered.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            amounts[indices[i]] = BalancerDraw.WholeUnit(plan.Tokens[i].Decimals) * (ulong)random.Next(100, 1_000_000);
        }

        await chain.SendAsync(
            swapper, AbiWriter.Call("initialise(bytes32,uint256[])").Bytes32(poolId).Numbers(amounts), cancellation);
        BalancerPoolSlots slots = await storage.FindAsync(
            poolId, registered, [.. indices.Select(index => amounts[index])], indices, cancellation);
        return new BalancerPool(family, plan, poolId, indices, await FactorsAsync(pool, plan, indices, cancellation), slots);
    }

    private async Task<AbiWriter> CreateCallAsync(BalancerPoolPlan plan, CancellationToken cancellation)
    {
        Address[] tokens = [.. plan.Tokens.Select(token => token.Address)];
        Address[] providers = await ProvidersAsync(plan, cancellation);
        UInt256[] cacheSeconds = [.. plan.Tokens.Select(_ => (UInt256)DaySeconds)];
        const string Start = "create(string,string,address[],";
        return family.Shape switch
        {
            BalancerShape.Weighted => Named($"{Start}uint256[],uint256,address)", tokens)
                .Numbers(plan.WeightsX18).Number(plan.SwapFeeX18).Address(swapper),
            BalancerShape.WeightedTwoTokens => Named($"{Start}uint256[],uint256,bool,address)", tokens)
                .Numbers(plan.WeightsX18).Number(plan.SwapFeeX18).Bool(plan.Amplification % 2 == 0).Address(swapper),
            BalancerShape.WeightedWithProviders => Named($"{Start}uint256[],address[],uint256,address)", tokens)
                .Numbers(plan.WeightsX18).Addresses(providers).Number(plan.SwapFeeX18).Address(swapper),
            BalancerShape.Stable => Named($"{Start}uint256,uint256,address)", tokens)
                .Number(plan.Amplification).Number(plan.SwapFeeX18).Address(swapper),
            BalancerShape.StablePhantom => Named($"{Start}uint256,address[],uint256[],uint256,address)", tokens)
                .Number(plan.Amplification).Addresses(providers).Numbers(cacheSeconds).Number(plan.SwapFeeX18).Address(swapper),
            BalancerShape.ComposableStable => Named($"{Start}uint256,address[],uint256[],bool[],uint256,address)", tokens)
                .Number(plan.Amplification).Addresses(providers).Numbers(cacheSeconds)
                .Numbers([.. plan.Tokens.Select(_ => UInt256.Zero)]).Number(plan.SwapFeeX18).Address(swapper),
            _ => throw new InvalidOperationException($"No factory makes a {family.Shape}."),
        };
    }

    private static AbiWriter Named(string signature, Address[] tokens) =>
        AbiWriter.Call(signature).Text("pool").Text("BPT").Addresses(tokens);

    private async Task<Address[]> ProvidersAsync(BalancerPoolPlan plan, CancellationToken cancellation)
    {
        Address[] providers = new Address[plan.RatesX18.Length];
        for (int i = 0; i < providers.Length; i++)
        {
            if (!plan.RatesX18[i].IsZero)
            {
                providers[i] = await chain.DeployAsync("FixedRate", new AbiWriter().Number(plan.RatesX18[i]), cancellation);
            }
        }

        return providers;
    }

    private static Address CreatedPool(JsonElement receipt)
    {
        foreach (JsonElement log in RpcJson.Member(receipt, "logs").EnumerateArray())
        {
            ImmutableArray<Hash256> topics = RpcJson.Array(RpcJson.Member(log, "topics"), "topics", RpcJson.Hash);
            if (topics.Length == 2 && topics[0].ToString() == PoolCreated)
            {
                Span<byte> word = stackalloc byte[Hash256.Size];
                topics[1].CopyTo(word);
                return new Address(word[12..]);
            }
        }

        throw new InvalidOperationException("The factory created no pool.");
    }

    private async Task<ImmutableArray<Address>> RegisteredAsync(Hash256 poolId, CancellationToken cancellation)
    {
        byte[] answer = await chain.CallAsync(vault, AbiWriter.Call("getPoolTokens(bytes32)").Bytes32(poolId), cancellation);
        AbiReader tokens = new AbiReader(answer).ReadArray(out int count);
        Address[] registered = new Address[count];
        for (int i = 0; i < count; i++)
        {
            registered[i] = tokens.ReadAddress();
        }

        return [.. registered];
    }

    /// <summary>Scaling factors: what the pool says, or the rule of pools that do not say.</summary>
    private async Task<ImmutableArray<UInt256>> FactorsAsync(
        Address pool, BalancerPoolPlan plan, ImmutableArray<int> indices, CancellationToken cancellation)
    {
        if (family.Shape is not (BalancerShape.StablePhantom or BalancerShape.ComposableStable))
        {
            return [.. plan.Tokens.Select(token => BalancerDraw.WholeUnit(36 - token.Decimals))];
        }

        byte[] answer = await chain.CallAsync(pool, AbiWriter.Call("getScalingFactors()"), cancellation);
        AbiReader factors = new AbiReader(answer).ReadArray(out int count);
        UInt256[] all = new UInt256[count];
        for (int i = 0; i < count; i++)
        {
            all[i] = factors.ReadNumber();
        }

        return [.. indices.Select(index => all[index])];
    }
}
