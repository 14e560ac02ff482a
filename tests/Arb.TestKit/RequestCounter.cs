namespace Arb.TestKit;

/// <summary>Stands between a client and a node: counts requests, and may change what is asked.</summary>
public sealed class RequestCounter : DelegatingHandler
{
    private int _requests;
    private long _bytesSent;

    /// <summary>Counts what goes through.</summary>
    public RequestCounter()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Bytes of their bodies.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Changes a request's body.</summary>
    public Func<string, string> Rewrite { get; init; } = static body => body;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        string body = await request.Content!.ReadAsStringAsync(cancellationToken);
        Interlocked.Add(ref _bytesSent, body.Length);
        request.Content = new StringContent(Rewrite(body), System.Text.Encoding.UTF8, "application/json");
        return await base.SendAsync(request, cancellationToken);
    }
}
