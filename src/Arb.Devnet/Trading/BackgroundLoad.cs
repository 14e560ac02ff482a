using System.Numerics;
using Arb.Devnet.Deployment;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Devnet.Trading;

/// <summary>
/// Stands for the rest of a chain's traffic: one transaction per block that burns gas, more when gas is cheap and
/// less when it is dear. Without it the blocks are nearly empty, the base fee falls by an eighth per block (EIP-1559),
/// and after a minute gas costs nothing and every trade pays.
/// </summary>
internal sealed class BackgroundLoad
{
    // What traders and searchers use of a block, roughly; the base fee settles where the sum meets the gas target.
    private const ulong GasOfOthers = 1_500_000;

    // Below every trader's, so it fills what they leave.
    private const ulong PriorityFeePerGasWei = 1_000_000;

    private readonly JsonRpcClient _node;
    private readonly SendToMempool _send;
    private readonly DevnetContracts _contracts;
    private ulong _nonce;

    private BackgroundLoad(JsonRpcClient node, SendToMempool send, DevnetContracts contracts, ulong nonce)
    {
        _node = node;
        _send = send;
        _contracts = contracts;
        _nonce = nonce;
    }

    /// <summary>Gets it ready.</summary>
    public static async Task<BackgroundLoad> CreateAsync(
        JsonRpcClient node, SendToMempool send, DevnetContracts contracts, CancellationToken cancellation) =>
        new(node, send, contracts, await Accounts.NonceAsync(node, DevnetAccounts.Background.Address, cancellation));

    /// <summary>Sends the load of the next block into the mempool.</summary>
    /// <param name="baseFeePerGasWei">Base fee of the head, wei per gas.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task SendNextAsync(UInt256 baseFeePerGasWei, CancellationToken cancellation)
    {
        Secp256k1Key key = DevnetAccounts.Background;
        UnsignedTransaction transaction = new(
            _contracts.ChainId,
            key.Address,
            _nonce++,
            PriorityFeePerGasWei,
            (baseFeePerGasWei * 8) + PriorityFeePerGasWei,
            Gas(baseFeePerGasWei),
            _contracts.GasBurner,
            UInt256.Zero,
            ReadOnlyMemory<byte>.Empty);
        SignedTransaction signed = Eip1559Transaction.Sign(transaction, key);
        try
        {
            await _send(signed.Raw, cancellation);
        }
        catch (JsonRpcException)
        {
            // Else every later one would wait for a nonce that never comes.
            _nonce = await Accounts.NonceAsync(_node, key.Address, cancellation);
            throw;
        }
    }

    /// <summary>Gas to burn: the target at the reference base fee, up to a quarter more below it and a quarter less above it.</summary>
    internal static ulong Gas(UInt256 baseFeePerGasWei)
    {
        const long target = (long)(DevnetChain.BlockGasLimit / 2);
        const long reference = (long)DevnetChain.ReferenceBaseFeePerGasWei;
        BigInteger wanted = target * (reference - (BigInteger)baseFeePerGasWei) / reference;
        long change = (long)BigInteger.Clamp(wanted, -target / 4, target / 4);
        return (ulong)(target + change) - GasOfOthers;
    }
}
