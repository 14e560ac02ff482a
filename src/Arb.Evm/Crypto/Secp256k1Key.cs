using Arb.Domain;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace Arb.Evm;

/// <summary>A private key of an externally owned account. It never leaves this object and no text shows it.</summary>
public sealed class Secp256k1Key
{
    /// <summary>Bytes of a private key.</summary>
    public const int Size = 32;

    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    private static readonly BigInteger Order = Curve.N;
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);
    private static readonly BigInteger FieldPrime = Curve.Curve.Field.Characteristic;

    private readonly BigInteger _secret;

    /// <summary>Takes 32 big-endian bytes.</summary>
    /// <exception cref="ArgumentException">They are not 32, or not in 1 … group order − 1. The message does not show them.</exception>
    public Secp256k1Key(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
        {
            throw new ArgumentException($"A private key has 32 bytes, not {secret.Length}.", nameof(secret));
        }

        _secret = new BigInteger(1, secret);
        if (_secret.SignValue == 0 || _secret.CompareTo(Order) >= 0)
        {
            throw new ArgumentException("The private key is not in the range of secp256k1; generate another.", nameof(secret));
        }

        Address = AddressOf(new FixedPointCombMultiplier().Multiply(Curve.G, _secret));
    }

    /// <summary>The account it controls.</summary>
    public Address Address { get; }

    /// <summary>Reads <c>0x</c> and 64 hex digits; the prefix may be missing.</summary>
    /// <exception cref="FormatException">The text is not a private key. The message does not show it.</exception>
    public static Secp256k1Key Parse(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        Span<byte> secret = stackalloc byte[Size];
        try
        {
            if (digits.Length != Size * 2
                || Convert.FromHexString(digits, secret, out _, out _) != System.Buffers.OperationStatus.Done)
            {
                throw new FormatException("The private key is not 64 hex digits (0x may precede them).");
            }

            return new Secp256k1Key(secret);
        }
        catch (ArgumentException outOfRange)
        {
            throw new FormatException(outOfRange.Message, outOfRange);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Signs a 32-byte digest, deterministically (RFC 6979, SHA-256) and with a low s (EIP-2).</summary>
    public EcdsaSignature Sign(Hash256 digest)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        digest.CopyTo(bytes);
        BigInteger z = new(1, bytes);
        HMacDsaKCalculator nonces = new(new Sha256Digest());
        nonces.Init(Order, _secret, bytes.ToArray());
        while (true)
        {
            BigInteger k = nonces.NextK();
            ECPoint point = new FixedPointCombMultiplier().Multiply(Curve.G, k).Normalize();
            BigInteger x = point.AffineXCoord.ToBigInteger();

            // x ≥ order happens once in 2^127 and would need a second recovery bit, which envelopes lack.
            if (x.SignValue == 0 || x.CompareTo(Order) >= 0)
            {
                continue;
            }

            BigInteger s = k.ModInverse(Order).Multiply(z.Add(_secret.Multiply(x))).Mod(Order);
            if (s.SignValue == 0)
            {
                continue;
            }

            int parity = point.AffineYCoord.TestBitZero() ? 1 : 0;
            bool high = s.CompareTo(HalfOrder) > 0;
            return new EcdsaSignature(ToWord(x), ToWord(high ? Order.Subtract(s) : s), high ? 1 - parity : parity);
        }
    }

    /// <summary>The account that signed a digest.</summary>
    /// <exception cref="FormatException">No key can have made this signature.</exception>
    public static Address Recover(Hash256 digest, EcdsaSignature signature) =>
        TryRecover(digest, signature, out Address signer)
            ? signer
            : throw new FormatException("The signature is not one of secp256k1: r, s or the parity is out of range.");

    /// <summary>The account that signed a digest; false when no key can have made this signature.</summary>
    public static bool TryRecover(Hash256 digest, EcdsaSignature signature, out Address signer)
    {
        signer = default;
        BigInteger r = FromWord(signature.R);
        BigInteger s = FromWord(signature.S);
        if (r.SignValue == 0 || r.CompareTo(Order) >= 0 || s.SignValue == 0 || s.CompareTo(Order) >= 0
            || signature.YParity is not (0 or 1) || !TryPointAt(r, signature.YParity, out ECPoint point))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Hash256.Size];
        digest.CopyTo(bytes);
        BigInteger inverse = r.ModInverse(Order);
        BigInteger u1 = new BigInteger(1, bytes).Multiply(inverse).Negate().Mod(Order);
        BigInteger u2 = s.Multiply(inverse).Mod(Order);
        ECPoint key = ECAlgorithms.SumOfTwoMultiplies(Curve.G, u1, point, u2);
        if (key.IsInfinity)
        {
            return false;
        }

        signer = AddressOf(key);
        return true;
    }

    /// <summary>True when s is in the lower half of the group order, as EIP-2 demands of transactions.</summary>
    internal static bool IsLowS(UInt256 s) => FromWord(s).CompareTo(HalfOrder) <= 0;

    /// <summary>The address, never the key.</summary>
    public override string ToString() => $"key of {Address}";

    private static bool TryPointAt(BigInteger x, int parity, out ECPoint point)
    {
        point = Curve.G;
        if (x.CompareTo(FieldPrime) >= 0)
        {
            return false;
        }

        // SEC 1, 2.3.4: 02 or 03 by the parity of y, then x.
        byte[] compressed = new byte[1 + Size];
        compressed[0] = (byte)(2 + parity);
        ToWord(x).WriteBigEndian(compressed.AsSpan(1));
        try
        {
            point = Curve.Curve.DecodePoint(compressed);
            return true;
        }
        catch (ArgumentException)
        {
            // Half of all x are of no point on the curve; the library has no form that says so without throwing.
            return false;
        }
    }

    private static Address AddressOf(ECPoint key)
    {
        byte[] uncompressed = key.Normalize().GetEncoded(compressed: false);
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Write(uncompressed.AsSpan(1), hash);
        return new Address(hash[12..]);
    }

    private static UInt256 ToWord(BigInteger value) => UInt256.FromBigEndian(value.ToByteArrayUnsigned());

    private static BigInteger FromWord(UInt256 word)
    {
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        word.WriteBigEndian(bytes);
        return new BigInteger(1, bytes);
    }
}
