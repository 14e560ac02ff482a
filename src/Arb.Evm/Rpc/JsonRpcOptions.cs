namespace Arb.Evm;

/// <summary>How to talk to one JSON-RPC endpoint.</summary>
public sealed record JsonRpcOptions
{
    /// <summary>Takes an absolute http or https URL.</summary>
    /// <exception cref="ArgumentException">The URL is something else. The message shows scheme and host only.</exception>
    public JsonRpcOptions(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            string shown = endpoint.IsAbsoluteUri ? $"{endpoint.Scheme}://{endpoint.Host}" : "the text given";
            throw new ArgumentException($"A JSON-RPC endpoint is an absolute http or https URL; {shown} is not.", nameof(endpoint));
        }

        Endpoint = endpoint;
    }

    /// <summary>Where requests go. A secret: it may carry an API key.</summary>
    public Uri Endpoint { get; }

    /// <summary>Longest wait for a complete answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest answer read, bytes.</summary>
    public int AnswerBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Makes one header from the exact bytes of a request's body, such as <see cref="FlashbotsSignature"/>; null for none.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, KeyValuePair<string, string>>? BodyHeader { get; init; }

    /// <summary>Scheme, host and port: all of the endpoint that may be shown.</summary>
    public string Origin => Endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>The origin only.</summary>
    public override string ToString() => Origin;
}
