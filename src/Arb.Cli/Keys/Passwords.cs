using Arb.Devnet;
using Spectre.Console;

namespace Arb.Cli.Keys;

/// <summary>Passwords come from a file or from the keyboard, never from the command line, where every process could read them.</summary>
internal static class Passwords
{
    /// <summary>The password to open something with.</summary>
    /// <exception cref="DevnetException">There is neither a file nor a terminal, or the file has no password.</exception>
    public static string Get(FileInfo? file) => file is null ? Prompt("Password: ") : Read(file);

    /// <summary>A new password; typed, it is asked for twice.</summary>
    /// <exception cref="DevnetException">As above, or the two differ.</exception>
    public static string Choose(FileInfo? file)
    {
        if (file is not null)
        {
            return Read(file);
        }

        string password = Prompt("New password: ");
        return Prompt("Once more: ") == password ? password : throw new DevnetException("The two passwords differ. Nothing was written.");
    }

    private static string Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new DevnetException($"There is no password file {file.FullName}.");
        }

        string password = File.ReadAllText(file.FullName).TrimEnd('\r', '\n');
        return password.Length > 0 ? password : throw new DevnetException($"The password file {file.FullName} is empty.");
    }

    private static string Prompt(string text)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsInputRedirected)
        {
            throw new DevnetException("There is no terminal to ask for the password. Give it with --password-file FILE.");
        }

        return AnsiConsole.Prompt(new TextPrompt<string>(text).Secret(null));
    }
}
