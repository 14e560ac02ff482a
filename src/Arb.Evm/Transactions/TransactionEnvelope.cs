using Arb.Domain;

namespace Arb.Evm;

/// <summary>A signed transaction of any sender, as found in a bundle or a mempool.</summary>
/// <param name="Type">Its envelope.</param>
/// <param name="ChainId">EIP-155 chain id; null for a legacy transaction that is valid on every chain.</param>
/// <param name="From">Recovered signer.</param>
/// <param name="Nonce">Account nonce.</param>
/// <param name="MaxPriorityFeePerGasWei">Tip per gas, wei; the gas price of a type without tips.</param>
/// <param name="MaxFeePerGasWei">Upper limit of base fee + tip per gas, wei; the gas price of a type without tips.</param>
/// <param name="GasLimit">Gas limit.</param>
/// <param name="To">Called account; null when a contract is created.</param>
/// <param name="ValueWei">Ether sent along, wei.</param>
/// <param name="Payload">Calldata or creation code.</param>
/// <param name="Hash">Transaction hash.</param>
/// <param name="Raw">The bytes it was decoded from.</param>
public sealed record TransactionEnvelope(
    TransactionType Type,
    ulong? ChainId,
    Address From,
    ulong Nonce,
    UInt256 MaxPriorityFeePerGasWei,
    UInt256 MaxFeePerGasWei,
    ulong GasLimit,
    Address? To,
    UInt256 ValueWei,
    ReadOnlyMemory<byte> Payload,
    Hash256 Hash,
    ReadOnlyMemory<byte> Raw)
{
    /// <summary>Decodes and recovers the signer. Access lists are accepted and not kept.</summary>
    /// <exception cref="FormatException">It is not a canonical legacy, EIP-2930 or EIP-1559 transaction with a valid low-s signature.</exception>
    public static TransactionEnvelope Decode(ReadOnlyMemory<byte> raw)
    {
        ReadOnlySpan<byte> bytes = raw.Span;
        if (bytes.IsEmpty)
        {
            throw new FormatException("A raw transaction has no bytes.");
        }

        return bytes[0] switch
        {
            >= 0xc0 => DecodeLegacy(raw),
            (byte)TransactionType.AccessList => DecodeTyped(raw, TransactionType.AccessList),
            (byte)TransactionType.DynamicFee => DecodeTyped(raw, TransactionType.DynamicFee),
            byte type => throw new FormatException($"Transaction type 0x{type:x2} is not supported: send 0x02 (EIP-1559)."),
        };
    }

    private static TransactionEnvelope DecodeTyped(ReadOnlyMemory<byte> raw, TransactionType type)
    {
        RlpReader outer = new(raw.Span[1..]);
        RlpReader fields = outer.ReadList();
        outer.ThrowIfMore();

        RlpWriter unsigned = new();
        ulong chainId = Copy(ref fields, unsigned).ReadNumber64();
        ulong nonce = Copy(ref fields, unsigned).ReadNumber64();
        UInt256 tip = Copy(ref fields, unsigned).ReadNumber();
        UInt256 maxFee = type == TransactionType.DynamicFee ? Copy(ref fields, unsigned).ReadNumber() : tip;
        ulong gasLimit = Copy(ref fields, unsigned).ReadNumber64();
        Address? to = Copy(ref fields, unsigned).ReadAddress();
        UInt256 value = Copy(ref fields, unsigned).ReadNumber();
        byte[] payload = Copy(ref fields, unsigned).ReadBytes().ToArray();
        CheckAccessList(Copy(ref fields, unsigned).ReadList());
        ulong parity = fields.ReadNumber64();
        EcdsaSignature signature = new(fields.ReadNumber(), fields.ReadNumber(), parity <= 1 ? (int)parity : -1);
        fields.ThrowIfMore();

        if (tip > maxFee)
        {
            throw new FormatException($"The tip of {tip} wei per gas is above the fee limit of {maxFee}.");
        }

        byte[] list = new RlpWriter().List(w => w.Encoded(unsigned.ToArray())).ToArray();
        Hash256 digest = Keccak.Hash256([(byte)type, .. list]);
        return new TransactionEnvelope(
            type, chainId, Signer(digest, signature), nonce, tip, maxFee, gasLimit, to, value, payload,
            Keccak.Hash256(raw.Span), raw);
    }

    private static TransactionEnvelope DecodeLegacy(ReadOnlyMemory<byte> raw)
    {
        RlpReader outer = new(raw.Span);
        RlpReader fields = outer.ReadList();
        outer.ThrowIfMore();

        RlpWriter unsigned = new();
        ulong nonce = Copy(ref fields, unsigned).ReadNumber64();
        UInt256 gasPrice = Copy(ref fields, unsigned).ReadNumber();
        ulong gasLimit = Copy(ref fields, unsigned).ReadNumber64();
        Address? to = Copy(ref fields, unsigned).ReadAddress();
        UInt256 value = Copy(ref fields, unsigned).ReadNumber();
        byte[] payload = Copy(ref fields, unsigned).ReadBytes().ToArray();
        ulong v = fields.ReadNumber64();
        UInt256 r = fields.ReadNumber();
        UInt256 s = fields.ReadNumber();
        fields.ThrowIfMore();

        // EIP-155: v = 35 + 2 · chain id + parity, and the chain id is signed in place of the signature.
        ulong? chainId = v >= 35 ? (v - 35) / 2 : null;
        if (chainId is { } id)
        {
            unsigned.Number(id).Number(UInt256.Zero).Number(UInt256.Zero);
        }
        else if (v is not (27 or 28))
        {
            throw new FormatException($"A legacy transaction has v = {v}: 27, 28 or from 35 is expected.");
        }

        int parity = chainId is null ? (int)(v - 27) : (int)((v - 35) % 2);
        Hash256 digest = Keccak.Hash256(new RlpWriter().List(w => w.Encoded(unsigned.ToArray())).ToArray());
        return new TransactionEnvelope(
            TransactionType.Legacy, chainId, Signer(digest, new EcdsaSignature(r, s, parity)), nonce, gasPrice, gasPrice,
            gasLimit, to, value, payload, Keccak.Hash256(raw.Span), raw);
    }

    /// <summary>Takes the next item into the part that was signed and returns a reader of it alone.</summary>
    private static RlpReader Copy(ref RlpReader fields, RlpWriter unsigned)
    {
        ReadOnlySpan<byte> encoded = fields.ReadEncoded();
        unsigned.Encoded(encoded);
        return new RlpReader(encoded);
    }

    private static void CheckAccessList(RlpReader entries)
    {
        while (!entries.IsAtEnd)
        {
            RlpReader entry = entries.ReadList();
            if (entry.ReadAddress() is null)
            {
                throw new FormatException("An access list entry has no address.");
            }

            RlpReader keys = entry.ReadList();
            entry.ThrowIfMore();
            while (!keys.IsAtEnd)
            {
                int length = keys.ReadBytes().Length;
                if (length != 32)
                {
                    throw new FormatException($"A storage key of an access list has 32 bytes, not {length}.");
                }
            }
        }
    }

    private static Address Signer(Hash256 digest, EcdsaSignature signature) =>
        Secp256k1Key.IsLowS(signature.S)
            ? Secp256k1Key.Recover(digest, signature)
            : throw new FormatException("The signature has a high s, which EIP-2 forbids.");
}
