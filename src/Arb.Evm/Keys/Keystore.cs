using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Arb.Domain;
using Org.BouncyCastle.Crypto.Generators;

namespace Arb.Evm;

/// <summary>
/// A private key encrypted under a password in a JSON text: Web3 Secret Storage, version 3, as geth and others write it
/// (aes-128-ctr; scrypt or pbkdf2 with hmac-sha256; Keccak-256 as check).
/// </summary>
public static class Keystore
{
    private const int Version = 3;
    private const int DerivedBytes = 32;
    private const int KeyBytes = 16;

    // geth's standard strength: about a second and 256 MB for each guess.
    private const int ScryptCost = 1 << 18;
    private const int ScryptBlock = 8;

    // A file may ask for more than anybody writes; opening it must not exhaust the machine.
    private const long ScryptMemoryMax = 1L << 30;
    private const int IterationsMax = 10_000_000;

    /// <summary>Encrypts a private key.</summary>
    /// <param name="secret">32 bytes, a valid key.</param>
    /// <param name="password">Not empty.</param>
    /// <exception cref="ArgumentException">The key is not one, or the password is empty.</exception>
    public static string Seal(ReadOnlySpan<byte> secret, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        Address address = new Secp256k1Key(secret).Address;
        byte[] salt = RandomNumberGenerator.GetBytes(DerivedBytes);
        byte[] counter = RandomNumberGenerator.GetBytes(KeyBytes);
        byte[] derived = SCrypt.Generate(Encoding.UTF8.GetBytes(password), salt, ScryptCost, ScryptBlock, 1, DerivedBytes);
        byte[] sealedKey = Crypt(derived, counter, secret.ToArray());
        JsonObject file = new()
        {
            ["address"] = address.ToString()[2..],
            ["crypto"] = new JsonObject
            {
                ["cipher"] = "aes-128-ctr",
                ["cipherparams"] = new JsonObject { ["iv"] = Convert.ToHexStringLower(counter) },
                ["ciphertext"] = Convert.ToHexStringLower(sealedKey),
                ["kdf"] = "scrypt",
                ["kdfparams"] = new JsonObject
                {
                    ["dklen"] = DerivedBytes,
                    ["n"] = ScryptCost,
                    ["p"] = 1,
                    ["r"] = ScryptBlock,
                    ["salt"] = Convert.ToHexStringLower(salt),
                },
                ["mac"] = Convert.ToHexStringLower(Check(derived, sealedKey)),
            },
            ["id"] = new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
            ["version"] = Version,
        };
        CryptographicOperations.ZeroMemory(derived);
        return file.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>Decrypts a key.</summary>
    /// <exception cref="FormatException">The text is not such a file, or asks for something unsupported. The message names the field.</exception>
    /// <exception cref="UnauthorizedAccessException">The password is wrong, or the file was changed.</exception>
    public static Secp256k1Key Open(string json, string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        using JsonDocument document = Parse(json);
        JsonElement root = document.RootElement;
        if (Number(root, "version") != Version)
        {
            throw new FormatException($"Keystore version {Number(root, "version")} is not supported; version {Version} is.");
        }

        JsonElement crypto = Member(root, "crypto");
        if (Text(crypto, "cipher") != "aes-128-ctr")
        {
            throw new FormatException($"Cipher '{Text(crypto, "cipher")}' is not supported; aes-128-ctr is.");
        }

        byte[] sealedKey = Bytes(crypto, "ciphertext");
        byte[] derived = Derive(crypto, password);
        if (!CryptographicOperations.FixedTimeEquals(Check(derived, sealedKey), Bytes(crypto, "mac")))
        {
            throw new UnauthorizedAccessException("The password is wrong, or the keystore was changed.");
        }

        byte[] secret = Crypt(derived, Bytes(Member(crypto, "cipherparams"), "iv"), sealedKey);
        try
        {
            Secp256k1Key key = new(secret);
            return !root.TryGetProperty("address", out _) || AddressOf(json) == key.Address
                ? key
                : throw new FormatException($"The keystore names {AddressOf(json)} but holds the key of {key.Address}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>The address the file names, without a password; it is a claim until the key was opened.</summary>
    /// <exception cref="FormatException">The text is not such a file, or names no address.</exception>
    public static Address AddressOf(string json)
    {
        using JsonDocument document = Parse(json);
        string text = Text(document.RootElement, "address");
        return Address.TryParse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text : $"0x{text}", out Address address)
            ? address
            : throw new FormatException($"The keystore's address '{text}' is not an address.");
    }

    private static byte[] Derive(JsonElement crypto, string password)
    {
        JsonElement parameters = Member(crypto, "kdfparams");
        byte[] salt = Bytes(parameters, "salt");
        if (Number(parameters, "dklen") != DerivedBytes)
        {
            throw new FormatException($"kdfparams.dklen must be {DerivedBytes}, not {Number(parameters, "dklen")}.");
        }

        byte[] secret = Encoding.UTF8.GetBytes(password);
        switch (Text(crypto, "kdf"))
        {
            case "scrypt":
                (int n, int r, int p) = (Number(parameters, "n"), Number(parameters, "r"), Number(parameters, "p"));

                // RFC 7914, 2: n is below 2^(16 r), which only r = 1 can break here.
                if (n < 2 || !int.IsPow2(n) || r < 1 || p is < 1 or > 64 || 128L * n * r > ScryptMemoryMax || (r == 1 && n >= 1 << 16))
                {
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"scrypt parameters n={n}, r={r}, p={p} are out of range."));
                }

                return SCrypt.Generate(secret, salt, n, r, p, DerivedBytes);
            case "pbkdf2":
                int iterations = Number(parameters, "c");
                if (Text(parameters, "prf") != "hmac-sha256" || iterations is < 1 or > IterationsMax)
                {
                    throw new FormatException($"pbkdf2 with {Text(parameters, "prf")} and c={iterations} is not supported.");
                }

                return Rfc2898DeriveBytes.Pbkdf2(secret, salt, iterations, HashAlgorithmName.SHA256, DerivedBytes);
            default:
                throw new FormatException($"kdf '{Text(crypto, "kdf")}' is not supported; scrypt and pbkdf2 are.");
        }
    }

    private static byte[] Check(byte[] derived, byte[] sealedKey)
    {
        byte[] mac = new byte[Hash256.Size];
        Keccak.Hash256([.. derived.AsSpan(KeyBytes, KeyBytes), .. sealedKey]).CopyTo(mac);
        return mac;
    }

    /// <summary>AES in counter mode, its own inverse: .NET has the block cipher, the counter is added here (NIST SP 800-38A, 6.5).</summary>
    private static byte[] Crypt(byte[] derived, byte[] iv, byte[] input)
    {
        if (iv.Length != KeyBytes)
        {
            throw new FormatException($"cipherparams.iv must have {KeyBytes} bytes, not {iv.Length}.");
        }

        using Aes aes = Aes.Create();
        aes.Key = derived.AsSpan(0, KeyBytes).ToArray();
        byte[] counter = [.. iv];
        byte[] output = [.. input];
        Span<byte> pad = stackalloc byte[KeyBytes];
        for (int offset = 0; offset < output.Length; offset += KeyBytes)
        {
            aes.EncryptEcb(counter, pad, PaddingMode.None);
            for (int i = 0; i < KeyBytes && offset + i < output.Length; i++)
            {
                output[offset + i] ^= pad[i];
            }

            for (int i = KeyBytes - 1; i >= 0 && ++counter[i] == 0; i--)
            {
                // The carry goes on to the next byte.
            }
        }

        return output;
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The keystore is not JSON: {e.Message}", e);
        }
    }

    private static JsonElement Member(JsonElement parent, string name)
    {
        // Old writers capitalise some members.
        if (parent.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in parent.EnumerateObject())
            {
                if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return property.Value;
                }
            }
        }

        throw new FormatException($"The keystore lacks '{name}'.");
    }

    private static string Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new FormatException($"The keystore's '{name}' is not a text.");

    private static int Number(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number)
            ? number
            : throw new FormatException($"The keystore's '{name}' is not a whole number.");

    private static byte[] Bytes(JsonElement parent, string name)
    {
        string text = Text(parent, name);
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"The keystore's '{name}' is not hex.", e);
        }
    }
}
