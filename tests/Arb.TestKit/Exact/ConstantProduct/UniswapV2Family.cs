using System.Collections.Immutable;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact.ConstantProduct;

/// <summary>
/// Pairs of Uniswap V2 and of its forks by fee, each made by its own factory: Uniswap and Sushi take 0.3%, and the Pancake factory of
/// the npm package is that of its first version, which takes 0.2% (PancakePair.sol: <c>mul(1000).sub(amount0In.mul(2))</c>).
/// </summary>
public sealed class UniswapV2Family : IExactFamily
{
    private static readonly ImmutableArray<(string Factory, string Dex, FeePips Fee)> Forks =
    [
        ("UniswapV2Factory", "uniswap-v2", new FeePips(3000)),
        ("SushiFactory", "sushi-v2", new FeePips(3000)),
        ("PancakeFactory", "pancake-v1", new FeePips(2000)),
    ];

    // Enough for any trial, and two of them fit the total supply.
    private static UInt256 TokensOfHarness => UInt256.One << 254;

    /// <inheritdoc/>
    public string Name => "uniswap-v2";

    /// <inheritdoc/>
    public async Task<IExactWorld> DeployAsync(ExactChain chain, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(chain);
        Address harness = await chain.DeployAsync("UniswapV2Harness", null, cancellation);
        Address one = await DeployTokenAsync(chain, "A", harness, cancellation);
        Address other = await DeployTokenAsync(chain, "B", harness, cancellation);
        (Address token0, Address token1) = one < other ? (one, other) : (other, one);
        ImmutableArray<PoolInfo>.Builder pairs = ImmutableArray.CreateBuilder<PoolInfo>();
        foreach ((string factoryName, string dex, FeePips fee) in Forks)
        {
            AbiWriter feeToSetter = new AbiWriter().Address(chain.Deployer.Address);
            Address factory = await chain.DeployAsync(factoryName, feeToSetter, cancellation);
            await chain.SendAsync(
                factory, AbiWriter.Call("createPair(address,address)").Address(token0).Address(token1), cancellation);
            byte[] answer = await chain.CallAsync(
                factory, AbiWriter.Call("getPair(address,address)").Address(token0).Address(token1), cancellation);
            pairs.Add(new PoolInfo(new AbiReader(answer).ReadAddress(), dex, token0, token1, fee));
        }

        // Reserves are drawn with the requests: every group has its own.
        return new UniswapV2World(chain, harness, pairs.ToImmutable());
    }

    private static async Task<Address> DeployTokenAsync(
        ExactChain chain, string symbol, Address holder, CancellationToken cancellation)
    {
        AbiWriter arguments = new AbiWriter().Text(symbol).Text(symbol).Number(18);
        Address token = await chain.DeployAsync("DevToken", arguments, cancellation);
        await chain.SendAsync(
            token, AbiWriter.Call("mint(address,uint256)").Address(holder).Number(TokensOfHarness), cancellation);
        return token;
    }
}
