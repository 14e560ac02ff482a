using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>Uniswap V3 from @uniswap/v3-core.</summary>
public class UniswapV3Family : ConcentratedLiquidityFamily
{
    /// <inheritdoc/>
    public override string Name => "uniswap-v3";

    /// <inheritdoc/>
    protected override ConcentratedLiquidityVariant Variant => ConcentratedLiquidityVariant.UniswapV3;

    /// <inheritdoc/>
    protected override IReadOnlyList<(int FeePips, int TickSpacing)> Tiers { get; } =
        [(100, 1), (500, 10), (3000, 60), (10_000, 200), (0, 7), (999_999, 16_383)];

    /// <summary>Tiers that the factory's constructor does not enable.</summary>
    protected virtual IReadOnlyList<int> AddedFees { get; } = [100, 0, 999_999];

    /// <inheritdoc/>
    public override async Task<ConcentratedLiquidityDeployment> DeployContractsAsync(
        ExactChain chain, CancellationToken cancellation)
    {
        Address factory = await DeployFactoryAsync(chain, cancellation);
        foreach ((int feePips, int tickSpacing) in Tiers.Where(tier => AddedFees.Contains(tier.FeePips)))
        {
            await chain.SendAsync(
                factory,
                AbiWriter.Call("enableFeeAmount(uint24,int24)").Number((ulong)feePips).Number((ulong)tickSpacing),
                cancellation);
        }

        Address harness = await chain.DeployAsync("UniswapV3Harness", null, cancellation);
        return new ConcentratedLiquidityDeployment(chain, new SwapHarness(chain, harness), factory);
    }

    /// <summary>Deploys the factory.</summary>
    protected virtual Task<Address> DeployFactoryAsync(ExactChain chain, CancellationToken cancellation) =>
        chain.DeployAsync("UniswapV3Factory", null, cancellation);

    /// <summary>Sets the protocol fees; the deployer owns the factory.</summary>
    protected virtual AbiWriter SetProtocolFee(ConcentratedLiquidityPool pool) => AbiWriter.Call("setFeeProtocol(uint8,uint8)")
        .Number((ulong)pool.ProtocolFeeZeroForOne).Number((ulong)pool.ProtocolFeeOneForZero);

    /// <inheritdoc/>
    protected override async Task CreatePoolAsync(
        ConcentratedLiquidityDeployment deployment, ConcentratedLiquidityPool pool, CancellationToken cancellation)
    {
        ExactChain chain = deployment.Chain;
        (Address token0, Address token1) = await DeployTokensAsync(chain, deployment.Harness.Address, cancellation);
        AbiWriter Pair(string function) => AbiWriter.Call($"{function}(address,address,uint24)")
            .Address(token0).Address(token1).Number((ulong)pool.LpFeePips);

        await chain.SendAsync(deployment.Core, Pair("createPool"), cancellation);
        Address address = new AbiReader(await chain.CallAsync(deployment.Core, Pair("getPool"), cancellation)).ReadAddress();
        await chain.SendAsync(address, AbiWriter.Call("initialize(uint160)").Number(pool.SqrtPriceX96), cancellation);
        await chain.SendAsync(address, SetProtocolFee(pool), cancellation);
        await chain.SendAsync(deployment.Harness.Address, AbiWriter.Call("add(address)").Address(address), cancellation);
    }

    /// <inheritdoc/>
    protected override (int ZeroForOne, int OneForZero) ProtocolFee(Random random)
    {
        int Draw() => random.Next(2) == 0 ? 0 : random.Next(4, 11);
        return (Draw(), Draw());
    }
}
