using Arb.Engine;
using Arb.Evm;

namespace ArbFunctions.Platform;

/// <summary>
/// Keys in files: operators in encrypted keystores, or in plain ones on the devnet; the bundle relay's authentication key, which holds
/// no funds.
/// </summary>
internal static class KeyFiles
{
    private const ulong DevnetChainId = 31337;

    public static ITransactionSigner LoadOperators(KeyOptions keys, ChainOptions chain) =>
        keys.Keystores is { Length: > 0 } keystores ? OpenKeystores(keystores, keys, chain)
        : chain.Id == DevnetChainId
            ? Load("Keys:OperatorFile", keys.OperatorFile, lines => EthereumClient.Signer(chain, lines))
            : throw SettingParser.Invalid(
                "Keys:OperatorFile", $"keys in a plain file are only for the devnet (chain {DevnetChainId}), not for chain {chain.Id}.");

    public static BundleRelayIdentity LoadBundleRelayIdentity(KeyOptions keys) =>
        Load("Keys:BundleRelayAuthFile", keys.BundleRelayAuthFile, lines => KeyMaterial.Identity(lines[0]));

    private static ITransactionSigner OpenKeystores(string keystores, KeyOptions keys, ChainOptions chain)
    {
        string? passwordFile = keys.KeystorePasswordFile;
        if (string.IsNullOrEmpty(passwordFile) || !File.Exists(passwordFile))
        {
            throw SettingParser.Invalid("Keys:KeystorePasswordFile", $"there is no file '{passwordFile}'.");
        }

        string password = File.ReadAllText(passwordFile).TrimEnd('\r', '\n');
        return EthereumClient.Signer(chain, keystores
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Open(path, password)));
    }

    private static Secp256k1Key Open(string path, string password)
    {
        if (!File.Exists(path))
        {
            throw SettingParser.Invalid("Keys:Keystores", $"there is no file '{path}'.");
        }

        try
        {
            return Keystore.Open(File.ReadAllText(path), password);
        }
        catch (Exception e) when (e is FormatException or UnauthorizedAccessException)
        {
            throw SettingParser.Invalid("Keys:Keystores", $"'{path}' cannot be opened: {e.Message}");
        }
    }

    private static T Load<T>(string setting, string? path, Func<string[], T> read)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw SettingParser.Invalid(setting, "it must be set to a file with a private key of 64 hex digits on each line.");
        }

        if (!File.Exists(path))
        {
            throw SettingParser.Invalid(setting, $"there is no file '{path}'.");
        }

        try
        {
            string[] lines = [.. File.ReadLines(path).Where(l => !string.IsNullOrWhiteSpace(l))];
            return lines.Length > 0 ? read(lines) : throw SettingParser.Invalid(setting, $"'{path}' holds no key.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            // None of these messages shows what is in the file.
            throw SettingParser.Invalid(setting, $"'{path}' cannot be used: {e.Message}");
        }
    }
}
