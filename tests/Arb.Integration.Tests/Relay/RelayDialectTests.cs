using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.Integration.Tests.Relay;

public sealed class RelayDialectTests(RelayChain chain) : IClassFixture<RelayChain>
{
    private static readonly Secp256k1Key Key = RelayChain.KeyOf("searcher");
    private static readonly string[] Truncated = ["0x02"];

    [Fact]
    public async Task A_missing_signature_is_403_with_a_JSON_RPC_error()
    {
        (int status, JsonElement body) = await chain.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{}]}""", null);

        Assert.Equal(403, status);
        Assert.Equal(-32600, body.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("signature is required", body.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_signature_by_another_or_over_another_body_is_403_with_a_bare_text()
    {
        const string Body = """{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{}]}""";
        Address other = RelayChain.KeyOf("other").Address;

        (int wrongSigner, JsonElement named) = await chain.PostAsync(Body, Key, header => other + header[header.IndexOf(':')..]);
        (int wrongBody, _) = await chain.PostAsync(
            Body, Key, _ => FlashbotsSignature.Create(Key, System.Text.Encoding.UTF8.GetBytes(Body + " ")));
        (int noSignature, _) = await chain.PostAsync(Body, Key, _ => "0x1234");

        Assert.Equal((403, 403, 403), (wrongSigner, wrongBody, noSignature));
        Assert.Equal($"error in signature check {other}", named.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("\"0x7fffffff\"", -32000, "blocks ahead")]
    [InlineData("12", -32602, "hex string without 0x prefix")]
    [InlineData("\"12\"", -32602, "hex string without 0x prefix")]
    [InlineData("\"0x01\"", -32602, "leading zero")]
    [InlineData("\"0x\"", -32602, "hex string \"0x\"")]
    [InlineData("\"latest\"", -32602, "hex string without 0x prefix")]
    [InlineData("null", -32000, "bundle missing blockNumber")]
    public async Task A_block_number_is_a_hex_string(string blockNumber, int code, string message)
    {
        string raw = Hex.Of(RelayChain.Sign(Key, 0, Key.Address).Raw.Span);

        (int status, JsonElement body) = await chain.PostAsync(
            $$"""{"jsonrpc":"2.0","id":5,"method":"eth_sendBundle","params":[{"txs":["{{raw}}"],"blockNumber":{{blockNumber}}}]}""", Key);

        Assert.Equal(200, status);
        Assert.Equal(5, body.GetProperty("id").GetInt32());
        AssertError(body, code, message);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle"}""", 200, -32602, "missing value for required argument 0")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":{"txs":[]}}""", 200, -32602, "non-array args")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{},{}]}""", 200, -32602, "too many arguments")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":[]}]}""", 200, -32000, "bundle missing txs")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":["0x02ff"],"blockNumber":"0x1"}]}""", 200, -32000, "unable to decode bundle")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":["zz"],"blockNumber":"0x1"}]}""", 200, -32000, "unable to decode bundle")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":["\ud800"],"blockNumber":"0x1"}]}""", 200, -32602, "txs is not text")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_cancelBundle","params":[{"replacementUuid":"x"}]}""", 200, -32602, "not a UUID")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}""", 200, -32601, "the method eth_blockNumber does not exist")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"flashbots_getUserStats","params":["0x1"]}""", 403, -32601, "deprecated")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"flashbots_getBundleStatsV2","params":[{}]}""", 403, -32601, "deprecated")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", 400, -32600, "method is missing")]
    [InlineData("""{"jsonrpc":"2.0","id":"\ud800","method":"\ud800"}""", 400, -32600, "method is missing")]
    [InlineData("""[]""", 400, -32600, "batch")]
    [InlineData("""{"jsonrpc":""", 400, -32700, "parse error")]
    public async Task Wrong_requests_are_answered_as_the_public_bundle_relay_does(string request, int status, int code, string message)
    {
        (int given, JsonElement body) = await chain.PostAsync(request, Key);

        Assert.Equal(status, given);
        AssertError(body, code, message);
    }

    [Fact]
    public async Task Undecodable_transactions_of_a_simulation_are_400_with_a_bare_text()
    {
        (int status, JsonElement body) = await chain.CallAsync(
            "eth_callBundle", new { txs = Truncated, blockNumber = "0x1", stateBlockNumber = "latest" });

        Assert.Equal(400, status);
        Assert.Equal("unable to decode txs", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_bundle_has_at_most_100_transactions_and_300_000_bytes()
    {
        string small = Hex.Of(RelayChain.Sign(Key, 0, Key.Address).Raw.Span);
        string large = Hex.Of(RelayChain.Sign(Key, 0, Key.Address, payload: new byte[300_001]).Raw.Span);
        string blockNumber = Hex.Quantity(await chain.HeadAsync() + 1);

        (_, JsonElement many) = await chain.CallAsync(
            "eth_sendBundle", new { txs = Enumerable.Repeat(small, 101), blockNumber });
        (_, JsonElement full) = await chain.CallAsync(
            "eth_sendBundle", new { txs = Enumerable.Repeat(small, 100), blockNumber });
        (_, JsonElement heavy) = await chain.CallAsync("eth_sendBundle", new { txs = new[] { large }, blockNumber });
        (int tooLarge, _) = await chain.PostAsync(new string(' ', 1024 * 1024) + "{}", Key);

        AssertError(many, -32000, "at most 100");
        Assert.True(full.TryGetProperty("result", out _));
        AssertError(heavy, -32000, "at most 300000");
        Assert.Equal(413, tooLarge);
    }

    [Fact]
    public async Task A_simulation_runs_on_the_state_it_names()
    {
        Secp256k1Key sender = await chain.AccountAsync();
        ulong before = await chain.HeadAsync();
        string raw = Hex.Of(RelayChain.Sign(sender, 0, sender.Address).Raw.Span);
        await chain.CallAsync("eth_sendBundle", new { txs = new[] { raw }, blockNumber = Hex.Quantity(before + 1) });
        Assert.Single((await chain.BuildAsync()).Bundles);

        (_, JsonElement onHead) = await chain.CallAsync("eth_callBundle", Simulation("latest"));
        (_, JsonElement onOld) = await chain.CallAsync("eth_callBundle", Simulation(Hex.Quantity(before)));
        (_, JsonElement onFuture) = await chain.CallAsync("eth_callBundle", Simulation(Hex.Quantity(before + 99)));

        AssertError(onHead, -32000, "nonce too low");
        Assert.Equal(before, onOld.GetProperty("result").GetProperty("stateBlockNumber").GetUInt64());
        AssertError(onFuture, -32000, "header not found");

        object Simulation(string state) =>
            new { txs = new[] { raw }, blockNumber = Hex.Quantity(before + 2), stateBlockNumber = state };
    }

    [Fact]
    public async Task Only_POST_is_answered()
    {
        using HttpResponseMessage response = await chain.Http.GetAsync(chain.Server.Url, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private static void AssertError(JsonElement body, int code, string message)
    {
        JsonElement error = body.GetProperty("error");
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(code, error.GetProperty("code").GetInt32());
    }
}
