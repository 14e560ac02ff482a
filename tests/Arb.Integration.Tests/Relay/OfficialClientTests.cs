using System.Text.Json;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Evm;
using Arb.TestKit;

namespace Arb.Integration.Tests.Relay;

public sealed class OfficialClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_official_client_simulates_lands_and_cancels_bundles_and_private_transactions()
    {
        await using RelayChain chain = new();
        await chain.InitializeAsync();
        chain.Server.SlotClock.Start();

        JsonElement result = await RunAsync(chain);

        Assert.Equal("BundleIncluded", result.GetProperty("resolution").GetString());
        Assert.True(result.GetProperty("bundleHashMatches").GetBoolean());
        Assert.True(result.GetProperty("cancelled").GetBoolean());
        Assert.Equal("TransactionIncluded", result.GetProperty("privateResolution").GetString());
        Assert.True(result.GetProperty("privateCancelled").GetBoolean());
        Assert.Equal("transaction is not pending", result.GetProperty("cancelledTwice").GetProperty("message").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("firstRevert").ValueKind);
        Assert.Equal("1234", result.GetProperty("simulatedSent").GetString());
        JsonElement[] receipts = [.. result.GetProperty("receipts").EnumerateArray()];
        Assert.Equal([(1, 0, 0), (1, 1, 0)], receipts.Select(Place));
        Assert.Equal(result.GetProperty("simulatedGas").GetInt64(), receipts.Sum(r => r.GetProperty("gas").GetInt64()));
        Assert.Equal(result.GetProperty("simulatedTips").GetString(), result.GetProperty("minedTips").GetString());
        Assert.Equal(
            UInt256.Parse(result.GetProperty("simulatedTips").GetString()!) + 1234,
            UInt256.Parse(result.GetProperty("coinbaseGain").GetString()!));
        Assert.Contains("nonce too low", result.GetProperty("stale").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("403", result.GetProperty("stats").GetProperty("thrown").GetString(), StringComparison.Ordinal);

        static (int, int, int) Place(JsonElement receipt) =>
            (receipt.GetProperty("status").GetInt32(), receipt.GetProperty("index").GetInt32(), receipt.GetProperty("block").GetInt32());
    }

    private static async Task<JsonElement> RunAsync(RelayChain chain)
    {
        NpmTools tools = await TestTools.NpmAsync();
        // The well-known secret number one: an account of this chain only.
        const string Secret = "0x0000000000000000000000000000000000000000000000000000000000000001";
        await chain.SetBalanceAsync(Secp256k1Key.Parse(Secret).Address, RelayChain.Ether);
        Address payer = await chain.ContractAsync(SmallContracts.CoinbasePayer);
        List<OutputLine> lines = [];
        await using ChildProcess client = await ChildProcess.StartAsync(
            new ChildProcessSpec
            {
                Name = "official client",
                FileName = tools.NodePath,
                NodePath = tools.NodePath,
                Arguments =
                [
                    Path.Combine(
                        ToolSetupOptions.ForThisClone().RepositoryRoot,
                        "tests/Arb.Integration.Tests/Relay/official-client.mjs"),
                    await TestTools.ClientsFolderAsync(),
                    chain.Node.RpcUrl.ToString(),
                    chain.Server.Url.ToString(),
                    Secret,
                    payer.ToString(),
                ],
                OnLine = line =>
                {
                    lock (lines)
                    {
                        lines.Add(line);
                    }
                },
            },
            Cancellation);

        int code = await client.Exited.WaitAsync(TimeSpan.FromMinutes(3), Cancellation);
        Assert.True(code == 0, client.DescribeOutput(30));
        lock (lines)
        {
            return JsonSerializer.Deserialize<JsonElement>(lines.Last(line => !line.IsError).Text);
        }
    }
}
