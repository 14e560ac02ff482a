using System.Security.Cryptography;

namespace Arb.Devnet.Hosting;

/// <summary>Files of private keys: hex, one per line, readable and writable by their owner only.</summary>
internal static class KeyFile
{
    /// <summary>Writes keys into a file, which is made anew.</summary>
    /// <exception cref="DevnetException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<string> keys)
    {
        try
        {
            // An existing file would keep its mode, and a link would be followed.
            File.Delete(path);
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using StreamWriter writer = new(path, options);
            foreach (string key in keys)
            {
                writer.Write(key);
                writer.Write('\n');
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new DevnetException($"Cannot write {path} ({failed.Message}). Give --work a folder you may write to.", failed);
        }
    }

    /// <summary>A fresh key that nobody else has.</summary>
    public static string RandomKey() => string.Concat("0x", RandomNumberGenerator.GetHexString(64, lowercase: true));
}
