using System.Text.Json;
using Arb.BundleRelay;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Microsoft.AspNetCore.Http;

namespace Arb.Tests.BundleRelay;

public sealed class FlashbotsBundleRelayTests : IAsyncLifetime
{
    private const ulong Head = 15_585_576;
    private const ulong Target = Head + 1;

    private static readonly Secp256k1Key TradingKey = new(Keccak32("trading"));
    private static readonly Secp256k1Key AuthKey = new(Keccak32("auth"));
    private static readonly Guid Uuid = Guid.Parse("7f5b5a0c-95a3-4a5e-8a21-0c1f8f0e6d11");

    private static readonly Bundle Ours = new(
        [Sign(0), Sign(1)], TargetBlock: Target, MaxTimestampSeconds: 1_700_000_012, ReplacementUuid: Uuid);

    private readonly HttpClient _http = new();
    private HostileRelay? _server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HostileRelay Server => _server!;

    public async ValueTask InitializeAsync() => _server = await HostileRelay.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task A_body_is_signed_as_it_is_sent_by_the_auth_key_alone()
    {
        Server.AnswerWith(200, """{"jsonrpc":"2.0","id":$id,"result":{"bundleHash":"0x73b1e258c7a42fd0230b2fd05529c5d4b6fcb66c227783f8bece8aeacdd1db2e","smart":false}}""");

        BundleSubmissionReply reply = await Relay().SubmitAsync(Ours, Cancellation);

        Assert.Equal(new BundleSubmissionReply(true, "0x73b1e258c7a42fd0230b2fd05529c5d4b6fcb66c227783f8bece8aeacdd1db2e", null), reply);
        (string? signature, string? contentType, byte[] body) = Assert.Single(Server.Requests);
        Assert.True(FlashbotsSignature.TryVerify(signature, body, out Address signer));
        Assert.Equal(AuthKey.Address, signer);
        Assert.NotEqual(TradingKey.Address, signer);
        Assert.Equal("application/json", contentType);
        JsonElement request = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal("eth_sendBundle", request.GetProperty("method").GetString());
        JsonElement parameter = request.GetProperty("params")[0];
        Assert.Equal(1, request.GetProperty("params").GetArrayLength());
        Assert.Equal(Ours.Transactions.Select(t => Hex.Of(t.Raw.Span)), parameter.GetProperty("txs").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal("0xedd129", parameter.GetProperty("blockNumber").GetString());
        Assert.Equal(1_700_000_012, parameter.GetProperty("maxTimestamp").GetInt64());
        Assert.Equal("7f5b5a0c-95a3-4a5e-8a21-0c1f8f0e6d11", parameter.GetProperty("replacementUuid").GetString());
        Assert.False(parameter.TryGetProperty("revertingTxHashes", out _));
    }

    [Fact]
    public async Task A_simulation_names_the_state_it_wants()
    {
        Server.AnswerWith(200, Simulation());

        await Relay().SimulateAsync(Ours, Head, Cancellation);

        JsonElement request = JsonSerializer.Deserialize<JsonElement>(Assert.Single(Server.Requests).Body);
        Assert.Equal("eth_callBundle", request.GetProperty("method").GetString());
        Assert.Equal("0xedd128", request.GetProperty("params")[0].GetProperty("stateBlockNumber").GetString());
        Assert.Equal("0xedd129", request.GetProperty("params")[0].GetProperty("blockNumber").GetString());
    }

    [Fact]
    public async Task A_simulation_with_decimal_strings_and_numbers_is_read()
    {
        Server.AnswerWith(200, Simulation());

        BundleSimulation simulation = await Relay().SimulateAsync(Ours, Head, Cancellation);

        Assert.Equal(new BundleSimulation(true, 42_000, 18_000_000_000_000_000, 20_000_000_000_126_000, null), simulation);
    }

    [Theory]
    [InlineData("\"20000000000126000\"", "15585576", "\"21000\"")]
    [InlineData("20000000000126000", "\"15585576\"", "21000")]
    [InlineData("\"0x470de4df9ced30\"", "\"0xedd128\"", "\"0x5208\"")]
    public async Task Numbers_are_read_in_every_form(string difference, string stateBlock, string gas)
    {
        Server.AnswerWith(200, Simulation(difference: difference, stateBlock: stateBlock, gas: gas));

        BundleSimulation simulation = await Relay().SimulateAsync(Ours, Head, Cancellation);

        Assert.Equal(42_000UL, simulation.GasUsed);
        Assert.Equal(UInt256.Parse(difference.Trim('"')), simulation.CoinbaseDifferenceWei);
    }

    [Fact]
    public async Task A_coinbase_that_lost_was_paid_nothing()
    {
        Server.AnswerWith(200, Simulation(difference: "\"-5\""));

        Assert.True((await Relay().SimulateAsync(Ours, Head, Cancellation)).CoinbaseDifferenceWei.IsZero);
    }

    [Theory]
    [InlineData("""{"error":"execution reverted","revert":"\u0000\u0000\u0000"}""", "execution reverted")]
    [InlineData("""{"error":"execution reverted","revert":"no profit"}""", "execution reverted: no profit")]
    [InlineData("""{"error":"execution reverted","revert":"\ud800"}""", "execution reverted")]
    [InlineData("""{"error":"execution reverted","revert":"0x08c379a0000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000096e6f2070726f6669740000000000000000000000000000000000000000000000"}""", "execution reverted: no profit")]
    [InlineData("""{"error":"execution reverted","revert":"0x08c379a0"}""", "execution reverted: 0x08c379a0")]
    [InlineData("""{"error":"execution reverted","revert":"0x"}""", "execution reverted")]
    [InlineData("""{"error":"execution reverted","revert":"\b\ufffdy\ufffd"}""", "execution reverted")]
    [InlineData("""{"error":"execution reverted"}""", "execution reverted")]
    [InlineData("""{"error":{"code":-32000}}""", """{"code":-32000}""")]
    [InlineData("""{"error":"out\nof\u0007gas"}""", "out of gas")]
    [InlineData("""{"revert":""}""", "execution reverted")]
    public async Task A_revert_inside_the_results_is_a_failed_simulation(string members, string expected)
    {
        Server.AnswerWith(200, Simulation(second: members));

        BundleSimulation simulation = await Relay().SimulateAsync(Ours, Head, Cancellation);

        Assert.False(simulation.Succeeded);
        Assert.Equal($"{Ours.Transactions[1].Hash}: {expected}", simulation.Error);
    }

    [Theory]
    [InlineData(200, """{"jsonrpc":"2.0","error":{"code":-32000,"message":"err: nonce too low: address 0xAb, tx: 0 state: 1; txhash 0x01"},"id":1}""", "err: nonce too low: address 0xAb, tx: 0 state: 1; txhash 0x01 (-32000)")]
    [InlineData(400, """{"error":"unable to decode txs"}""", "unable to decode txs")]
    [InlineData(200, """{"error":{"message":"max fee per gas less than block base fee"}}""", "max fee per gas less than block base fee")]
    public async Task A_bundle_that_cannot_run_is_a_failed_simulation(int status, string body, string error)
    {
        Server.AnswerWith(status, body);

        BundleSimulation simulation = await Relay().SimulateAsync(Ours, Head, Cancellation);

        Assert.Equal(new BundleSimulation(false, 0, UInt256.Zero, UInt256.Zero, error), simulation);
    }

    [Theory]
    [InlineData(403, """{"jsonrpc":"2.0","error":{"code":-32600,"message":"signature is required"},"id":null}""")]
    [InlineData(403, """{"error":"error in signature check 0xEcDC4f8318e2E5d92369530871626d54A4eD9c9E"}""")]
    [InlineData(200, """{"jsonrpc":"2.0","error":{"code":-32600,"message":"signature is required"},"id":null}""")]
    [InlineData(200, """{"jsonrpc":"2.0","error":{"code":-32601,"message":"the method eth_callBundle does not exist/is not available"},"id":1}""")]
    [InlineData(200, """{"jsonrpc":"2.0","error":{"code":-32000,"message":"rpc call eth_callBundle() on http://simulation:8545 status code: 502. could not decode body to rpc response: invalid character '<' looking for beginning of value"},"id":1}""")]
    [InlineData(429, "Too Many Requests")]
    [InlineData(429, """{"error":{"code":-32005,"message":"rate limit"}}""")]
    [InlineData(500, "")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(503, """{"error":"overloaded"}""")]
    [InlineData(200, "<html>")]
    [InlineData(200, "")]
    [InlineData(200, "null")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"jsonrpc":"2.0","id":$id}""")]
    [InlineData(200, """{"jsonrpc":"2.0","id":99,"result":{}}""")]
    [InlineData(200, """{"jsonrpc":"2.0","id":$id,"result":null}""")]
    [InlineData(200, """{"jsonrpc":"2.0","id":$id,"result":{"results":[]}}""")]
    [InlineData(200, """{"jsonrpc":"2.0","id":$id,"result":{"results":[1,2]}}""")]
    public async Task What_says_nothing_of_the_bundle_is_no_simulation(int status, string body)
    {
        Server.AnswerWith(status, body);

        ChainUnavailableException failure = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Relay().SimulateAsync(Ours, Head, Cancellation));

        AssertShowsOriginOnly("eth_callBundle", failure);
    }

    [Theory]
    [InlineData("stateBlock", "15585575")]
    [InlineData("hash", "0x0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("difference", "\"1e18\"")]
    [InlineData("difference", "null")]
    [InlineData("difference", "\"\"")]
    [InlineData("gas", "-1.5")]
    public async Task A_simulation_of_something_else_or_with_a_wrong_number_is_no_simulation(string what, string value)
    {
        Server.AnswerWith(200, what switch
        {
            "stateBlock" => Simulation(stateBlock: value),
            "hash" => Simulation(hash: value),
            "difference" => Simulation(difference: value),
            _ => Simulation(gas: value),
        });

        await Assert.ThrowsAsync<ChainUnavailableException>(() => Relay().SimulateAsync(Ours, Head, Cancellation));
    }

    [Theory]
    [InlineData(200, """{"jsonrpc":"2.0","error":{"code":-32000,"message":"unable to decode bundle"},"id":1}""", "unable to decode bundle (-32000)")]
    [InlineData(400, """{"error":"unable to decode txs"}""", "HTTP 400: unable to decode txs")]
    [InlineData(403, """{"jsonrpc":"2.0","error":{"code":-32600,"message":"signature is required"},"id":null}""", "HTTP 403: signature is required (-32600)")]
    [InlineData(429, "Too\r\nMany", "HTTP 429: Too Many")]
    [InlineData(404, "", "HTTP 404: no message")]
    public async Task A_refused_submission_is_a_value(int status, string body, string error)
    {
        Server.AnswerWith(status, body);

        Assert.Equal(new BundleSubmissionReply(false, null, error), await Relay().SubmitAsync(Ours, Cancellation));
    }

    [Theory]
    [InlineData(500, """{"error":{"code":-32603,"message":"internal"}}""")]
    [InlineData(502, "<html>")]
    [InlineData(408, "")]
    [InlineData(307, "")]
    [InlineData(200, "OK")]
    [InlineData(200, """{"jsonrpc":"2.0","id":99,"result":{"bundleHash":"0x01"}}""")]
    public async Task Whether_a_submission_was_taken_can_be_unknown(int status, string body)
    {
        Server.AnswerWith(status, body);

        ChainUnavailableException failure = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Relay().SubmitAsync(Ours, Cancellation));

        AssertShowsOriginOnly("eth_sendBundle", failure);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"nil\"")]
    [InlineData("{}")]
    public async Task A_submission_is_accepted_without_a_hash_as_some_builders_do(string result)
    {
        Server.AnswerWith(200, $$"""{"jsonrpc":"2.0","id":"$id","result":{{result}}}""");

        Assert.Equal(new BundleSubmissionReply(true, null, null), await Relay().SubmitAsync(Ours, Cancellation));
    }

    [Fact]
    public async Task A_bundle_relay_that_hangs_or_never_stops_talking_is_given_up()
    {
        Server.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Relay(timeout: TimeSpan.FromMilliseconds(200)).SubmitAsync(Ours, Cancellation));

        Server.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string(' ', 64 * 1024), context.RequestAborted);
            }
        };
        ChainUnavailableException endless = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => Relay().SubmitAsync(Ours, Cancellation));
        Assert.Contains("larger than", endless.Message, StringComparison.Ordinal);

        Server.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<ChainUnavailableException>(() => Relay().SubmitAsync(Ours, Cancellation));
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable_and_a_cancelled_caller_is_cancelled()
    {
        FlashbotsBundleRelay nobody = new(_http, new BundleRelayOptions(new Uri("http://127.0.0.1:9/secret?key=secret")), AuthKey);
        ChainUnavailableException failure = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => nobody.SubmitAsync(Ours, Cancellation));
        AssertShowsOriginOnly("eth_sendBundle", failure);

        using CancellationTokenSource cancelled = new();
        Server.Answer = async context =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Relay().SubmitAsync(Ours, cancelled.Token));
    }

    [Fact]
    public async Task A_text_of_a_bundle_relay_is_bounded_before_it_is_kept()
    {
        Server.AnswerWith(400, new string('x', 100_000));

        BundleSubmissionReply reply = await Relay().SubmitAsync(Ours, Cancellation);

        Assert.InRange(reply.Error!.Length, 1, 400);
    }

    [Fact]
    public async Task A_cancel_names_the_uuid_only()
    {
        Server.AnswerWith(200, """{"jsonrpc":"2.0","id":$id,"result":[]}""");

        Assert.True((await Relay().CancelAsync(Uuid, Cancellation)).Accepted);

        JsonElement request = JsonSerializer.Deserialize<JsonElement>(Assert.Single(Server.Requests).Body);
        Assert.Equal("eth_cancelBundle", request.GetProperty("method").GetString());
        Assert.Equal("""[{"replacementUuid":"7f5b5a0c-95a3-4a5e-8a21-0c1f8f0e6d11"}]""", request.GetProperty("params").GetRawText());
    }

    [Fact]
    public void An_endpoint_that_is_no_URL_is_refused_without_showing_it()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new BundleRelayOptions(new Uri("ftp://user:secret@relay.example/secret")));

        Assert.Contains("ftp://relay.example", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private FlashbotsBundleRelay Relay(TimeSpan? timeout = null) =>
        new(
            _http,
            new BundleRelayOptions(new Uri(Server.Url, "/secret?key=secret")) { Timeout = timeout ?? TimeSpan.FromSeconds(30) },
            AuthKey);

    private static void AssertShowsOriginOnly(string method, ChainUnavailableException failure)
    {
        Assert.StartsWith($"{method} at http://127.0.0.1:", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    /// <summary>An answer as the public bundle relay gives it, for our two transactions.</summary>
    private static string Simulation(
        string difference = "\"20000000000126000\"",
        string stateBlock = "15585576",
        string gas = "21000",
        string? hash = null,
        string second = """{"value":"0x"}""") =>
        $$$"""
        {"jsonrpc":"2.0","id":$id,"result":{"bundleGasPrice":"476190476193","bundleHash":"0x73b1","coinbaseDiff":{{{difference}}},
        "ethSentToCoinbase":"18000000000000000","gasFees":"2000000000126000","results":[
        {"coinbaseDiff":"1","ethSentToCoinbase":"0","fromAddress":"0x02A7","gasFees":"1","gasPrice":"1","gasUsed":{{{gas}}},
        "toAddress":"0x7306","txHash":"{{{hash ?? Ours.Transactions[0].Hash.ToString()}}}","value":"0x"},
        {"gasUsed":{{{gas}}},"txHash":"{{{Ours.Transactions[1].Hash}}}",{{{second[1..]}}}],
        "stateBlockNumber":{{{stateBlock}}},"totalGasUsed":42000}}
        """;

    private static SignedTransaction Sign(ulong nonce) =>
        Eip1559Transaction.Sign(
            new UnsignedTransaction(1, TradingKey.Address, nonce, 1, 100, 21_000, TradingKey.Address, UInt256.Zero, default),
            TradingKey);

    private static byte[] Keccak32(string name)
    {
        byte[] bytes = new byte[Hash256.Size];
        Keccak.Hash256(name).CopyTo(bytes);
        return bytes;
    }
}
