using System.Buffers;
using System.Net;
using System.Text.Json;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>
/// A JSON-RPC 2.0 client over HTTP. Whatever keeps it from a trustworthy answer is a
/// <see cref="ChainUnavailableException"/> that names the method and the endpoint's origin, never its path or query.
/// </summary>
/// <remarks>Safe for concurrent use. The <see cref="HttpClient"/> is the caller's; its own timeout should be infinite.</remarks>
public sealed class JsonRpcClient
{
    private readonly HttpClient _http;
    private readonly JsonRpcOptions _options;
    private readonly TimeProvider _time;
    private long _lastId;

    /// <summary>Talks to the endpoint of <paramref name="options"/>.</summary>
    public JsonRpcClient(HttpClient http, JsonRpcOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        _http = http;
        _options = options;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Scheme, host and port of the endpoint.</summary>
    public string Origin => _options.Origin;

    /// <summary>Calls one method and reads its result.</summary>
    /// <param name="method">Method name.</param>
    /// <param name="parameters">Writes the elements of <c>params</c> into the array that is already open; null for none.</param>
    /// <param name="read">Makes the value; a <see cref="FormatException"/> in it means that the answer has a wrong shape.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="JsonRpcException">The other side answered with an error.</exception>
    /// <exception cref="ChainUnavailableException">There was no answer, or none that can be trusted.</exception>
    public async Task<T> CallAsync<T>(
        string method, Action<Utf8JsonWriter>? parameters, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        JsonElement result = await CallAsync(method, parameters, cancellation);
        try
        {
            return read(result);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            throw Unavailable(method, $"the answer has a wrong shape: {wrong.Message}", wrong);
        }
    }

    /// <summary>Calls one method.</summary>
    /// <exception cref="JsonRpcException">The other side answered with an error.</exception>
    /// <exception cref="ChainUnavailableException">There was no answer, or none that can be trusted.</exception>
    public async Task<JsonElement> CallAsync(string method, Action<Utf8JsonWriter>? parameters, CancellationToken cancellation)
    {
        long id = Interlocked.Increment(ref _lastId);
        byte[] body = Write(writer => WriteRequest(writer, id, new JsonRpcRequest(method, parameters)));
        (JsonElement answer, HttpStatusCode status) = await PostAsync(method, body, cancellation);
        JsonRpcReply reply = ReadReply(method, answer, status, id);
        return reply.ResultOrThrow();
    }

    /// <summary>Calls several methods in one round trip; replies come in the order of the requests.</summary>
    /// <exception cref="ChainUnavailableException">There was no answer, or none that can be trusted.</exception>
    public async Task<IReadOnlyList<JsonRpcReply>> BatchAsync(
        IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count == 0)
        {
            return [];
        }

        long firstId = Interlocked.Add(ref _lastId, requests.Count) - requests.Count + 1;
        byte[] body = Write(writer =>
        {
            writer.WriteStartArray();
            for (int i = 0; i < requests.Count; i++)
            {
                WriteRequest(writer, firstId + i, requests[i]);
            }

            writer.WriteEndArray();
        });

        string method = $"batch of {requests.Count} from {requests[0].Method}";
        (JsonElement answer, HttpStatusCode status) = await PostAsync(method, body, cancellation);
        return ReadBatch(method, answer, status, firstId, requests);
    }

    private JsonRpcReply[] ReadBatch(
        string method, JsonElement answer, HttpStatusCode status, long firstId, IReadOnlyList<JsonRpcRequest> requests)
    {
        if (answer.ValueKind != JsonValueKind.Array)
        {
            // One error for the whole batch, such as a limit on its size.
            throw ReadReply(method, answer, status, firstId).Error as Exception
                ?? Unavailable(method, "the answer to a batch is not an array");
        }

        JsonRpcReply?[] replies = new JsonRpcReply?[requests.Count];
        foreach (JsonElement item in answer.EnumerateArray())
        {
            long index = Id(item) - firstId ?? -1;
            if (index < 0 || index >= replies.Length || replies[index] is not null)
            {
                throw Unavailable(method, "the answer has an id that was not asked, or one twice");
            }

            replies[index] = ReadReply(requests[(int)index].Method, item, status, firstId + index);
        }

        return System.Array.ConvertAll(
            replies, reply => reply ?? throw Unavailable(method, "the answer lacks one of the requests"));
    }

