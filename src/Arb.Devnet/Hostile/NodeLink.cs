using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Arb.Devnet.Hostile;

/// <summary>Asks the real node, in its own words.</summary>
internal sealed class NodeLink(HttpClient http, Uri node)
{
    /// <summary>Sends requests as one batch; the answers in the order of the requests.</summary>
    public async Task<JsonObject[]> AskAsync(IReadOnlyList<JsonObject> requests, CancellationToken cancellation)
    {
        if (requests.Count == 0)
        {
            return [];
        }

        // Their own ids may be the same twice.
        JsonArray batch = new([.. requests.Select(static (request, i) =>
        {
            JsonObject numbered = (JsonObject)request.DeepClone();
            numbered["id"] = i;
            return numbered;
        })]);
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes(batch.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await http.PostAsync(node, content, cancellation);
        response.EnsureSuccessStatusCode();
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        JsonArray answers = (JsonArray)(await JsonNode.ParseAsync(body, cancellationToken: cancellation))!;
        JsonObject[] ordered = new JsonObject[requests.Count];
        foreach (JsonNode? answer in answers)
        {
            ordered[(int)answer!["id"]!] = (JsonObject)answer.DeepClone();
        }

        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i]["id"] = requests[i]["id"]?.DeepClone();
        }

        return ordered;
    }

    /// <summary>Number of a block by its hash; null when there is none.</summary>
    public async Task<ulong?> NumberOfAsync(string hash, CancellationToken cancellation)
    {
        JsonObject[] answers = await AskAsync([Request("eth_getBlockByHash", hash, false)], cancellation);
        return answers[0]["result"] is JsonObject block ? Quantity(block["number"]) : null;
    }

    /// <summary>Number of the newest block.</summary>
    public async Task<ulong> HeadAsync(CancellationToken cancellation) =>
        Quantity((await AskAsync([Request("eth_blockNumber")], cancellation))[0]["result"])
        ?? throw new InvalidOperationException("The node has no head.");

    /// <summary>A hex quantity as a number; null when it is none.</summary>
    public static ulong? Quantity(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) && text.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : null;

    private static JsonObject Request(string method, params JsonNode[] parameters) => new()
    {
        ["jsonrpc"] = "2.0",
        ["method"] = method,
        ["params"] = new JsonArray(parameters),
    };
}
