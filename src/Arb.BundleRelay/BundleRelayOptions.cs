using Arb.Evm;

namespace Arb.BundleRelay;

/// <summary>How to talk to one bundle relay.</summary>
public sealed record BundleRelayOptions
{
    /// <summary>Takes an absolute http or https URL.</summary>
    /// <exception cref="ArgumentException">The URL is something else. The message shows scheme and host
    /// only.</exception>
    public BundleRelayOptions(Uri endpoint)
    {
        // The same rule and the same wording as for a node's endpoint.
        JsonRpcOptions checkedEndpoint = new(endpoint);
        Endpoint = checkedEndpoint.Endpoint;
        Origin = checkedEndpoint.Origin;
    }

    /// <summary>Where requests go. A secret: it may carry an API key.</summary>
    public Uri Endpoint { get; }

    /// <summary>Scheme, host and port: all of the endpoint that errors show.</summary>
    public string Origin { get; }

    /// <summary>
    /// Longest wait for a complete answer. A bundle relay that is slower than this is of no use for the next block.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Largest answer read, bytes.</summary>
    public int AnswerBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>The origin only.</summary>
    public override string ToString() => Origin;
}
