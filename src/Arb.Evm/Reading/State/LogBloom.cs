using Arb.Domain;

namespace Arb.Evm;

/// <summary>A block's bloom filter over its logs (Yellow Paper, section 4.3.1): it has every log that is there, and some that are not.</summary>
internal sealed class LogBloom
{
    private const int Size = 256;

    private readonly byte[] _bits;

    /// <exception cref="FormatException">It does not have 256 bytes.</exception>
    public LogBloom(byte[] bits) =>
        _bits = bits.Length == Size ? bits : throw new FormatException($"'logsBloom' has {bits.Length} bytes instead of {Size}");

    /// <summary>False when the block certainly does not have the log.</summary>
    public bool MayContain(ChainLog log)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        log.Address.CopyTo(bytes);
        if (!MayContain(bytes[..Address.Size]))
        {
            return false;
        }

        foreach (Hash256 topic in log.Topics)
        {
            topic.CopyTo(bytes);
            if (!MayContain(bytes))
            {
                return false;
            }
        }

        return true;
    }

    private bool MayContain(ReadOnlySpan<byte> entry)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak.Hash256(entry).CopyTo(hash);
        for (int i = 0; i < 6; i += 2)
        {
            int bit = ((hash[i] << 8) | hash[i + 1]) & 0x7ff;
            if ((_bits[Size - 1 - (bit / 8)] & (1 << (bit % 8))) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
