using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Arb.Cli.Markets.Formats;

namespace Arb.Cli.Markets;

/// <summary>Pools and quotes of one file, whatever its format.</summary>
internal sealed record MarketFile
{
    /// <summary>The format, for people.</summary>
    public required string Format { get; init; }

    /// <summary>Its pools, in file order.</summary>
    public required ImmutableArray<MarketPool> Pools { get; init; }

    /// <summary>Its quotes, in file order; null where the format has none.</summary>
    public ImmutableArray<QuoteLine>? Quotes { get; init; }

    /// <summary>Reads a file of any known format, gzipped or not; the content decides, not the name.</summary>
    /// <exception cref="MarketFileException">It cannot be read, or is wrong: the message says where and what is expected.</exception>
    public static MarketFile Read(string path)
    {
        byte[] content = ReadBytes(path);
        try
        {
            return Parse(content);
        }
        catch (MarketFileException e)
        {
            throw new MarketFileException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>As <see cref="Read"/>, of bytes.</summary>
    public static MarketFile Parse(ReadOnlyMemory<byte> content)
    {
        ReadOnlySpan<byte> start = SkipMarkAndBlanks(content.Span);
        if (start.IsEmpty)
        {
            throw new MarketFileException("it is empty; expected JSON, or CSV with a header.");
        }

        if (start[0] is (byte)'{' or (byte)'[')
        {
            return ParseJson(content[^start.Length..]);
        }

        string text = Encoding.UTF8.GetString(start);
        return CsvFormats.Parse(text);
    }

    private static MarketFile ParseJson(ReadOnlyMemory<byte> content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? TicksJson.Parse(document.RootElement)
                : QuoteJson.Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new MarketFileException($"not JSON: {e.Message}", e);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes is not [0x1f, 0x8b, ..])
            {
                return bytes;
            }

            using GZipStream unzipped = new(new MemoryStream(bytes), CompressionMode.Decompress);
            using MemoryStream whole = new();
            unzipped.CopyTo(whole);
            return whole.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MarketFileException($"{path} cannot be read: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new MarketFileException($"{path} begins like gzip and is not: {e.Message}", e);
        }
    }

    private static ReadOnlySpan<byte> SkipMarkAndBlanks(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> rest = content.StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content;
        return rest.TrimStart(" \t\r\n"u8);
    }
}

/// <summary>One line of a file's quotes.</summary>
/// <param name="Pool">Pool by id, as written.</param>
/// <param name="TokenIn">Token paid, as written.</param>
/// <param name="TokenOut">Token received, as written.</param>
/// <param name="AmountIn">Raw units paid.</param>
/// <param name="Error">What is wrong with the line itself; null when nothing is.</param>
internal sealed record QuoteLine(string Pool, string TokenIn, string TokenOut, Domain.UInt256 AmountIn, string? Error = null);
