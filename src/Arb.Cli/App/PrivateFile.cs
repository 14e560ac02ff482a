namespace Arb.Cli.App;

/// <summary>Files only their owner can read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a new file; one that is there already is an error.</summary>
    /// <exception cref="IOException">It exists, or its folder does not.</exception>
    public static void Write(string path, string text)
    {
        FileStreamOptions once = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            once.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using StreamWriter writer = new(path, once);
        writer.Write(text);
    }
}
