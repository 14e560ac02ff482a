using Arb.TestKit;

namespace Arb.Integration.Tests.Cli;

/// <summary><c>arb run</c> with what cannot work: one message, and nothing left running.</summary>
public sealed class RunTests : IDisposable
{
    private const string SomeAddress = "0x00000000000000000000000000000000000000aa";

    // The promise is 5 s on an idle machine; tests share theirs.
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(15);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--rpc", "http://127.0.0.1:1/SeCrEt", "the node does not say its chain id (eth_chainId at http://127.0.0.1:1 failed")]
    [InlineData("--rpc", "nonsense", "Chain__RpcUrl: its value is not an absolute http or https URL")]
    [InlineData("--rpc", "", "The settings are not valid: Chain__RpcUrl must be set to a node's JSON-RPC URL.")]
    [InlineData("--chain-id", "main", "--chain-id must be a whole number from 1 to 18446744073709551615, not 'main'.")]
    [InlineData("--slot-seconds", "0", "--slot-seconds must be a whole number from 1 to 600, not '0'.")]
    [InlineData("--app-port", "99999", "--app-port must be a whole number from 1 to 65535, not '99999'.")]
    [InlineData("--executor", "0x12", "'0x12' is not an address")]
    [InlineData("--factory", "foo", "--factory 'foo' is not 'address,dex,feePips[,family[,variant]]'")]
    [InlineData("--factory", "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f,v9,3000,UniswapV9", "Chain__Factories__0__Family: 'UniswapV9' cannot be read: UniswapV2 or UniswapV3")]
    [InlineData("--lender", "Morpho", "--lender 'Morpho' is not 'kind,address[,pairFeePips]'")]
    [InlineData("--lender", "Bank,0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f", "Chain__Lenders__0__Kind: 'Bank' cannot be read: FirstPool or UniswapV4")]
    [InlineData("--state", "/dev/null", "--state: '/dev/null' cannot be used")]
    [InlineData("--keystore", "/no/such/keystore", "There is no keystore /no/such/keystore.")]
    [InlineData("--keystore", "", "--keystore must be a path")]
    [InlineData("--password-file", "/no/such/password", "There is no password file /no/such/password.")]
    public async Task An_option_that_cannot_be_used_is_told_in_one_message_and_nothing_is_left(string option, string value, string message)
    {
        await TestTools.NpmAsync();
        string password = _folder.At("password");
        string keystore = _folder.At("operator.json");
        await File.WriteAllTextAsync(password, "secret", Cancellation);
        using (ArbProcess keys = ArbProcess.Start(["keys", "new", keystore, "--password-file", password]))
        {
            Assert.Equal(0, await keys.ExitAsync(Cancellation));
        }

        Dictionary<string, string> options = new()
        {
            ["--rpc"] = "http://127.0.0.1:1",
            ["--chain-id"] = "1",
            ["--executor"] = SomeAddress,
            ["--recipient"] = SomeAddress,
            ["--keystore"] = keystore,
            ["--password-file"] = password,
            ["--state"] = _folder.At("state"),
        };
        options[option] = value;
        using ArbProcess arb = ArbProcess.Start(["run", .. options.SelectMany(o => new[] { o.Key, o.Value })]);

        Assert.Equal(1, await arb.ExitAsync(Cancellation));

        Assert.Contains(message, arb.Output, StringComparison.Ordinal);
        Assert.Equal(arb.Output.IndexOf(message, StringComparison.Ordinal), arb.Output.LastIndexOf(message, StringComparison.Ordinal));
        Assert.Single(arb.Output.Split('\n'), line => line.StartsWith("arb: ", StringComparison.Ordinal));
        Assert.DoesNotContain("SeCrEt", arb.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", arb.Output, StringComparison.Ordinal);
        Assert.Empty(await ProcessTable.LeftAfterAsync(arb.Mark, Gone, Cancellation));
    }
}
