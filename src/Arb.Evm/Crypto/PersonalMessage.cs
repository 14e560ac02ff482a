using System.Text;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>Signatures over messages for people, which can never be transactions (EIP-191, version 0x45).</summary>
public static class PersonalMessage
{
    /// <summary>Bytes of a signature: r, s, v.</summary>
    public const int SignatureSize = 65;

    /// <summary>What is signed: the hash of prefix, decimal length and message.</summary>
    public static Hash256 Digest(ReadOnlySpan<byte> message)
    {
        byte[] prefix = Encoding.ASCII.GetBytes($"\u0019Ethereum Signed Message:\n{message.Length}");
        byte[] whole = new byte[prefix.Length + message.Length];
        prefix.CopyTo(whole, 0);
        message.CopyTo(whole.AsSpan(prefix.Length));
        return Keccak.Hash256(whole);
    }

    /// <summary>r, s and v = 27 or 28, 65 bytes.</summary>
    public static byte[] Sign(Secp256k1Key key, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(key);
        EcdsaSignature signature = key.Sign(Digest(message));
        byte[] bytes = new byte[SignatureSize];
        signature.R.WriteBigEndian(bytes);
        signature.S.WriteBigEndian(bytes.AsSpan(32));
        bytes[64] = (byte)(27 + signature.YParity);
        return bytes;
    }

    /// <summary>The signer of a message; v may be 27 or 28, or 0 or 1 as some libraries leave it. False when it is no signature.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, out Address signer)
    {
        signer = default;
        if (signature.Length != SignatureSize)
        {
            return false;
        }

        int parity = signature[64] >= 27 ? signature[64] - 27 : signature[64];
        EcdsaSignature parts = new(
            UInt256.FromBigEndian(signature[..32]), UInt256.FromBigEndian(signature[32..64]), parity);
        return Secp256k1Key.TryRecover(Digest(message), parts, out signer);
    }
}
