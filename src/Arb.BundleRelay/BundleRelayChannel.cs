using System.Buffers;
using System.Text.Json;
using Arb.Engine;
using Arb.Evm;

namespace Arb.BundleRelay;

/// <summary>
/// Posts signed JSON-RPC requests to one bundle relay. A body is serialised once; exactly those bytes are signed and
/// sent.
/// </summary>
internal sealed class BundleRelayChannel(HttpClient http, BundleRelayOptions options, Secp256k1Key authKey, TimeProvider time)
{
    private long _lastId;

    /// <summary>Calls a method with one parameter object.</summary>
    /// <exception cref="ChainUnavailableException">There was no answer, or none that can be trusted.</exception>
    public async Task<BundleRelayReply> CallAsync(
        string method, Action<Utf8JsonWriter> members, CancellationToken cancellation)
    {
        long id = Interlocked.Increment(ref _lastId);
        byte[] body = Write(id, method, members);
        using CancellationTokenSource timeout = new(options.Timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, options.Endpoint);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TryAddWithoutValidation(FlashbotsSignature.HeaderName, FlashbotsSignature.Create(authKey, body));
            using HttpResponseMessage response =
                await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            ReadOnlyMemory<byte> answer = await ReadLimitedAsync(response, either.Token);
            return BundleRelayReply.Read((int)response.StatusCode, answer.Span, id);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(method, $"no complete answer within {options.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or FormatException)
        {
            throw Unavailable(method, failed.Message, failed);
        }
    }

    /// <summary>The failure, naming the method and the endpoint's origin only.</summary>
    public ChainUnavailableException Unavailable(string method, string why, Exception? inner = null) =>
        new($"{method} at {options.Origin} failed: {why}.", inner);

    private static byte[] Write(long id, string method, Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteNumber("id", id);
            writer.WriteString("method", method);
            writer.WriteStartArray("params");
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task<ReadOnlyMemory<byte>> ReadLimitedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
        ArrayBufferWriter<byte> answer = new(4096);
        while (true)
        {
            int read = await stream.ReadAsync(answer.GetMemory(1), cancellation);
            if (read == 0)
            {
                return answer.WrittenMemory;
            }

            answer.Advance(read);
            if (answer.WrittenCount > options.AnswerBytesMax)
            {
                throw new FormatException($"the answer is larger than {options.AnswerBytesMax} bytes");
            }
        }
    }
}
