using System.Text.Json;
using Arb.Domain;
using Arb.Evm;
using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary><c>arb deploy-executor</c> as a user starts it, against a node of its own.</summary>
public sealed class DeployExecutorTests : IAsyncLifetime
{
    private const string Owner = "0x00000000000000000000000000000000000a11ce";
    private const string Recipient = "0x0000000000000000000000000000000000beef01";
    private const string Operator = "0x0000000000000000000000000000000009e4a704";

    // anvil's first dev account; it has ether.
    private const string RichKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string PoorKey = "00000000000000000000000000000000000000000000000000000000000000b0";

    private readonly AnvilFixture _anvil = new();
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private JsonRpcClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        await TestTools.AllAsync();
        await _anvil.InitializeAsync();
        _client = new JsonRpcClient(_http, new JsonRpcOptions(_anvil.RpcUrl));
        await RpcAsync("evm_setAutomine", true);
        await File.WriteAllTextAsync(_folder.At("password"), "a password\n", TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _folder.Dispose();
        await _anvil.DisposeAsync();
    }

    [Fact]
    public async Task A_dry_run_says_address_and_cost_and_sends_nothing_and_send_deploys_there()
    {
        (int code, string dry) = await RunAsync();
        Assert.True(code == 0, dry);
        Address executor = Address.Parse(Value(dry, "executor:"));
        Assert.Contains("Dry-run: nothing was sent", dry, StringComparison.Ordinal);
        Assert.Contains("wei per gas", Value(dry, "cost:"), StringComparison.Ordinal);
        Assert.Equal("0x", await CodeAsync(executor));
        Assert.Equal(0UL, await NonceAsync());

        (code, string sent) = await RunAsync(["--send", .. Payer("rich", RichKey)]);
        Assert.True(code == 0, sent);
        Assert.Equal(executor, Address.Parse(Value(sent, "executor:")));
        Assert.Contains("Deployed and verified", sent, StringComparison.Ordinal);
        Assert.Equal(1UL, await NonceAsync());
        Assert.Equal(Address.Parse(Owner), await AskAsync(executor, "owner()"));
        Assert.Equal(Address.Parse(Recipient), await AskAsync(executor, "recipient()"));

        // No more gas was paid than the dry run told.
        Assert.True(Gas(Value(sent, "paid:").Split(" for ")[1]) <= Gas(Value(dry, "gas:")), sent);

        (code, string again) = await RunAsync(["--send", .. Payer("rich", RichKey)]);
        Assert.True(code == 0, again);
        Assert.Contains("It is there already; nothing was sent.", again, StringComparison.Ordinal);
        Assert.Equal(1UL, await NonceAsync());
    }

    [Fact]
    public async Task Another_salt_gives_another_address()
    {
        (_, string first) = await RunAsync();
        (_, string second) = await RunAsync("--salt", "0x" + new string('1', 64));
        Assert.NotEqual(Value(first, "executor:"), Value(second, "executor:"));
    }

    [Fact]
    public async Task Foreign_code_at_the_address_is_not_taken_for_the_executor()
    {
        (_, string dry) = await RunAsync();
        await RpcAsync("anvil_setCode", Value(dry, "executor:"), "0x600160005260206000f3");
        await RefusesAsync("Do not trade with it");
    }

    [Fact]
    public Task Another_chain_is_refused() => RefusesAsync("The node serves chain 31337; --chain-id is 1", "--chain-id", "1");

    [Fact]
    public Task An_owner_that_trades_is_refused() => RefusesAsync("is among the operators", "--operator", Owner);

    [Fact]
    public Task A_send_without_a_payer_is_refused() => RefusesAsync("--send needs --keystore", "--send");

    [Fact]
    public Task A_gas_price_above_the_cap_is_refused() =>
        RefusesAsync("above --max-gas-price-wei 7", ["--send", "--max-gas-price-wei", "7", .. Payer("rich", RichKey)]);

    [Fact]
    public Task A_payer_without_enough_ether_is_refused() =>
        RefusesAsync("holds 0 wei", ["--send", .. Payer("poor", PoorKey)]);

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        string[] payer = Payer("rich", RichKey);
        await File.WriteAllTextAsync(_folder.At("password"), "another one\n", TestContext.Current.CancellationToken);
        await RefusesAsync("rich.json", ["--send", .. payer]);
    }

    [Fact]
    public async Task A_chain_without_the_proxy_is_refused()
    {
        await RpcAsync("anvil_setCode", ExecutorDeployment.Proxy.ToString(), "0x");
        await RefusesAsync("There is no deterministic deployment proxy at", ["--send", .. Payer("rich", RichKey)]);
    }

    private async Task RefusesAsync(string reason, params string[] more)
    {
        ulong before = await NonceAsync();
        (int code, string output) = await RunAsync(more);
        Assert.True(code == 1, output);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Arb.", output, StringComparison.Ordinal);
        Assert.Equal(before, await NonceAsync());
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] more)
    {
        List<string> arguments =
        [
            "deploy-executor", "--rpc", _anvil.RpcUrl.ToString(), "--owner", Owner, "--recipient", Recipient, "--operator", Operator, .. more,
        ];
        if (!more.Contains("--chain-id"))
        {
            arguments.AddRange(["--chain-id", "31337"]);
        }

        using ArbProcess arb = ArbProcess.Start(arguments);
        int code = await arb.ExitAsync(TestContext.Current.CancellationToken);
        return (code, arb.Output);
    }

    private string[] Payer(string name, string key)
    {
        string file = _folder.At($"{name}.json");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, Keystore.Seal(Convert.FromHexString(key), "a password"));
        }

        return ["--keystore", file, "--password-file", _folder.At("password")];
    }

    private static string Value(string output, string name) =>
        output.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();

    private static ulong Gas(string text) => ulong.Parse(string.Concat(text.Where(char.IsAsciiDigit)), null);

    private async Task<string> CodeAsync(Address account) => (await RpcAsync("eth_getCode", account.ToString(), "latest")).GetString()!;

    private Task<ulong> NonceAsync() =>
        new ChainReader(_client).GetNonceAsync(Secp256k1Key.Parse(RichKey).Address, TestContext.Current.CancellationToken);

    private async Task<Address> AskAsync(Address contract, string function)
    {
        JsonElement answer = await _client.CallAsync(
            "eth_call",
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("to", contract.ToString());
                writer.WriteString("data", Hex.Of(AbiWriter.Call(function).ToArray()));
                writer.WriteEndObject();
                writer.WriteStringValue("latest");
            },
            TestContext.Current.CancellationToken);
        return Address.Parse("0x" + answer.GetString()![^40..]);
    }

    private Task<JsonElement> RpcAsync(string method, params object[] parameters) => _client.CallAsync(
        method,
        writer =>
        {
            foreach (object parameter in parameters)
            {
                JsonSerializer.Serialize(writer, parameter);
            }
        },
        TestContext.Current.CancellationToken);
}
