using System.Threading.Channels;
using Arb.Devnet.Deployment;
using Arb.Devnet.Hostile;
using Arb.Devnet.Processes;
using Arb.Devnet.Relay;
using Arb.Devnet.Tooling;
using Arb.Evm;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Hosting;

/// <summary>Everything the devnet consists of, started in order and ended in reverse.</summary>
internal sealed class DevnetHost : IAsyncDisposable
{
    private const int BlocksBufferedMax = 256;

    // From a broken connection to the exit code of the process behind it.
    private static readonly TimeSpan ExitReportTimeout = TimeSpan.FromSeconds(1);

    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly MessageWriter _messages;
    private readonly TimeProvider _time;
    private readonly AnvilNode _anvil;
    private readonly AzuriteService _azurite;
    private readonly Traffic _traffic;
    private readonly SlotClock _clock;
    private readonly Rivals? _rivals;

    private DevnetHost(
        Stack<IAsyncDisposable> parts,
        MessageWriter messages,
        TimeProvider time,
        AnvilNode anvil,
        AzuriteService azurite,
        Traffic traffic,
        SlotClock clock,
        Rivals? rivals)
    {
        _parts = parts;
        _messages = messages;
        _time = time;
        _anvil = anvil;
        _azurite = azurite;
        _traffic = traffic;
        _clock = clock;
        _rivals = rivals;
    }

    /// <summary>Starts all parts and reports that the devnet is ready; blocks come with <see cref="RunAsync"/>.</summary>
    /// <exception cref="DevnetException">Something that is needed is missing or does not start.</exception>
    public static async Task<DevnetHost> StartAsync(
        DevnetArguments arguments,
        MessageWriter messages,
        ILoggerFactory logging,
        TimeProvider time,
        CancellationToken cancellation)
    {
        Stack<IAsyncDisposable> parts = new();
        try
        {
            return await StartPartsAsync(parts, arguments, messages, logging, time, cancellation);
        }
        catch
        {
            await DisposeAllAsync(parts);
            throw;
        }
    }

