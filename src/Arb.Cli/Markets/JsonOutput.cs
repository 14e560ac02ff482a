using System.Text.Encodings.Web;
using System.Text.Json;

namespace Arb.Cli.Markets;

/// <summary>Where a command's JSON goes.</summary>
internal static class JsonOutput
{
    // For people and files, never into a page: quotation marks and arrows need no escapes.
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes to a file, or to standard output when there is none.</summary>
    /// <exception cref="MarketFileException">The file cannot be written.</exception>
    public static void Write(FileInfo? file, Action<Utf8JsonWriter> write)
    {
        try
        {
            using Stream output = file is null ? Console.OpenStandardOutput() : file.Create();
            using (Utf8JsonWriter writer = new(output, Options))
            {
                write(writer);
            }

            output.WriteByte((byte)'\n');
        }
        catch (Exception e) when (file is not null && e is IOException or UnauthorizedAccessException)
        {
            throw new MarketFileException($"{file?.FullName} was not written: {e.Message}", e);
        }
    }
}
