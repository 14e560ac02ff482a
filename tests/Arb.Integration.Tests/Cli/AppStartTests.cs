using System.Net;
using System.Net.Sockets;
using Arb.Devnet.Processes;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary>The built app with settings that cannot work: it ends at once, and one line says what to change.</summary>
public sealed class AppStartTests(AnvilFixture anvil, AzuriteFixture azurite) : IClassFixture<AnvilFixture>, IClassFixture<AzuriteFixture>
{
    private const string DevKey = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
    private const string SomeAddress = "0x00000000000000000000000000000000000000aa";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_starts_with_settings_that_fit()
    {
        using TempFolder folder = new();
        using ArbProcess app = ArbProcess.StartApp(Settings(folder), ["--urls", "http://127.0.0.1:0", "--exit-with-stdin"]);

        Assert.Contains("Listening on", await app.LineAsync("Listening on", Cancellation), StringComparison.Ordinal);
        Assert.Contains("Execution mode DryRun on chain 31337 with 1 lanes", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_missing_node_url_is_named() =>
        AssertRefusedAsync("Chain__RpcUrl must be set to a node's JSON-RPC URL", ("Chain__RpcUrl", null));

    [Fact]
    public Task Several_missing_settings_are_named_in_one_message() =>
        AssertRefusedAsync("Execution__Executor must be set", ("Execution__Executor", null), ("Chain__WrappedEther", null));

    [Fact]
    public async Task An_unreachable_node_is_named_without_the_secret_in_its_url()
    {
        string origin = $"http://127.0.0.1:{FreePortNumber()}";
        string output = await AssertRefusedAsync("Chain__RpcUrl", ("Chain__RpcUrl", $"{origin}/v2/SeCrEt-of-mine?key=hUsH"));

        Assert.Contains(origin, output, StringComparison.Ordinal);
        Assert.DoesNotContain("SeCrEt", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hush", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_node_url_that_is_none_is_refused_without_showing_it()
    {
        string output = await AssertRefusedAsync("Chain__RpcUrl: its value is not an absolute http or https URL", ("Chain__RpcUrl", "mainnet/SeCrEt"));

        Assert.DoesNotContain("SeCrEt", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public Task A_node_of_another_chain_is_refused() =>
        AssertRefusedAsync("Setting Chain__Id: it is 1, but the node at Chain__RpcUrl serves chain 31337", ("Chain__Id", "1"));

    [Theory]
    [InlineData("Chain__WrappedEther", "0x12", "'0x12' is not an address")]
    [InlineData("Chain__Multicall", "multicall", "'multicall' is not an address")]
    [InlineData("Chain__Vault", "0x00000000000000000000000000000000000000zz", "is not an address")]
    [InlineData("Chain__Factories__0__Address", "", "'' is not an address")]
    [InlineData("Chain__Factories__0__FeePips", "1000000", "1000000 is not a fee in pips")]
    [InlineData("Execution__Executor", "0xabc", "'0xabc' is not an address")]
    [InlineData("Execution__Recipient", "me", "'me' is not an address")]
    [InlineData("Execution__MinProfitWei", "1e15", "'1e15' is not an amount in wei")]
    [InlineData("Execution__Mode", "Lively", "'Lively' cannot be read: DryRun or Live is expected")]
    [InlineData("Chain__Id", "mainnet", "'mainnet' cannot be read: a number is expected")]
    [InlineData("Execution__SubmissionsMax", "0", "must lie between 1 and 25")]
    [InlineData("BundleRelay__Url", "relay.example", "its value is not an absolute http or https URL")]
    [InlineData("Keys__OperatorFile", null, "it must be set to a file")]
    [InlineData("Keys__OperatorFile", "/no/such/file", "there is no file '/no/such/file'")]
    [InlineData("ScanSchedule", null, "there is no setting ScanSchedule")]
    [InlineData("ScanSchedule", "every second", "every second")]
    public async Task A_setting_that_cannot_be_used_is_named_with_what_is_expected(string name, string? value, string problem)
    {
        string output = await AssertRefusedAsync(problem, (name, value));

        Assert.Contains(name, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_with_something_else_in_it_is_refused_without_showing_it()
    {
        using TempFolder folder = new();
        string file = folder.At("not.key");
        await File.WriteAllTextAsync(file, "correct horse battery staple", Cancellation);
        string output = await AssertRefusedAsync("64 hex digits", ("Keys__OperatorFile", file));

        Assert.Contains("Keys__OperatorFile", output, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_key_file_is_refused_on_any_chain_but_the_devnet()
    {
        await using AnvilNode other = await AnvilNode.StartAsync(
            await TestTools.NpmAsync(), new AnvilOptions { ChainId = 5 }, Cancellation);

        string output = await AssertRefusedAsync(
            "Setting Keys__OperatorFile: keys in a plain file are only for the devnet (chain 31337), not for chain 5",
            ("Chain__Id", "5"), ("Chain__RpcUrl", other.RpcUrl.ToString()));

        Assert.DoesNotContain(DevKey[2..], output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Storage_that_cannot_be_reached_is_named()
    {
        int port = FreePortNumber();
        string dead = azurite.ConnectionString
            .Replace(new Uri(Endpoint("TableEndpoint")).Authority, $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace(new Uri(Endpoint("BlobEndpoint")).Authority, $"127.0.0.1:{port}", StringComparison.Ordinal);

        string output = await AssertRefusedAsync("AzureWebJobsStorage", ("AzureWebJobsStorage", dead));
        Assert.Contains($"127.0.0.1:{port}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public Task A_storage_connection_that_is_none_is_named(string? value) =>
        AssertRefusedAsync("AzureWebJobsStorage", ("AzureWebJobsStorage", value));

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        using TempFolder folder = new();

        string output = await AssertEndsAsync(Settings(folder), url);

        Assert.Contains(url, output, StringComparison.Ordinal);
        Assert.Contains("--urls", output, StringComparison.Ordinal);
    }

    private async Task<string> AssertRefusedAsync(string problem, params (string Name, string? Value)[] changes)
    {
        using TempFolder folder = new();
        Dictionary<string, string?> settings = Settings(folder);
        foreach ((string name, string? value) in changes)
        {
            settings[name] = value;
        }

        string output = await AssertEndsAsync(settings, "http://127.0.0.1:0");
        Assert.Contains(problem, output, StringComparison.Ordinal);
        return output;
    }

    /// <summary>It ends with a failure and exactly one error, which has no stack trace; returns all it printed.</summary>
    private static async Task<string> AssertEndsAsync(Dictionary<string, string?> settings, string url)
    {
        using ArbProcess app = ArbProcess.StartApp(settings, ["--urls", url]);

        int code = await app.ExitAsync(Cancellation);

        Assert.True(code != 0, app.Output);
        string[] errors = [.. app.Output.Split('\n').Where(IsError)];
        Assert.True(errors.Length == 1, app.Output);
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", app.Output, StringComparison.Ordinal);
        return app.Output;
    }

    private static bool IsError(string line) =>
        line.StartsWith("error: ", StringComparison.Ordinal)
        || line.Contains("fail: ", StringComparison.Ordinal)
        || line.Contains("crit: ", StringComparison.Ordinal);

    /// <summary>All that the app needs. No contract is there: the start does not call any.</summary>
    private Dictionary<string, string?> Settings(TempFolder folder)
    {
        string operators = folder.At("operators.key");
        string auth = folder.At("auth.key");
        File.WriteAllText(operators, DevKey);
        File.WriteAllText(auth, new string('7', 64));
        return new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,

            // Nothing is to run by the clock while a test looks.
            ["ScanSchedule"] = "0 0 0 1 1 *",
            ["DiscoverSchedule"] = "0 0 0 1 1 *",
            ["SweepSchedule"] = "0 0 0 1 1 *",
            ["Chain__Id"] = "31337",
            ["Chain__RpcUrl"] = anvil.RpcUrl.ToString(),
            ["Chain__WrappedEther"] = SomeAddress,
            ["Chain__Factories__0__Address"] = SomeAddress,
            ["Chain__Factories__0__Dex"] = "uniswap-v2",
            ["Chain__Factories__0__FeePips"] = "3000",
            ["Execution__Executor"] = SomeAddress,
            ["Execution__Recipient"] = SomeAddress,
            ["BundleRelay__Url"] = "http://127.0.0.1:1",
            ["Keys__OperatorFile"] = operators,
            ["Keys__BundleRelayAuthFile"] = auth,
        };
    }

    private string Endpoint(string name) =>
        azurite.ConnectionString.Split(';').Single(p => p.StartsWith(name, StringComparison.Ordinal))[(name.Length + 1)..];

    private static int FreePortNumber()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
