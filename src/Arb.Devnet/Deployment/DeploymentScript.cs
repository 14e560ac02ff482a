using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Deployment;

/// <summary>
/// Writes down one account's transactions in the order of their nonces. Addresses of contracts follow from the nonces,
/// so everything is signed before anything is sent.
/// </summary>
internal sealed class DeploymentScript(Secp256k1Key sender, ulong firstNonce, ICollection<DeploymentStep> steps)
{
    // The greatest creation, Balancer's vault, uses 6.1 million; the greatest call, a pair's first liquidity, 2.7 million.
    private const ulong CreationGasLimit = 7_500_000;
    private const ulong LiquidityGasLimit = 3_500_000;
    private const ulong CallGasLimit = 150_000;
    private const ulong MaxFeePerGasWei = 100 * DevnetChain.ReferenceBaseFeePerGasWei;

    private ulong _nonce = firstNonce;

    /// <summary>Creates a contract and returns where it will be.</summary>
    public Address Create(string name, byte[] creationCode)
    {
        Address created = ContractAddress.OfCreation(sender.Address, _nonce);
        UnsignedTransaction transaction = Next(Address.Zero, UInt256.Zero, CreationGasLimit, creationCode);
        steps.Add(new DeploymentStep(
            $"create {name}", Eip1559Transaction.SignCreation(transaction, sender), created));
        return created;
    }

    /// <summary>Wraps ether.</summary>
    public void Wrap(Address wrappedEther, UInt256 amountWei) =>
        Call("wrap ether", wrappedEther, AbiWriter.Call("deposit()"), CallGasLimit, amountWei);

    /// <summary>Mints a devnet token.</summary>
    public void Mint(TokenInfo token, Address to, UInt256 amount) =>
        Call(
            $"mint {token.Symbol}",
            token.Address,
            AbiWriter.Call("mint(address,uint256)").Address(to).Number(amount),
            CallGasLimit);

    /// <summary>Sends a token.</summary>
    public void Transfer(TokenInfo token, Address to, UInt256 amount) =>
        Call(
            $"send {token.Symbol}",
            token.Address,
            AbiWriter.Call("transfer(address,uint256)").Address(to).Number(amount),
            CallGasLimit);

    /// <summary>Lets a router take any amount of a token.</summary>
    public void Approve(TokenInfo token, Address spender) =>
        Call(
            $"approve {token.Symbol}", token.Address,
            AbiWriter.Call("approve(address,uint256)").Address(spender).Number(UInt256.MaxValue),
            CallGasLimit);

    /// <summary>Calls a contract.</summary>
    public void Call(string name, Address to, AbiWriter call, ulong gasLimit, UInt256 valueWei = default) =>
        steps.Add(new DeploymentStep(
            $"{name} by {sender.Address}",
            Eip1559Transaction.Sign(Next(to, valueWei, gasLimit, call.ToArray()), sender),
            Created: null));

    /// <summary>Creates a pair and gives it its first liquidity.</summary>
    public void AddLiquidity(DevnetExchange exchange, TokenInfo a, TokenInfo b, UInt256 amountA, UInt256 amountB) =>
        Call(
            $"add liquidity to {a.Symbol}/{b.Symbol} on {exchange.Dex}",
            exchange.Router,
            AbiWriter.Call("addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)")
                .Address(a.Address).Address(b.Address)
                .Number(amountA).Number(amountB).Number(amountA).Number(amountB)
                .Address(sender.Address).Number(UInt256.MaxValue),
            LiquidityGasLimit);

    private UnsignedTransaction Next(Address to, UInt256 valueWei, ulong gasLimit, byte[] payload) => new(
        DevnetChain.ChainId, sender.Address, _nonce++, UInt256.Zero, MaxFeePerGasWei, gasLimit, to, valueWei, payload);
}