    private JsonRpcReply ReadReply(string method, JsonElement answer, HttpStatusCode status, long id)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw Unavailable(method, $"HTTP {(int)status} with JSON that is not a JSON-RPC answer");
        }

        if (answer.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null)
        {
            return new JsonRpcReply(default, ReadError(method, error));
        }

        if ((int)status is < 200 or > 299)
        {
            throw Unavailable(method, $"HTTP {(int)status}");
        }

        if (Id(answer) != id)
        {
            throw Unavailable(method, "the answer has another id than the request");
        }

        return answer.TryGetProperty("result", out JsonElement result)
            ? new JsonRpcReply(result, null)
            : throw Unavailable(method, "the answer has neither result nor error");
    }

    private JsonRpcException ReadError(string method, JsonElement error)
    {
        string context = $"{method} at {Origin}";
        if (error.ValueKind != JsonValueKind.Object)
        {
            // Some bundle relays answer {"error":"text"}.
            string text = error.ValueKind == JsonValueKind.String ? error.GetString()! : error.GetRawText();
            return new JsonRpcException(0, text, null, context);
        }

        long code = error.TryGetProperty("code", out JsonElement number)
            && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt64(out long value)
                ? value
                : 0;
        string message = error.TryGetProperty("message", out JsonElement said) && said.ValueKind == JsonValueKind.String
            ? said.GetString()!
            : "no message";
        string? data = !error.TryGetProperty("data", out JsonElement more) || more.ValueKind == JsonValueKind.Null
            ? null
            : more.ValueKind == JsonValueKind.String ? more.GetString() : more.GetRawText();
        return new JsonRpcException(code, message, data, context);
    }

    private async Task<(JsonElement Answer, HttpStatusCode Status)> PostAsync(
        string method, byte[] body, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = new(_options.Timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, _options.Endpoint);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
            if (_options.BodyHeader?.Invoke(body) is { } header)
            {
                request.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            using HttpResponseMessage response =
                await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            ReadOnlyMemory<byte> answer = await ReadLimitedAsync(method, response, either.Token);
            return (Parse(method, response.StatusCode, answer), response.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(method, $"no complete answer within {_options.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw Unavailable(method, failed.Message, failed);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadLimitedAsync(
        string method, HttpResponseMessage response, CancellationToken cancellation)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
        int expected = (int)Math.Min(response.Content.Headers.ContentLength ?? 0, _options.AnswerBytesMax);
        ArrayBufferWriter<byte> answer = new(Math.Max(expected + 1, 4096));
        while (true)
        {
            int read = await stream.ReadAsync(answer.GetMemory(1), cancellation);
            if (read == 0)
            {
                return answer.WrittenMemory;
            }

            answer.Advance(read);
            if (answer.WrittenCount > _options.AnswerBytesMax)
            {
                throw Unavailable(method, $"the answer is larger than {_options.AnswerBytesMax} bytes");
            }
        }
    }

    private JsonElement Parse(string method, HttpStatusCode status, ReadOnlyMemory<byte> answer)
    {
        try
        {
            // Deserialize, not JsonDocument: the element owns its memory and needs no disposal.
            return JsonSerializer.Deserialize<JsonElement>(answer.Span);
        }
        catch (JsonException notJson)
        {
            throw Unavailable(method, $"HTTP {(int)status} with a body that is not JSON", notJson);
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRequest(Utf8JsonWriter writer, long id, JsonRpcRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", request.Method);
        writer.WriteStartArray("params");
        request.Parameters?.Invoke(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static long? Id(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object
        && answer.TryGetProperty("id", out JsonElement id)
        && id.ValueKind == JsonValueKind.Number
        && id.TryGetInt64(out long value)
            ? value
            : null;

    private ChainUnavailableException Unavailable(string method, string why, Exception? inner = null) =>
        new($"{method} at {Origin} failed: {why}.", inner);
}
