using System.Security.Cryptography;

namespace Arb.Devnet.Tooling;

/// <summary>SHA-512 in npm's notation (Subresource Integrity): <c>sha512-</c> and base64.</summary>
internal static class FileHash
{
    public const string Prefix = "sha512-";

    public static string Of(ReadOnlySpan<byte> content) => Prefix + Convert.ToBase64String(SHA512.HashData(content));

    public static string Of(Stream content) => Prefix + Convert.ToBase64String(SHA512.HashData(content));

    public static async Task<string> OfAsync(string path, CancellationToken cancellation)
    {
        await using FileStream stream = File.OpenRead(path);
        return Prefix + Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellation));
    }

    public static bool IsWellFormed(string hash)
    {
        Span<byte> bytes = stackalloc byte[SHA512.HashSizeInBytes];
        return hash.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(hash[Prefix.Length..], bytes, out int written)
            && written == SHA512.HashSizeInBytes;
    }
}
