using System.Net;
using System.Text;
using System.Text.Json;
using Arb.Evm;

namespace Arb.Tests.Evm;

/// <summary>A node that answers what a test wants, lies included: no real one can be made to.</summary>
internal sealed class StubNode : HttpMessageHandler
{
    private readonly Func<JsonElement, string?, (HttpStatusCode Status, string Body)> _answer;

    /// <summary>Answers each request's body, given as JSON and with the value of the Flashbots header.</summary>
    public StubNode(Func<JsonElement, string?, (HttpStatusCode Status, string Body)> answer) => _answer = answer;

    /// <summary>Answers every request with one body, in which <c>$id</c> stands for the request's id.</summary>
    public StubNode(string body, HttpStatusCode status = HttpStatusCode.OK)
        : this((request, _) => (status, body.Replace("$id", Id(request), StringComparison.Ordinal)))
    {
    }

    /// <summary>The endpoint all stubs are reached at: its path and query are secrets.</summary>
    public static Uri Endpoint { get; } = new("https://user:password@node.example:8443/v3/SECRETKEY?token=SECRETTOKEN");

    /// <summary>A client of this node.</summary>
    public JsonRpcClient Client(Func<JsonRpcOptions, JsonRpcOptions>? change = null, TimeProvider? time = null)
    {
        JsonRpcOptions options = new(Endpoint);
        return new JsonRpcClient(new HttpClient(this), change?.Invoke(options) ?? options, time);
    }

    /// <summary>Id of a request, or of the first one of a batch.</summary>
    public static string Id(JsonElement request) =>
        (request.ValueKind == JsonValueKind.Array ? request[0] : request).GetProperty("id").GetRawText();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonElement body = JsonSerializer.Deserialize<JsonElement>(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        string? header = request.Headers.TryGetValues(FlashbotsSignature.HeaderName, out IEnumerable<string>? values)
            ? values.Single()
            : null;
        (HttpStatusCode status, string answer) = _answer(body, header);
        return new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
    }
}
