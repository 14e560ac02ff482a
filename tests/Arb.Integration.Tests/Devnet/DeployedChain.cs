using System.Collections.Immutable;
using System.Text.Json;
using Arb.Devnet.Deployment;
using Arb.Devnet.Processes;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Arb.TestKit;

namespace Arb.Integration.Tests.Devnet;

/// <summary>The devnet's chain as its deployment leaves it: nobody trades yet, and blocks come only when asked for.</summary>
public sealed class DeployedChain : IAsyncLifetime
{
    /// <summary>Seed of the depths.</summary>
    public const ulong Seed = 7;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private AnvilNode? _anvil;

    /// <summary>Client of the node.</summary>
    public JsonRpcClient Node { get; private set; } = null!;

    /// <summary>Reads the chain.</summary>
    public ChainReader Chain { get; private set; } = null!;

    /// <summary>What was deployed.</summary>
    public DevnetContracts Contracts { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _anvil = await AnvilNode.StartAsync(
            await TestTools.NpmAsync(), DevnetDeployer.NodeOptions(TimeProvider.System), CancellationToken.None);
        Node = new JsonRpcClient(_http, new JsonRpcOptions(_anvil.RpcUrl));
        Chain = new ChainReader(Node);
        Contracts = await DevnetDeployer.DeployAsync(Node, await TestTools.AllAsync(), Seed, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_anvil is not null)
        {
            await _anvil.DisposeAsync();
        }

        _http.Dispose();
    }

    /// <summary>Pools and loan terms at the head.</summary>
    public async Task<MarketSnapshot> SnapshotAsync(CancellationToken cancellation)
    {
        BlockStamp head = await Chain.GetHeadAsync(cancellation);
        ImmutableArray<PoolListing> listed = [.. Contracts.Pools.Select(pool => PoolListing.Of(pool.Info))];
        PoolReads reads = await new LensStateReader(Node).ReadAsync(head, listed, cancellation);
        ImmutableArray<FlashLoanTerms> loans = await new LoanReader(Node, new LoanReaderOptions(Contracts.Multicall3, Contracts.Vault))
            .ReadAsync(head, [Contracts.WrappedEther], cancellation);
        return new MarketSnapshot(
            head, [.. listed.Zip(reads.States, (pool, state) => new SnapshotPool(pool, state.ToModel(pool)!))], loans)
        {
            Unreadable = reads.Unreadable,
        };
    }

    /// <summary>Makes a block.</summary>
    public Task<JsonElement> MineAsync(CancellationToken cancellation) => Node.CallAsync("evm_mine", null, cancellation);

    /// <summary>Calls a contract at the head.</summary>
    public Task<byte[]> CallAsync(Address to, AbiWriter call, CancellationToken cancellation) => Node.CallAsync(
        "eth_call",
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("to", to.ToString());
            writer.WriteString("input", Hex.Of(call.ToArray()));
            writer.WriteEndObject();
            writer.WriteStringValue("latest");
        },
        static result => RpcJson.Bytes(result, "result"),
        cancellation);

    /// <summary>Balance of an ERC-20 at the head.</summary>
    public async Task<UInt256> BalanceAsync(Address token, Address account, CancellationToken cancellation) =>
        UInt256.FromBigEndian(await CallAsync(token, AbiWriter.Call("balanceOf(address)").Address(account), cancellation));
}
