using System.CommandLine;
using System.Security.Cryptography;
using Arb.Cli.App;
using Arb.Devnet;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Cli.Keys;

/// <summary><c>arb keys</c>: operator keys in encrypted files.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        Option<FileInfo?> password = new("--password-file") { Description = "File whose first line is the password; asked for otherwise." };
        Argument<FileInfo> file = new("keystore") { Description = "Keystore file (Web3 Secret Storage, version 3)." };
        Command make = new("new", "Makes a new key and writes it, encrypted.") { file, password };
        make.SetAction(parsed => Write(parsed.GetValue(file)!, RandomKey(), Passwords.Choose(parsed.GetValue(password))));
        Command import = new("import", "Reads a private key in hex from standard input and writes it, encrypted.") { file, password };
        import.SetAction(parsed => Write(parsed.GetValue(file)!, ReadKey(), Passwords.Choose(parsed.GetValue(password))));
        Command show = new("show-address", "Shows whose key a keystore holds; needs no password.") { file };
        show.SetAction(parsed => Show(parsed.GetValue(file)!));
        return new Command("keys", "Operator keys in encrypted files.") { make, import, show };
    }

    private static int Write(FileInfo file, byte[] secret, string password)
    {
        try
        {
            string text = Keystore.Seal(secret, password);

            // Never over an existing key: that would be money lost.
            PrivateFile.Write(file.FullName, text);
            Console.WriteLine(Keystore.AddressOf(text));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DevnetException($"{file.FullName} was not written: {e.Message} Choose a new file in a folder that exists.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static int Show(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new DevnetException($"There is no keystore {file.FullName}.");
        }

        try
        {
            Address address = Keystore.AddressOf(File.ReadAllText(file.FullName));
            Console.WriteLine(address);
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new DevnetException($"{file.FullName}: {e.Message}", e);
        }
    }

    // All but 1 in 2^127 of 32 random bytes are a key; the others are refused when it is sealed.
    private static byte[] RandomKey() => RandomNumberGenerator.GetBytes(Secp256k1Key.Size);

    private static byte[] ReadKey()
    {
        string text = (Console.In.ReadLine() ?? string.Empty).Trim();
        try
        {
            _ = Secp256k1Key.Parse(text);
            return Convert.FromHexString(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text);
        }
        catch (FormatException e)
        {
            throw new DevnetException($"{e.Message} Give it as one line on standard input.", e);
        }
    }
}
