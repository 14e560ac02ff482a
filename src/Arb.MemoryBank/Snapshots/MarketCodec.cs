using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Arb.Domain;

namespace Arb.MemoryBank.Snapshots;

/// <summary>
/// A market as bytes: magic, version, hash of all that follows, raw length, compressed content. What is damaged, cut off or of
/// another version is refused with a reason, never guessed at.
/// </summary>
internal static class MarketCodec
{
    /// <summary>Layout of the content; raised whenever it changes.</summary>
    public const ushort Version = 2;

    private const int HeaderBytes = 4 + 2 + 32 + 4;

    /// <summary>More than a hundred thousand pools with thousands of ticks each; a greater length is damage.</summary>
    private const int ContentBytesMax = 1 << 30;

    private static ReadOnlySpan<byte> Magic => "ARBM"u8;

    /// <summary>Writes a market.</summary>
    public static byte[] Encode(MarketState market)
    {
        using MemoryStream content = new();
        using (BinaryWriter writer = new(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            MarketWriter.Write(writer, market);
        }

        using MemoryStream file = new();
        file.Write(new byte[HeaderBytes]);
        using (BrotliStream compressed = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            compressed.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        }

        byte[] bytes = file.ToArray();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(38), (int)content.Length);
        SHA256.HashData(bytes.AsSpan(38), bytes.AsSpan(6, 32));
        return bytes;
    }

    /// <summary>Reads a market; false with the reason when these bytes are not one this version wrote.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MarketState? market,
        out string reason)
    {
        market = null;
        reason = Refuse(bytes) ?? string.Empty;
        if (reason.Length > 0)
        {
            return false;
        }

        try
        {
            byte[] content = new byte[BinaryPrimitives.ReadInt32BigEndian(bytes[38..])];
            using (MemoryStream file = new(bytes[HeaderBytes..].ToArray()))
            using (BrotliStream raw = new(file, CompressionMode.Decompress))
            {
                raw.ReadExactly(content);
            }

            using BinaryReader reader = new(new MemoryStream(content));
            market = MarketWriter.Read(reader);
            return true;
        }
        catch (Exception wrong) when (wrong is IOException or InvalidDataException or InvalidOperationException or ArgumentException or FormatException)
        {
            reason = $"its content cannot be read: {wrong.Message}";
            return false;
        }
    }

    private static string? Refuse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic))
        {
            return "it is no stored market";
        }

        ushort version = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (version != Version)
        {
            return $"it has version {version}, and this program reads version {Version}";
        }

        if (!SHA256.HashData(bytes[38..]).AsSpan().SequenceEqual(bytes[6..38]))
        {
            return "its content does not match its hash";
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[38..]);
        return length is < 0 or > ContentBytesMax ? $"it claims to hold {length} bytes" : null;
    }
}
