using System.Buffers;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Arb.Devnet.Relay;

/// <summary>The bundle relay's HTTP side: checks the signature over the exact body, then runs one JSON-RPC
/// request.</summary>
internal sealed class RelayEndpoint(RelayMethods methods, ILogger logger)
{
    // Twice the bytes of the largest bundle in hex, and its envelope.
    public const int RequestBytesMax = 1024 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        string method = "request";
        JsonElement id = default;
        int status = StatusCodes.Status200OK;
        Address signer = default;
        byte[] answer;
        try
        {
            byte[] body = await ReadBodyAsync(context);
            signer = CheckSignature(context.Request.Headers[FlashbotsSignature.HeaderName], body);
            JsonElement request = Parse(body);
            id = ReadId(request);
            method = ReadMethod(request);
            Action<Utf8JsonWriter> result = await methods.CallAsync(method, request, signer, context.RequestAborted);
            answer = Write(id, writer =>
            {
                writer.WritePropertyName("result");
                result(writer);
            });
        }
        catch (RelayError refused)
        {
            status = refused.Status;
            answer = Write(id, refused);
        }
        catch (ChainUnavailableException gone)
        {
            RelayLog.RequestFailed(logger, gone, method);
            answer = Write(id, RelayError.Failed($"rpc call {method}() failed: {gone.Message}"));
        }
        catch (JsonRpcException refusedByNode)
        {
            RelayLog.RequestFailed(logger, refusedByNode, method);
            answer = Write(id, RelayError.Failed(refusedByNode.ErrorMessage));
        }
        catch (BadHttpRequestException tooLarge)
        {
            status = tooLarge.StatusCode;
            answer = Write(id, RelayError.InvalidRequest(tooLarge.Message, status));
        }

        RelayLog.Answered(logger, method, signer, status);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private static Address CheckSignature(StringValues header, byte[] body)
    {
        string? value = header;
        if (string.IsNullOrEmpty(value))
        {
            throw RelayError.InvalidRequest("signature is required", StatusCodes.Status403Forbidden);
        }

        return FlashbotsSignature.TryVerify(value, body, out Address signer)
            ? signer
            : throw RelayError.BareText(StatusCodes.Status403Forbidden, $"error in signature check {NamedSigner(value)}");
    }

    private static string NamedSigner(string header)
    {
        int colon = header.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Address.TryParse(header.AsSpan(0, colon), out Address named) ? named.ToString() : "of no address";
    }

    private static JsonElement ReadId(JsonElement request) =>
        request.TryGetProperty("id", out JsonElement id)
        && (id.ValueKind == JsonValueKind.Number || (id.ValueKind == JsonValueKind.String && IsText(id)))
            ? id
            : default;

    private static string ReadMethod(JsonElement request) =>
        request.TryGetProperty("method", out JsonElement name) && name.ValueKind == JsonValueKind.String && IsText(name)
            ? name.GetString()!
            : throw RelayError.InvalidRequest("method is missing");

    // Half a surrogate pair is JSON and no text: reading it would throw.
    private static bool IsText(JsonElement value) => !value.GetRawText().Contains("\\ud", StringComparison.OrdinalIgnoreCase);

    private static JsonElement Parse(byte[] body)
    {
        JsonElement request;
        try
        {
            request = JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            throw RelayError.ParseError();
        }

        return request.ValueKind switch
        {
            JsonValueKind.Object => request,
            JsonValueKind.Array => throw RelayError.InvalidRequest("batch requests are not supported"),
            _ => throw RelayError.InvalidRequest("invalid request"),
        };
    }

    private static byte[] Write(JsonElement id, RelayError error) =>
        error.IsBareText
            ? Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("error", error.Message);
                writer.WriteEndObject();
            })
            : Write(id, writer =>
            {
                writer.WriteStartObject("error");
                writer.WriteNumber("code", error.Code);
                writer.WriteString("message", error.Message);
                writer.WriteEndObject();
            });

    private static byte[] Write(JsonElement id, Action<Utf8JsonWriter> member) =>
        Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WritePropertyName("id");
            if (id.ValueKind == JsonValueKind.Undefined)
            {
                writer.WriteNullValue();
            }
            else
            {
                id.WriteTo(writer);
            }

            member(writer);
            writer.WriteEndObject();
        });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
