using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;
using Arb.Evm;

namespace Arb.TestKit.Exact;

/// <summary>A fresh anvil without the limits that would keep thousands of quotes out of one call.</summary>
public sealed class ExactNode : IAsyncDisposable
{
    // Room for batches of thousands of quotes, each of which may cross a hundred ticks.
    private const long BlockGasLimit = 1_000_000_000_000_000;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(5);

    // The public key of anvil's first account (mnemonic "test test … junk"): worthless anywhere else.
    private static readonly Secp256k1Key Deployer =
        Secp256k1Key.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

    private readonly AnvilNode _node;
    private readonly HttpClient _http;

    private ExactNode(AnvilNode node, ToolSet tools)
    {
        _node = node;
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        JsonRpcOptions options = new(node.RpcUrl) { Timeout = CallTimeout, AnswerBytesMax = 256 * 1024 * 1024 };
        Chain = new ExactChain(new JsonRpcClient(_http, options), tools, Deployer);
    }

    /// <summary>The chain.</summary>
    public ExactChain Chain { get; }

    /// <summary>Starts a node of one's own: families do not see each other's contracts.</summary>
    public static async Task<ExactNode> StartAsync(CancellationToken cancellation)
    {
        ToolSet tools = await TestTools.HarnessAsync();
        AnvilOptions options = new()
        {
            NoMining = false,
            GasLimit = BlockGasLimit,
            BaseFeePerGasWei = 0,
            BalanceEth = 1_000_000_000,
            Accounts = 1,
            ExtraArguments =
            [
                "--disable-code-size-limit", "--gas-price", "0", "--memory-limit", "4294967296",
            ],
        };
        return new ExactNode(await AnvilNode.StartAsync(tools.Npm, options, cancellation), tools);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }
}
