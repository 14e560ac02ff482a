using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>What a factory's <c>create</c> takes, and which model its pools have.</summary>
internal enum BalancerShape
{
    Weighted,
    WeightedTwoTokens,
    WeightedWithProviders,
    Stable,
    StablePhantom,
    ComposableStable,
}

/// <summary>One factory of Balancer V2 and its pools.</summary>
/// <param name="Name">Kind and date of the deployment.</param>
/// <param name="Shape">What it makes.</param>
/// <param name="Factory">Its artefact.</param>
internal sealed record BalancerFamily(string Name, BalancerShape Shape, string Factory) : IExactFamily
{
    // One call holds a batch of them all; more pools are more weights, amplifications and fees, which are fixed at creation.
    private const int Pools = 48;
    private const ulong DaySeconds = 86_400;

    // Held by the Vault and by the swapper, per token: any number of the Vault's 112-bit balances.
    private static readonly UInt256 Holdings = UInt256.One << 200;

    /// <summary>The factory asks for the contract that tells protocol fees.</summary>
    public bool TakesFeesProvider { get; init; }

    /// <summary>The factory asks for version texts.</summary>
    public bool TakesVersions { get; init; }

    /// <summary>Stable pools of the first generation.</summary>
    public bool IsFirstVersion { get; init; }

    /// <summary>Pools are weighted.</summary>
    public bool IsWeighted => Shape is BalancerShape.Weighted or BalancerShape.WeightedTwoTokens or BalancerShape.WeightedWithProviders;

    /// <inheritdoc/>
    public async Task<IExactWorld> DeployAsync(ExactChain chain, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(chain);
        Random random = new(unchecked((int)(seed ^ (seed >> 32) ^ 0x62616c32)));
        Address someone = chain.Deployer.Address;
        Address vault = await chain.DeployAsync(
            "BalancerV2Vault",
            new AbiWriter().Address(someone).Address(someone).Number(90 * DaySeconds).Number(30 * DaySeconds),
            cancellation);
        Address swapper = await chain.DeployAsync("BalancerSwapper", new AbiWriter().Address(vault), cancellation);
        Address factory = await DeployFactoryAsync(chain, vault, cancellation);
        ImmutableArray<BalancerToken> tokens = await DeployTokensAsync(chain, vault, swapper, cancellation);
        BalancerVaultStorage storage = new(chain, vault);
        ImmutableArray<BalancerPool>.Builder pools = ImmutableArray.CreateBuilder<BalancerPool>(Pools);
        for (int i = 0; i < Pools; i++)
        {
            BalancerPoolPlan plan = BalancerPoolPlan.Draw(random, this, tokens);
            BalancerPoolCreation creation = new(chain, this, vault, swapper, factory);
            pools.Add(await creation.CreateAsync(plan, random, storage, cancellation));
        }

        return new BalancerWorld(chain, swapper, vault, pools.MoveToImmutable());
    }

    private async Task<Address> DeployFactoryAsync(ExactChain chain, Address vault, CancellationToken cancellation)
    {
        AbiWriter arguments = new AbiWriter().Address(vault);
        if (TakesFeesProvider)
        {
            // Protocol fees on yield and on assets under management of up to one half and one tenth; swaps pay neither.
            arguments.Address(await chain.DeployAsync(
                "BalancerProtocolFeesProvider",
                new AbiWriter().Address(vault).Number(500_000_000_000_000_000UL).Number(100_000_000_000_000_000UL),
                cancellation));
        }

        if (TakesVersions)
        {
            arguments.Text("factory").Text("pool");
        }

        return await chain.DeployAsync(Factory, arguments, cancellation);
    }

    private static async Task<ImmutableArray<BalancerToken>> DeployTokensAsync(
        ExactChain chain, Address vault, Address swapper, CancellationToken cancellation)
    {
        List<BalancerToken> tokens = [];
        foreach (int decimals in (int[])[0, 6, 8, 18, 18, 6, 8, 18, 0, 18, 2, 12])
        {
            string name = $"T{tokens.Count}";
            Address address = await chain.DeployAsync(
                "DevToken", new AbiWriter().Text(name).Text(name).Number((ulong)decimals), cancellation);
            foreach (Address holder in (Address[])[vault, swapper])
            {
                await chain.SendAsync(
                    address, AbiWriter.Call("mint(address,uint256)").Address(holder).Number(Holdings), cancellation);
            }

            await chain.SendAsync(swapper, AbiWriter.Call("approve(address)").Address(address), cancellation);
            tokens.Add(new BalancerToken(address, decimals));
        }

        // Pools list their tokens by address.
        tokens.Sort(static (left, right) => left.Address.CompareTo(right.Address));
        return [.. tokens];
    }
}

/// <summary>A token that pools are made of.</summary>
internal sealed record BalancerToken(Address Address, int Decimals);
