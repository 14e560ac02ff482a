using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>Transactions of type 2: encoding, signing, decoding (EIP-1559, EIP-2718).</summary>
public static class Eip1559Transaction
{
    private const byte Type = (byte)TransactionType.DynamicFee;

    /// <summary>What is signed: the type byte and the list without signature.</summary>
    public static byte[] EncodeForSigning(UnsignedTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Encode(transaction, transaction.To, signature: null);
    }

    /// <summary>The envelope a node takes, with its hash.</summary>
    /// <param name="transaction">What was signed.</param>
    /// <param name="signature">Signature by <c>transaction.From</c> over the hash of <see cref="EncodeForSigning"/>.</param>
    /// <exception cref="FormatException">The signature is not by <c>transaction.From</c>.</exception>
    public static SignedTransaction EncodeSigned(UnsignedTransaction transaction, EcdsaSignature signature)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Address signer = Secp256k1Key.Recover(Keccak.Hash256(EncodeForSigning(transaction)), signature);
        if (signer != transaction.From)
        {
            throw new FormatException($"The signature is by {signer}, the transaction is from {transaction.From}.");
        }

        byte[] raw = Encode(transaction, transaction.To, signature);
        return new SignedTransaction(transaction, Keccak.Hash256(raw), raw);
    }

    /// <summary>Signs with a local key.</summary>
    /// <exception cref="ArgumentException">The key is not that of <c>transaction.From</c>.</exception>
    public static SignedTransaction Sign(UnsignedTransaction transaction, Secp256k1Key key)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        CheckSender(transaction, key);
        EcdsaSignature signature = key.Sign(Keccak.Hash256(EncodeForSigning(transaction)));
        byte[] raw = Encode(transaction, transaction.To, signature);
        return new SignedTransaction(transaction, Keccak.Hash256(raw), raw);
    }

    /// <summary>Signs the creation of a contract: <c>Payload</c> is creation code with constructor arguments, <c>To</c> is ignored.</summary>
    /// <exception cref="ArgumentException">The key is not that of <c>transaction.From</c>.</exception>
    public static SignedTransaction SignCreation(UnsignedTransaction transaction, Secp256k1Key key)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        CheckSender(transaction, key);
        EcdsaSignature signature = key.Sign(Keccak.Hash256(Encode(transaction, to: null, signature: null)));
        byte[] raw = Encode(transaction, to: null, signature);
        return new SignedTransaction(transaction, Keccak.Hash256(raw), raw);
    }

    /// <summary>Decodes a call of type 2 and recovers its sender. An access list is accepted and not kept.</summary>
    /// <exception cref="FormatException">It is another type, the creation of a contract, malformed, or not validly signed.</exception>
    public static SignedTransaction Decode(ReadOnlyMemory<byte> raw)
    {
        TransactionEnvelope envelope = TransactionEnvelope.Decode(raw);
        if (envelope.Type != TransactionType.DynamicFee || envelope.To is not { } to || envelope.ChainId is not { } chainId)
        {
            throw new FormatException($"Transaction {envelope.Hash} is not a call of type 2 (EIP-1559).");
        }

        UnsignedTransaction transaction = new(
            chainId, envelope.From, envelope.Nonce, envelope.MaxPriorityFeePerGasWei, envelope.MaxFeePerGasWei,
            envelope.GasLimit, to, envelope.ValueWei, envelope.Payload);
        return new SignedTransaction(transaction, envelope.Hash, raw);
    }

    private static void CheckSender(UnsignedTransaction transaction, Secp256k1Key key)
    {
        if (key.Address != transaction.From)
        {
            throw new ArgumentException($"The {key} cannot sign for {transaction.From}.", nameof(key));
        }
    }

    private static byte[] Encode(UnsignedTransaction transaction, Address? to, EcdsaSignature? signature)
    {
        RlpWriter writer = new();
        writer.Encoded([Type]).List(list =>
        {
            list.Number(transaction.ChainId)
                .Number(transaction.Nonce)
                .Number(transaction.MaxPriorityFeePerGasWei)
                .Number(transaction.MaxFeePerGasWei)
                .Number(transaction.GasLimit)
                .Address(to)
                .Number(transaction.ValueWei)
                .Bytes(transaction.Payload.Span)
                .List(static _ => { });
            if (signature is { } signed)
            {
                list.Number((ulong)signed.YParity).Number(signed.R).Number(signed.S);
            }
        });
        return writer.ToArray();
    }
}
