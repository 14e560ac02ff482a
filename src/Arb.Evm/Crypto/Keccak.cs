using System.Text;
using Arb.Domain;
using Arb.Engine;
using Org.BouncyCastle.Crypto.Digests;

namespace Arb.Evm;

/// <summary>Keccak-256, Ethereum's hash (the padding before FIPS 202, so not SHA3-256).</summary>
public sealed class Keccak : IKeccak
{
    [ThreadStatic]
    private static KeccakDigest? _digest;

    /// <inheritdoc/>
    public Hash256 Hash(ReadOnlySpan<byte> bytes) => Hash256(bytes);

    /// <summary>Keccak-256 of some bytes.</summary>
    public static Hash256 Hash256(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Domain.Hash256.Size];
        Write(bytes, hash);
        return new Hash256(hash);
    }

    /// <summary>Keccak-256 of the UTF-8 bytes of a text.</summary>
    public static Hash256 Hash256(string text) => Hash256(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// First four bytes of the hash of a signature such as <c>transfer(address,uint256)</c>: how the contract ABI
    /// names functions and errors.
    /// </summary>
    /// <exception cref="ArgumentException">The signature has blanks or no parentheses, so its hash would be another's.</exception>
    public static uint Selector(string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (signature.Contains(' ', StringComparison.Ordinal) || !signature.EndsWith(')') || signature.IndexOf('(', StringComparison.Ordinal) < 1)
        {
            throw new ArgumentException(
                $"'{signature}' is not a canonical signature: name(type,type) without blanks is expected.", nameof(signature));
        }

        Span<byte> hash = stackalloc byte[Domain.Hash256.Size];
        Write(Encoding.UTF8.GetBytes(signature), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>Writes the 32 bytes of the hash.</summary>
    internal static void Write(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        // DoFinal resets it, so one digest per thread serves for ever.
        KeccakDigest own = _digest ??= new KeccakDigest(256);
        own.BlockUpdate(bytes);
        own.DoFinal(hash);
    }
}
