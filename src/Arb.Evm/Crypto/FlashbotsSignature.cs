using System.Text;
using Arb.Domain;

namespace Arb.Evm;

/// <summary>
/// The header by which a searcher proves who it is to a bundle relay: <c>address:signature</c>, a personal message
/// (EIP-191) over the 66 characters of the hex text of the body's Keccak-256 (Flashbots RPC, "Authentication").
/// </summary>
public static class FlashbotsSignature
{
    /// <summary>Name of the header.</summary>
    public const string HeaderName = "X-Flashbots-Signature";

    /// <summary>The header's value for exactly these body bytes: sign once, send the same bytes.</summary>
    public static string Create(Secp256k1Key key, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"{key.Address}:{Hex.Of(PersonalMessage.Sign(key, SignedText(body)))}";
    }

    /// <summary>True when the header's signature over this body is by the address it names.</summary>
    public static bool TryVerify(string? header, ReadOnlySpan<byte> body, out Address signer)
    {
        signer = default;
        ReadOnlySpan<char> text = header;
        int colon = text.IndexOf(':');
        if (colon < 0
            || !Address.TryParse(text[..colon], out Address named)
            || !Hex.TryParse(text[(colon + 1)..], out byte[] signature)
            || !PersonalMessage.TryRecover(SignedText(body), signature, out Address recovered)
            || recovered != named)
        {
            return false;
        }

        signer = named;
        return true;
    }

    private static byte[] SignedText(ReadOnlySpan<byte> body) => Encoding.ASCII.GetBytes(Keccak.Hash256(body).ToString());
}
