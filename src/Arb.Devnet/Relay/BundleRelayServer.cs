using System.Net;
using Arb.Devnet.Processes;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Relay;

/// <summary>
/// The devnet's bundle relay with the block builder behind it, over an anvil that mines only when it is told. It
/// speaks the public bundle relay's JSON-RPC: <c>eth_sendBundle</c>, <c>eth_callBundle</c>, <c>eth_cancelBundle</c>.
/// </summary>
public sealed class BundleRelayServer : IAsyncDisposable
{
    private static readonly UInt256 CoinbaseFundsWei = 1_000_000_000_000_000_000;

    private readonly HttpClient _http;
    private readonly PendingFeed _feed;
    private readonly WebApplication _web;

    private BundleRelayServer(
        HttpClient http, PendingFeed feed, WebApplication web, Uri url, BlockBuilder builder, SlotClock clock)
    {
        _http = http;
        _feed = feed;
        _web = web;
        Url = url;
        BlockBuilder = builder;
        SlotClock = clock;
    }

    /// <summary>Where bundles are sent.</summary>
    public Uri Url { get; }

    /// <summary>Makes blocks; by hand as long as <see cref="SlotClock"/> is not started.</summary>
    public BlockBuilder BlockBuilder { get; }

    /// <summary>Makes a block every block time once it is started.</summary>
    public SlotClock SlotClock { get; }

    /// <summary>Prepares the chain (coinbase set and funded) and listens. The slot clock is left to be
    /// started.</summary>
    /// <param name="options">What to work with.</param>
    /// <param name="time">Wall clock of the slots.</param>
    /// <param name="logger">Told of blocks and failures.</param>
    /// <param name="cancellation">Gives up and leaves nothing running.</param>
    /// <exception cref="DevnetException">An option is wrong, anvil does not answer, Multicall3 is not there, or the
    /// port is taken.</exception>
    public static async Task<BundleRelayServer> StartAsync(
        BuilderOptions options, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        if (options.Port != 0)
        {
            FreePort.RequireFree(options.Port, "the bundle relay");
        }

        HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        WebApplication? web = null;
        PendingFeed? feed = null;
        try
        {
            AnvilRpc rpc = new(new JsonRpcClient(http, new JsonRpcOptions(options.Rpc), time));
            ulong chainId = await PrepareAsync(options, rpc, cancellation);
            BundlePool bundles = new(options.WaitingBundlesMax);
            BundleSimulator simulator = new(rpc, options.Multicall3);
            Mempool mempool = new(rpc);
            feed = await PendingFeed.StartAsync(options.Rpc, mempool.Learn, logger, cancellation);
            BlockBuilder builder = new(options, chainId, rpc, bundles, simulator, mempool, time, logger);
            RelayEndpoint endpoint = new(new RelayMethods(options, chainId, rpc, bundles, simulator), logger);
            web = BuildWeb(options.Port, endpoint);
            await web.StartAsync(cancellation);
            IServerAddressesFeature addresses =
                web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            return new BundleRelayServer(http, feed, web, new Uri(addresses.Addresses.First()), builder, new SlotClock(builder, rpc, options, time, logger));
        }
        catch
        {
            if (web is not null)
            {
                await web.DisposeAsync();
            }

            if (feed is not null)
            {
                await feed.DisposeAsync();
            }

            http.Dispose();
            throw;
        }
    }

    /// <summary>Stops the blocks, then the bundle relay.</summary>
    public async ValueTask DisposeAsync()
    {
        await SlotClock.DisposeAsync();
        await _web.StopAsync();
        await _web.DisposeAsync();
        await _feed.DisposeAsync();
        BlockBuilder.Dispose();
        _http.Dispose();
    }

    private static async Task<ulong> PrepareAsync(BuilderOptions options, AnvilRpc rpc, CancellationToken cancellation)
    {
        try
        {
            ulong chainId = await rpc.GetChainIdAsync(cancellation);
            byte[] code = await rpc.GetCodeAsync(options.Multicall3, cancellation);
            if (code.Length == 0)
            {
                throw new DevnetException(
                    $"There is no contract at {options.Multicall3}, where Multicall3 was said to be. "
                    + "Deploy it before the builder starts.");
            }

            await rpc.SetCoinbaseAsync(options.Coinbase, cancellation);
            if ((await rpc.GetBalanceAsync(options.Coinbase, cancellation)).IsZero)
            {
                await rpc.SetBalanceAsync(options.Coinbase, CoinbaseFundsWei, cancellation);
            }

            return chainId;
        }
        catch (Exception failed) when (failed is ChainUnavailableException or JsonRpcException)
        {
            throw new DevnetException($"The builder needs an anvil: {failed.Message} Start one and give its URL.", failed);
        }
    }

    private static WebApplication BuildWeb(int port, RelayEndpoint endpoint)
    {
        // Empty: no configuration files or environment of the host program, no console logging, no Ctrl-C handler of
        // its own.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RelayEndpoint.RequestBytesMax;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        WebApplication web = builder.Build();
        web.Run(endpoint.HandleAsync);
        return web;
    }

    /// <summary>The program that starts the bundle relay decides when it ends.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