    /// <summary>Makes blocks until told to stop.</summary>
    /// <exception cref="DevnetException">anvil, Azurite or the slot clock ended by itself.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        Channel<BuiltBlock> blocks = Channel.CreateBounded<BuiltBlock>(
            new BoundedChannelOptions(BlocksBufferedMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _clock.BlockBuilt += block => blocks.Writer.TryWrite(block);
        _clock.Disturbed += one => _messages.Write(new DevnetDisturbance(one.Kind.ToString(), one.Block, one.Detail));
        await _traffic.SendForNextBlockAsync(stop);
        _clock.Start();

        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task following = FollowAsync(blocks.Reader, ending.Token);
        try
        {
            await Task.WhenAny(_anvil.Process.Exited, _azurite.Process.Exited, _clock.Completion, following);
            stop.ThrowIfCancellationRequested();
            throw await ExplainEndAsync(following);
        }
        finally
        {
            await ending.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DisposeAllAsync(_parts);

    private static async Task<DevnetHost> StartPartsAsync(
        Stack<IAsyncDisposable> parts,
        DevnetArguments arguments,
        MessageWriter messages,
        ILoggerFactory logging,
        TimeProvider time,
        CancellationToken cancellation)
    {
        string keyFile = WriteOperatorKeys(arguments.WorkFolder);
        string authKeyFile = Path.Combine(arguments.WorkFolder, "bundle-relay-auth.key");
        KeyFile.Write(authKeyFile, [KeyFile.RandomKey()]);

        Progress progress = new(messages);
        ToolSet tools = await ToolSetup.EnsureAsync(ToolSetupOptions.ForThisClone(), progress, cancellation);

        messages.Write(new DevnetProgress("starting anvil and Azurite"));
        Task<AzuriteService> azuriteStarting = AzuriteService.StartAsync(
            tools.Npm, Path.Combine(arguments.WorkFolder, "azurite"), cancellation);
        AnvilNode anvil;
        DevnetContracts contracts;
        AzuriteService azurite;
        HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        parts.Push(new Disposable(http));
        JsonRpcClient node;
        try
        {
            anvil = await AnvilNode.StartAsync(tools.Npm, DevnetDeployer.NodeOptions(time), cancellation);
            parts.Push(anvil);
            node = new JsonRpcClient(http, new JsonRpcOptions(anvil.RpcUrl), time);
            messages.Write(new DevnetProgress("deploying the contracts"));
            contracts = await DevnetDeployer.DeployAsync(node, tools, arguments.Seed, cancellation);
        }
        finally
        {
            // Whatever became of anvil, a started Azurite must be known to be ended.
            azurite = await azuriteStarting;
            parts.Push(azurite);
        }

        BundleRelayServer bundleRelay = await BundleRelayServer.StartAsync(
            new BuilderOptions
            {
                Rpc = anvil.RpcUrl,
                Multicall3 = contracts.Multicall3,
                Coinbase = contracts.Coinbase,
                BlockTime = arguments.BlockTime,
                Schedule = new HostileSchedule(arguments.Seed, arguments.Hostility),
            },
            time,
            logging.CreateLogger<BundleRelayServer>(),
            cancellation);
        parts.Push(bundleRelay);
        Traffic traffic = await Traffic.CreateAsync(
            node, bundleRelay.BlockBuilder.SendToMempoolAsync, contracts, arguments.Seed, logging.CreateLogger<Traffic>(), cancellation);
        Rivals? rivals = arguments.Hostility.HasFlag(Hostility.Rivals)
            ? new Rivals(node, http, bundleRelay.Url, contracts, arguments.Seed)
            : null;
        Uri rpcUrl = anvil.RpcUrl;
        if ((arguments.Hostility & (Hostility.Lagging | Hostility.Lying)) != Hostility.None)
        {
            HostileNode hostile = await HostileNode.StartAsync(
                anvil.RpcUrl, new NodeFaults(arguments.Seed, arguments.Hostility), cancellation);
            parts.Push(hostile);
            rpcUrl = hostile.Url;
        }

        ControlServer control = await ControlServer.StartAsync(traffic, logging, cancellation);
        parts.Push(control);

        messages.Write(Ready(arguments, contracts, rpcUrl, anvil, azurite, bundleRelay, control, keyFile, authKeyFile));
        return new DevnetHost(parts, messages, time, anvil, azurite, traffic, bundleRelay.SlotClock, rivals);
    }

    private static string WriteOperatorKeys(string workFolder)
    {
        try
        {
            Directory.CreateDirectory(workFolder);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new DevnetException(
                $"Cannot create {workFolder} ({failed.Message}). Give --work a folder you may write to.", failed);
        }

        string keyFile = Path.Combine(workFolder, "operators.key");
        KeyFile.Write(keyFile, DevnetAccounts.OperatorKeys);
        return keyFile;
    }

    private static DevnetReady Ready(
        DevnetArguments arguments,
        DevnetContracts contracts,
        Uri rpcUrl,
        AnvilNode anvil,
        AzuriteService azurite,
        BundleRelayServer bundleRelay,
        ControlServer control,
        string keyFile,
        string authKeyFile) => new(
            rpcUrl.ToString(),
            bundleRelay.Url.ToString(),
            control.Url.ToString(),
            azurite.ConnectionString,
            contracts.ChainId,
            contracts.WrappedEther.ToString(),
            contracts.Multicall3.ToString(),
            contracts.Vault.ToString(),
            [.. contracts.Sources.Select(s => new DevnetFactory(s.Address.ToString(), s.Dex, s.Fee.Value, s.Family.ToString(), s.Variant))],
            contracts.Executor.ToString(),
            contracts.Recipient.ToString(),
            [.. contracts.Operators.Select(lane => lane.ToString())],
            keyFile,
            authKeyFile,
            (int)arguments.BlockTime.TotalSeconds,
            contracts.GasUsed,
            anvil.RpcUrl.ToString());

    private async Task FollowAsync(ChannelReader<BuiltBlock> blocks, CancellationToken cancellation)
    {
        await foreach (BuiltBlock block in blocks.ReadAllAsync(cancellation))
        {
            int trades = _traffic.Observe(block);
            _messages.Write(new DevnetBlock(
                block.Number,
                block.Hash.ToString(),
                block.TimestampSeconds,
                block.Transactions.Length,
                block.Bundles.Length,
                trades,
                _rivals?.CountWon(block) ?? 0));
            await _traffic.SendForNextBlockAsync(cancellation);
            if (_rivals is not null)
            {
                await _rivals.BidAsync(block, cancellation);
            }
        }
    }

    private async Task<Exception> ExplainEndAsync(Task following)
    {
        // A dead anvil breaks connections first and is reported as dead a moment later.
        Task patience = Task.Delay(ExitReportTimeout, _time, CancellationToken.None);
        await Task.WhenAny(_anvil.Process.Exited, _azurite.Process.Exited, patience);
        if (_anvil.Process.Exited.IsCompleted)
        {
            return EndOf("anvil", _anvil.Process);
        }

        if (_azurite.Process.Exited.IsCompleted)
        {
            return EndOf("Azurite", _azurite.Process);
        }

        string why = _clock.Failure?.Message ?? following.Exception?.InnerException?.Message ?? "the slot clock stopped";
        return new DevnetException($"The devnet makes no blocks any more: {why} Start it again.");
    }

    private static DevnetException EndOf(string name, ChildProcess process) => new($"{name} {process.DescribeEnd(15)}");

    private static async ValueTask DisposeAllAsync(Stack<IAsyncDisposable> parts)
    {
        while (parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    private sealed class Disposable(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Progress(MessageWriter messages) : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => messages.Write(new DevnetProgress(value.ToString()));
    }
}
