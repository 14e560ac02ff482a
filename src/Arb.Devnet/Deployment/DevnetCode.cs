using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Devnet.Deployment;

/// <summary>Creation code of everything the devnet deploys, with constructor arguments.</summary>
internal sealed class DevnetCode(ToolSet tools)
{
    // How long the vault's guardians could pause it; nobody does here, but its constructor wants values (≤ 90 and ≤ 30 days).
    private const ulong PauseWindowSeconds = 90 * 24 * 60 * 60;
    private const ulong PauseBufferSeconds = 30 * 24 * 60 * 60;

    public byte[] Multicall3 => Real("Multicall3");

    public byte[] WrappedEther => Real("WETH9");

    /// <summary>A contract that loops until little gas is left.</summary>
    public static byte[] GasBurner => Hex.Parse(GasBurnerSource);

    public byte[] Token(ReferenceToken token) =>
        Own("DevToken", new AbiWriter().Text(token.Name).Text(token.Symbol).Number((ulong)token.Decimals));

    public byte[] Factory(int exchange, Address feeToSetter) =>
        Real(exchange == 0 ? "UniswapV2Factory" : "SushiFactory", new AbiWriter().Address(feeToSetter));

    public byte[] Router(int exchange, Address factory, Address wrappedEther) =>
        Real(
            exchange == 0 ? "UniswapV2Router02" : "SushiRouter",
            new AbiWriter().Address(factory).Address(wrappedEther));

    /// <summary>An account serves as authorizer: it is asked only for governance, never for a flash loan.</summary>
    public byte[] Vault(Address authorizer, Address wrappedEther) =>
        Real(
            "BalancerV2Vault",
            new AbiWriter().Address(authorizer).Address(wrappedEther).Number(PauseWindowSeconds).Number(PauseBufferSeconds));

    public byte[] Executor(
        Address owner,
        Address recipient,
        Address vault,
        Address poolManager,
        Address wrappedEther,
        IReadOnlyList<Address> operators) =>
        Own(
            "ArbExecutor",
            new AbiWriter().Address(owner).Address(recipient).Address(vault).Address(poolManager).Address(wrappedEther)
                .Addresses(operators));

    // Creation: push1 10, push1 12, push1 0, codecopy, push1 10, push1 0, return.
    // Runtime: loop: jumpdest, push2 200, gas, gt, push1 0, jumpi (back while more than 200 gas is left), stop.
    private const string GasBurnerSource = "0x600a600c600039600a6000f3" + "5b6100c85a1160005700";

    private byte[] Real(string name, AbiWriter? arguments = null) => With(tools.Artifacts.Load(name), arguments);

    private byte[] Own(string name, AbiWriter arguments) => With(tools.Contracts.Load(name), arguments);

    private static byte[] With(ContractArtifact artifact, AbiWriter? arguments) =>
        [.. artifact.CreationBytecode.Span, .. arguments?.ToArray() ?? []];
}
