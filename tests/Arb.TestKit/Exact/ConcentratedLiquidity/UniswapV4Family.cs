using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>Uniswap V4's pool manager from @uniswap/v4-core: no hooks, static fees, with and without the native currency.</summary>
public sealed class UniswapV4Family : ConcentratedLiquidityFamily
{
    /// <inheritdoc/>
    public override string Name => "uniswap-v4";

    /// <inheritdoc/>
    protected override ConcentratedLiquidityVariant Variant => ConcentratedLiquidityVariant.UniswapV4;

    /// <inheritdoc/>
    protected override IReadOnlyList<(int FeePips, int TickSpacing)> Tiers { get; } =
        [(0, 1), (100, 1), (500, 10), (3000, 60), (10_000, 200), (1_000_000, 60), (999_999, 32_767), (123_457, 7)];

    /// <inheritdoc/>
    public override async Task<ConcentratedLiquidityDeployment> DeployContractsAsync(
        ExactChain chain, CancellationToken cancellation)
    {
        Address manager = await chain.DeployAsync(
            "UniswapV4PoolManager", new AbiWriter().Address(chain.Deployer.Address), cancellation);
        Address harness = await chain.DeployAsync("UniswapV4Harness", new AbiWriter().Address(manager), cancellation);
        await chain.SendAsync(
            manager, AbiWriter.Call("setProtocolFeeController(address)").Address(harness), cancellation);
        await chain.Node.CallAsync(
            "anvil_setBalance",
            writer =>
            {
                writer.WriteStringValue(harness.ToString());
                writer.WriteStringValue(Hex.Quantity(Funds));
            },
            cancellation);
        return new ConcentratedLiquidityDeployment(chain, new SwapHarness(chain, harness), manager);
    }

    /// <inheritdoc/>
    protected override async Task CreatePoolAsync(
        ConcentratedLiquidityDeployment deployment, ConcentratedLiquidityPool pool, CancellationToken cancellation)
    {
        ExactChain chain = deployment.Chain;
        Address owner = deployment.Harness.Address;
        // A third of the pools trade ether; the seed decides which, through the price.
        (Address currency0, Address currency1) = (ulong)pool.SqrtPriceX96 % 3 == 0
            ? (default, await DeployTokenAsync(chain, owner, cancellation))
            : await DeployTokensAsync(chain, owner, cancellation);
        int protocolFee = pool.ProtocolFeeZeroForOne | (pool.ProtocolFeeOneForZero << 12);
        await chain.SendAsync(
            owner,
            AbiWriter.Call("add((address,address,uint24,int24,address),uint160,uint24)")
                .Address(currency0).Address(currency1)
                .Number((ulong)pool.LpFeePips).Number((ulong)pool.Ticks.TickSpacing).Address(default)
                .Number(pool.SqrtPriceX96).Number((ulong)protocolFee),
            cancellation);
    }

    /// <inheritdoc/>
    protected override (int ZeroForOne, int OneForZero) ProtocolFee(Random random)
    {
        int Draw() => random.Next(3) switch
        {
            0 => 0,
            1 => ConcentratedLiquidityPool.ProtocolFeePipsMax,
            _ => random.Next(1, ConcentratedLiquidityPool.ProtocolFeePipsMax),
        };
        return (Draw(), Draw());
    }
}
