using System.ComponentModel.DataAnnotations;

namespace ArbFunctions;

/// <summary>The bundle relay. Section <c>BundleRelay</c>.</summary>
public sealed class BundleRelaySettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "BundleRelay";

    /// <summary>Its JSON-RPC endpoint (Flashbots dialect).</summary>
    [Required(ErrorMessage = "BundleRelay__Url must be set to a bundle relay's JSON-RPC URL.")]
    public string Url { get; set; } = string.Empty;

    /// <summary>Seconds before a request counts as unanswered.</summary>
    [Range(0.1, 30, ErrorMessage = "BundleRelay__TimeoutSeconds must lie between 0.1 and 30.")]
    public double TimeoutSeconds { get; set; } = 3;
}
