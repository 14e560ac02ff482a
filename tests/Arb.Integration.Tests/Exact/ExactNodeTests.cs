using System.Text.Json;
using Arb.Domain;
using Arb.Evm;
using Arb.TestKit.Exact;

namespace Arb.Integration.Tests.Exact;

[Collection(nameof(Exact))]
public sealed class ExactNodeTests
{
    [Fact]
    public async Task Node_deploys_real_and_own_contracts_and_tells_of_reverts()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ExactNode node = await ExactNode.StartAsync(cancellation);
        ExactChain chain = node.Chain;

        Address factory = await chain.DeployAsync("UniswapV3Factory", null, cancellation);
        byte[] poolCode = chain.Contract("PancakeV3Pool").CreationBytecode.ToArray();
        Address deployer = await chain.DeployAsync(
            "PancakeV3PoolDeployer", new AbiWriter().Bytes(poolCode), cancellation);

        byte[] owner = await chain.CallAsync(factory, AbiWriter.Call("owner()"), cancellation);
        Assert.Equal(chain.Deployer.Address, new AbiReader(owner).ReadAddress());

        // The pool's constructor asks the factory named here, which has no code.
        AbiWriter deploy = AbiWriter.Call("deploy(address,address,address,uint24,int24)")
            .Address(chain.Deployer.Address).Address(factory).Address(deployer).Number(500UL).Number(10UL);
        JsonElement receipt = await chain.SendAsync(deployer, deploy, cancellation);
        Assert.True(RpcJson.Quantity64(RpcJson.Member(receipt, "gasUsed"), "gasUsed") > 1_000_000);

        // The same pool a second time.
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => chain.SendAsync(deployer, deploy, cancellation));
        Assert.Contains($"0x{Keccak.Selector("PoolNotCreated()"):x8}", error.Message, StringComparison.Ordinal);
    }
}
