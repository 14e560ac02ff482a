using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Arb.Devnet.Hosting;

/// <summary>
/// What the devnet's process says on stdout: one JSON object per line, told apart by <c>type</c>. First come any
/// <c>progress</c>, then <c>ready</c> once, then a <c>block</c> for every block. An <c>error</c> can come at any time and is the last
/// line; the exit code is then 1. Everything else the process has to say goes to stderr. Members may be added; readers
/// skip what they do not know.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(DevnetProgress), "progress")]
[JsonDerivedType(typeof(DevnetReady), "ready")]
[JsonDerivedType(typeof(DevnetBlock), "block")]
[JsonDerivedType(typeof(DevnetDisturbance), "disturbance")]
[JsonDerivedType(typeof(DevnetError), "error")]
public abstract record DevnetMessage
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>One line of JSON, without the line break.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a line; false when it is not a message.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out DevnetMessage? message)
    {
        message = null;
        try
        {
            message = JsonSerializer.Deserialize<DevnetMessage>(line, Options);
        }
        catch (Exception notOne) when (notOne is JsonException or NotSupportedException)
        {
            // Not JSON, lacking a member, or without a known type: in all cases not a message.
            return false;
        }

        return message is not null;
    }
}

/// <summary>The devnet is being set up.</summary>
/// <param name="Message">What happens now, for people.</param>
public sealed record DevnetProgress(string Message) : DevnetMessage;

/// <summary>The devnet runs: its contracts are deployed and blocks come. Addresses are <c>0x</c> and 40 hex digits.</summary>
/// <param name="RpcUrl">JSON-RPC of the searcher's node; on a hostile devnet it may lag or lie.</param>
/// <param name="BundleRelayUrl">Bundle relay, in the dialect of Flashbots.</param>
/// <param name="ControlUrl">Base of <c>POST devnet/trade?blocks=N</c>, <c>POST devnet/stop-trading</c>, <c>GET devnet/status</c>.</param>
/// <param name="StorageConnectionString">Azurite's blobs, queues and tables, with the emulator's public key.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="WrappedEther">WETH9.</param>
/// <param name="Multicall3">Multicall3.</param>
/// <param name="Vault">Balancer V2 Vault, the flash lender.</param>
/// <param name="Factories">Factories of all families; for Uniswap V4 its pool manager.</param>
/// <param name="Executor">The executor contract.</param>
/// <param name="Recipient">Where profits go.</param>
/// <param name="Operators">Operators, one lane each, in the order of their keys in the file.</param>
/// <param name="OperatorKeyFile">Absolute path of the operators' private keys: hex, one per line, readable by the owner only.</param>
/// <param name="BundleRelayAuthKeyFile">The same for the key, without funds, that signs requests to the bundle relay.</param>
/// <param name="BlockTimeSeconds">Seconds between blocks; blocks are at multiples of it in Unix time.</param>
/// <param name="DeploymentGasUsed">Gas that the deployment used.</param>
/// <param name="TrueRpcUrl">JSON-RPC of the chain itself, for whoever checks what became of things.</param>
public sealed record DevnetReady(
    string RpcUrl,
    string BundleRelayUrl,
    string ControlUrl,
    string StorageConnectionString,
    ulong ChainId,
    string WrappedEther,
    string Multicall3,
    string Vault,
    ImmutableArray<DevnetFactory> Factories,
    string Executor,
    string Recipient,
    ImmutableArray<string> Operators,
    string OperatorKeyFile,
    string BundleRelayAuthKeyFile,
    int BlockTimeSeconds,
    ulong DeploymentGasUsed,
    string TrueRpcUrl) : DevnetMessage;

/// <summary>A contract whose events tell of pools.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Dex">Name of the exchange.</param>
/// <param name="FeePips">Fee of its pools, 1/1,000,000 of the amount in; a family whose pools name their own passes it over.</param>
/// <param name="Family">What its pools are made of, by the name of <see cref="Arb.Domain.PoolFamily"/>.</param>
/// <param name="Variant">Generation of its pools' code, where there are several; else empty.</param>
public sealed record DevnetFactory(string Address, string Dex, int FeePips, string Family, string Variant = "");

/// <summary>A block was made.</summary>
/// <param name="Number">Number.</param>
/// <param name="Hash">Hash.</param>
/// <param name="Timestamp">Unix seconds.</param>
/// <param name="Transactions">How many transactions it has.</param>
/// <param name="BundlesIncluded">How many bundles are in it.</param>
/// <param name="Trades">How many of its transactions are traders' swaps.</param>
/// <param name="RivalBundles">How many of its bundles are rivals'.</param>
public sealed record DevnetBlock(
    ulong Number, string Hash, ulong Timestamp, int Transactions, int BundlesIncluded, int Trades, int RivalBundles = 0)
    : DevnetMessage;

/// <summary>Something befell the chain, on purpose: a missed slot, a late or an empty block, a reorganisation.</summary>
/// <param name="Kind">What: MissedSlot, LateBlock, EmptyBlock or Reorganisation.</param>
/// <param name="Block">The block concerned, or the first of them; 0 when there is none.</param>
/// <param name="Detail">For people.</param>
public sealed record DevnetDisturbance(string Kind, ulong Block, string Detail) : DevnetMessage;

/// <summary>The devnet ends because of this.</summary>
/// <param name="Message">What was wrong and what to do about it, for people.</param>
public sealed record DevnetError(string Message) : DevnetMessage;

/// <summary>Answer of <c>GET devnet/status</c> and of the other control requests.</summary>
/// <param name="Head">Number of the newest block.</param>
/// <param name="TradedBlocks">Blocks for which the traders have sent swaps so far.</param>
/// <param name="Trading">True while traders have blocks left to trade.</param>
public sealed record DevnetStatus(ulong Head, ulong TradedBlocks, bool Trading);
