using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>Pancake V3 from @pancakeswap/v3-core, with our own deployer (<c>contracts/harness/PancakeV3PoolDeployer.sol</c>).</summary>
public sealed class PancakeV3Family : UniswapV3Family
{
    /// <inheritdoc/>
    public override string Name => "pancake-v3";

    /// <inheritdoc/>
    protected override ConcentratedLiquidityVariant Variant => ConcentratedLiquidityVariant.PancakeV3;

    /// <inheritdoc/>
    protected override IReadOnlyList<(int FeePips, int TickSpacing)> Tiers { get; } =
        [(100, 1), (500, 10), (2500, 50), (10_000, 200), (0, 7), (999_999, 16_383)];

    /// <inheritdoc/>
    protected override IReadOnlyList<int> AddedFees { get; } = [0, 999_999];

    /// <inheritdoc/>
    protected override async Task<Address> DeployFactoryAsync(ExactChain chain, CancellationToken cancellation)
    {
        byte[] poolCode = chain.Contract("PancakeV3Pool").CreationBytecode.ToArray();
        Address deployer = await chain.DeployAsync("PancakeV3PoolDeployer", new AbiWriter().Bytes(poolCode), cancellation);
        return await chain.DeployAsync("PancakeV3Factory", new AbiWriter().Address(deployer), cancellation);
    }

    /// <inheritdoc/>
    protected override AbiWriter SetProtocolFee(ConcentratedLiquidityPool pool) => AbiWriter.Call("setFeeProtocol(uint32,uint32)")
        .Number((ulong)pool.ProtocolFeeZeroForOne).Number((ulong)pool.ProtocolFeeOneForZero);

    /// <inheritdoc/>
    protected override (int ZeroForOne, int OneForZero) ProtocolFee(Random random)
    {
        int Draw() => random.Next(2) == 0 ? 0 : random.Next(1000, 4001);
        return (Draw(), Draw());
    }
}
