using Arb.Devnet;

namespace Arb.Cli;

/// <summary>Where results go is tried before any work is done for them: an hour's result must not fail on its last line.</summary>
internal static class OutputPaths
{
    /// <summary>Makes sure that a file can be written; one that was not there is not left behind.</summary>
    /// <exception cref="DevnetException">It cannot.</exception>
    public static void RequireWritable(FileInfo file, string option)
    {
        bool existed = file.Exists;
        Try(option, file.FullName, "a file in a folder that exists and may be written to", () =>
        {
            using (new FileStream(file.FullName, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (!existed)
            {
                File.Delete(file.FullName);
            }
        });
    }

    /// <summary>Makes a folder, if it is missing.</summary>
    /// <exception cref="DevnetException">It cannot be made.</exception>
    public static void Create(DirectoryInfo folder, string option) =>
        Try(option, folder.FullName, "a folder that may be written to", folder.Create);

    /// <summary>Writes a result.</summary>
    /// <exception cref="DevnetException">It cannot be written any more.</exception>
    public static void Write(FileInfo file, string option, string text) =>
        Try(option, file.FullName, "a file that may be written to", () => File.WriteAllText(file.FullName, text));

    private static void Try(string option, string path, string expected, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DevnetException($"{option}: '{path}' cannot be used ({e.Message.TrimEnd('.')}). Name {expected}.", e);
        }
    }
}
