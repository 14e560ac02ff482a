namespace ArbFunctions;

/// <summary>Where keys come from. Section <c>Keys</c>. No key is ever a setting.</summary>
public sealed class KeyOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Keys";

    /// <summary>File with operator keys in plain hex, one a line: for the devnet (chain 31337) only.</summary>
    public string? OperatorFile { get; set; }

    /// <summary>Encrypted keystores of the operators, separated by semicolons; one lane each.</summary>
    public string? Keystores { get; set; }

    /// <summary>File with the password of the keystores.</summary>
    public string? KeystorePasswordFile { get; set; }

    /// <summary>File with the bundle relay's authentication key in plain hex. It holds no funds and signs no transaction.</summary>
    public string? BundleRelayAuthFile { get; set; }

    /// <summary>Key Vault that holds the secrets below.</summary>
    public string? VaultUri { get; set; }

    /// <summary>Names of the operator keys' secrets, separated by commas.</summary>
    public string OperatorSecrets { get; set; } = "operator";

    /// <summary>Name of the authentication key's secret.</summary>
    public string BundleRelayAuthSecret { get; set; } = "bundle-relay-auth";
}
