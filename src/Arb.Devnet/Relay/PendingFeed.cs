using System.Net.WebSockets;
using System.Text.Json;
using Arb.Evm;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Relay;

/// <summary>Every transaction that becomes executable in anvil's pool, whole, as it arrives (<c>eth_subscribe</c>).</summary>
internal sealed class PendingFeed : IAsyncDisposable
{
    // Far above the largest transaction a node takes (128 KiB) in hex.
    private const int MessageBytesMax = 4 * 1024 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly ClientWebSocket _socket = new();
    private readonly Action<PoolEntry> _learn;
    private readonly ILogger _logger;
    private Task _loop = Task.CompletedTask;

    private PendingFeed(Action<PoolEntry> learn, ILogger logger)
    {
        _learn = learn;
        _logger = logger;
    }

    /// <summary>Connects and subscribes.</summary>
    /// <exception cref="DevnetException">anvil does not serve WebSocket at its RPC port.</exception>
    public static async Task<PendingFeed> StartAsync(
        Uri rpc, Action<PoolEntry> learn, ILogger logger, CancellationToken cancellation)
    {
        UriBuilder address = new(rpc) { Scheme = rpc.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs };
        PendingFeed feed = new(learn, logger);
        try
        {
            await feed._socket.ConnectAsync(address.Uri, cancellation);
            await feed._socket.SendAsync(
                """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newPendingTransactions",true]}"""u8.ToArray(),
                WebSocketMessageType.Text,
                endOfMessage: true,
                cancellation);
            JsonElement answer = await feed.ReceiveAsync(cancellation);
            RpcJson.Text(RpcJson.Member(answer, "result"), "result");
            feed._loop = feed.RunAsync(feed._stop.Token);
            return feed;
        }
        catch (Exception failed) when (failed is WebSocketException or FormatException or JsonException)
        {
            await feed.DisposeAsync();
            throw new DevnetException(
                $"The builder needs an anvil that reports pending transactions by WebSocket: {failed.Message}", failed);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                JsonElement message = await ReceiveAsync(stop);
                JsonElement transaction = RpcJson.Member(RpcJson.Member(message, "params"), "result");
                _learn(PoolEntry.Read(transaction, isExecutable: true));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (Exception ended) when (ended is WebSocketException or FormatException or JsonException)
        {
            RelayLog.FeedEnded(_logger, ended.Message);
        }
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken cancellation)
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new FormatException("anvil closed the connection");
            }

            message.Write(buffer, 0, part.Count);
            if (message.Length > MessageBytesMax)
            {
                throw new FormatException($"a message is larger than {MessageBytesMax} bytes");
            }

            if (part.EndOfMessage)
            {
                return JsonSerializer.Deserialize<JsonElement>(message.GetBuffer().AsSpan(0, (int)message.Length));
            }
        }
    }
}
