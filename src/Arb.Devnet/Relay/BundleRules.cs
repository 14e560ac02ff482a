using System.Collections.Immutable;
using Arb.Domain;
using Arb.Engine;

namespace Arb.Devnet.Relay;

/// <summary>
/// What a block demands of transactions before it runs them. anvil's <c>eth_simulateV1</c> enforces none of this
/// (1.7.1 takes any nonce and any fee, even when it is told to validate), so it is checked here, in the words geth
/// uses.
/// </summary>
internal static class BundleRules
{
    /// <summary>
    /// Checks transactions in order on top of <paramref name="nonces"/> and moves the nonces on, or returns why the
    /// first wrong one cannot be in the block.
    /// </summary>
    public static string? Check(
        IEnumerable<BundleTransaction> transactions, NextBlock block, ref ImmutableDictionary<Address, ulong> nonces)
    {
        ImmutableDictionary<Address, ulong> moved = nonces;
        foreach (BundleTransaction transaction in transactions)
        {
            ulong expected = moved[transaction.From];
            if (Wrong(transaction, block, expected) is { } why)
            {
                return $"err: {why}; txhash {transaction.Hash}";
            }

            moved = moved.SetItem(transaction.From, expected + 1);
        }

        nonces = moved;
        return null;
    }

    private static string? Wrong(BundleTransaction transaction, NextBlock block, ulong expectedNonce)
    {
        var envelope = transaction.Envelope;
        if (envelope.ChainId is { } chain && chain != block.ChainId)
        {
            return $"invalid chain id for signer: have {chain} want {block.ChainId}";
        }

        if (envelope.Nonce != expectedNonce)
        {
            string direction = envelope.Nonce < expectedNonce ? "low" : "high";
            return $"nonce too {direction}: address {envelope.From}, tx: {envelope.Nonce} state: {expectedNonce}";
        }

        if (envelope.MaxFeePerGasWei < block.BaseFeePerGasWei)
        {
            return $"max fee per gas less than block base fee: address {envelope.From}, "
                + $"maxFeePerGas: {envelope.MaxFeePerGasWei}, baseFee: {block.BaseFeePerGasWei}";
        }

        // EIP-7825, which anvil does not enforce and mainnet does.
        if (envelope.GasLimit > UnsignedTransaction.GasLimitMax)
        {
            return $"transaction gas limit too high (cap: {UnsignedTransaction.GasLimitMax}, tx: {envelope.GasLimit})";
        }

        return envelope.To is null
            ? "contract creation in a bundle: this devnet cannot simulate it; send it to the mempool"
            : null;
    }
}
