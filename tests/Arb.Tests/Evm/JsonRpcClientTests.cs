using System.Net;
using System.Text;
using System.Text.Json;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class JsonRpcClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_sends_parameters_and_returns_the_result()
    {
        JsonElement sent = default;
        StubNode node = new((request, _) =>
        {
            sent = request.Clone();
            return (HttpStatusCode.OK, $$"""{"jsonrpc":"2.0","id":{{StubNode.Id(request)}},"result":"0x2a"}""");
        });
        UInt256 result = await node.Client().CallAsync(
            "eth_call", writer => writer.WriteStringValue("latest"), value => RpcJson.Quantity(value, "it"), Cancellation);
        Assert.Equal((UInt256)42UL, result);
        Assert.Equal(
            ("2.0", "eth_call", """["latest"]"""),
            (sent.GetProperty("jsonrpc").GetString(), sent.GetProperty("method").GetString(), sent.GetProperty("params").GetRawText()));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":999,"result":"0x1"}""", 200, "another id")]
    [InlineData("""{"jsonrpc":"2.0","result":"0x1"}""", 200, "another id")]
    [InlineData("""{"jsonrpc":"2.0","id":$id}""", 200, "neither result nor error")]
    [InlineData("""["0x1"]""", 200, "not a JSON-RPC answer")]
    [InlineData("<html>rate limited</html>", 429, "HTTP 429 with a body that is not JSON")]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"result":"0x1"}""", 502, "HTTP 502")]
    [InlineData("", 200, "not JSON")]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"result":"0xzz"}""", 200, "not a hex quantity")]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"result":17}""", 200, "not a string")]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"result":null}""", 200, "not a string")]
    public async Task Answer_that_cannot_be_trusted_is_unavailable(string body, int status, string why)
    {
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => CallAsync(new StubNode(body, (HttpStatusCode)status).Client()));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains("eth_chainId at https://node.example:8443", refused.Message, StringComparison.Ordinal);
        AssertNoSecret(refused);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"error":{"code":3,"message":"execution reverted","data":"0x1234"}}""", 200, 3, "execution reverted", "0x1234")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}""", 400, -32700, "parse error", null)]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"error":{"code":-32000,"message":"m","data":{"a":1}}}""", 200, -32000, "m", """{"a":1}""")]
    [InlineData("""{"error":"unable to decode txs"}""", 400, 0, "unable to decode txs", null)]
    public async Task Error_answer_is_told_with_code_message_and_data(
        string body, int status, long code, string message, string? data)
    {
        JsonRpcException refused = await Assert.ThrowsAsync<JsonRpcException>(
            () => CallAsync(new StubNode(body, (HttpStatusCode)status).Client()));
        Assert.Equal((code, message, data), (refused.Code, refused.ErrorMessage, refused.ErrorData));
        AssertNoSecret(refused);
    }

    [Fact]
    public async Task Answer_above_the_limit_is_unavailable()
    {
        StubNode node = new($$"""{"jsonrpc":"2.0","id":$id,"result":"{{new string('a', 5_000)}}"}""");
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => CallAsync(node.Client(options => options with { AnswerBytesMax = 1_000 })));
        Assert.Contains("larger than 1000 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_fails_is_unavailable()
    {
        using HttpClient http = new(new HandlerOf((_, _) => throw new HttpRequestException("Connection refused")));
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => CallAsync(new JsonRpcClient(http, new JsonRpcOptions(StubNode.Endpoint))));
        Assert.Contains("Connection refused", refused.Message, StringComparison.Ordinal);
        AssertNoSecret(refused);
    }

    [Fact]
    public async Task Answer_that_never_comes_is_unavailable_after_the_timeout()
    {
        using HttpClient http = new(new HandlerOf(NeverAsync));
        JsonRpcClient client = new(http, new JsonRpcOptions(StubNode.Endpoint) { Timeout = TimeSpan.FromMilliseconds(20) });
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(() => CallAsync(client));
        Assert.Contains("no complete answer within 0.02 s", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_is_no_failure_of_the_node()
    {
        using HttpClient http = new(new HandlerOf(NeverAsync));
        using CancellationTokenSource cancellation = new();
        Task<UInt256> call = new JsonRpcClient(http, new JsonRpcOptions(StubNode.Endpoint))
            .CallAsync("eth_chainId", null, value => RpcJson.Quantity(value, "it"), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Batch_puts_replies_in_the_order_of_requests()
    {
        StubNode node = new((request, _) =>
        {
            IEnumerable<string> answers = request.EnumerateArray().Reverse().Select(single =>
                single.GetProperty("method").GetString() == "bad"
                    ? $$$"""{"jsonrpc":"2.0","id":{{{StubNode.Id(single)}}},"error":{"code":-1,"message":"no"}}"""
                    : $$"""{"jsonrpc":"2.0","id":{{StubNode.Id(single)}},"result":{{single.GetProperty("method").GetRawText()}}}""");
            return (HttpStatusCode.OK, $"[{string.Join(',', answers)}]");
        });
        IReadOnlyList<JsonRpcReply> replies = await node.Client().BatchAsync(
            [new JsonRpcRequest("one"), new JsonRpcRequest("bad"), new JsonRpcRequest("three")], Cancellation);
        Assert.Equal("one", replies[0].ResultOrThrow().GetString());
        Assert.Equal(-1, Assert.Throws<JsonRpcException>(() => replies[1].ResultOrThrow()).Code);
        Assert.Equal("three", replies[2].ResultOrThrow().GetString());
    }

    [Theory]
    [InlineData("""[{"jsonrpc":"2.0","id":$id,"result":"0x1"}]""", "lacks one")]
    [InlineData("""[{"jsonrpc":"2.0","id":$id,"result":"0x1"},{"jsonrpc":"2.0","id":$id,"result":"0x1"}]""", "one twice")]
    [InlineData("""[{"jsonrpc":"2.0","id":$id,"result":"0x1"},{"jsonrpc":"2.0","id":0,"result":"0x1"}]""", "not asked")]
    [InlineData("""{"jsonrpc":"2.0","id":$id,"result":"0x1"}""", "not an array")]
    public async Task Batch_with_wrong_replies_is_unavailable(string body, string why)
    {
        ChainUnavailableException refused = await Assert.ThrowsAsync<ChainUnavailableException>(() =>
            new StubNode(body).Client().BatchAsync([new JsonRpcRequest("a"), new JsonRpcRequest("b")], Cancellation));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_header_signs_exactly_the_bytes_sent()
    {
        Secp256k1Key key = Secp256k1Key.Parse(new string('1', 64));
        bool verified = false;
        using HttpClient http = new(new HandlerOf(async (request, cancellation) =>
        {
            byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellation);
            string header = request.Headers.GetValues(FlashbotsSignature.HeaderName).Single();
            verified = FlashbotsSignature.TryVerify(header, body, out Address signer) && signer == key.Address;
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent("""{"jsonrpc":"2.0","id":1,"result":"0x1"}""", Encoding.UTF8),
            };
        }));
        JsonRpcOptions options = new(StubNode.Endpoint)
        {
            BodyHeader = body => new(FlashbotsSignature.HeaderName, FlashbotsSignature.Create(key, body.Span)),
        };
        await CallAsync(new JsonRpcClient(http, options));
        Assert.True(verified);
    }

    [Theory]
    [InlineData("ftp://node.example/SECRETKEY")]
    [InlineData("/SECRETKEY")]
    public void Options_refuse_another_scheme_without_showing_the_rest(string endpoint)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new JsonRpcOptions(new Uri(endpoint, UriKind.RelativeOrAbsolute)));
        Assert.DoesNotContain("SECRET", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_show_the_origin_only() =>
        Assert.Equal("https://node.example:8443", new JsonRpcOptions(StubNode.Endpoint).ToString());

    private static Task<UInt256> CallAsync(JsonRpcClient client) =>
        client.CallAsync("eth_chainId", null, value => RpcJson.Quantity(value, "chain id"), Cancellation);

    private static void AssertNoSecret(Exception failure)
    {
        Assert.DoesNotContain("SECRET", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("password", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> NeverAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        TaskCompletionSource<HttpResponseMessage> never = new();
        return await never.Task.WaitAsync(cancellation);
    }

    private sealed class HandlerOf(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
        : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            send(request, cancellationToken);
    }
}
