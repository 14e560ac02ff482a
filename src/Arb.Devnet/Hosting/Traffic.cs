using Arb.Devnet.Deployment;
using Arb.Devnet.Relay;
using Arb.Devnet.Trading;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Hosting;

/// <summary>
/// What goes into the mempool between one block and the next: background load always, traders' swaps while trading is
/// on. It comes right after a block, so that the next block has it whatever the block time.
/// </summary>
internal sealed class Traffic
{
    private readonly JsonRpcClient _node;
    private readonly BackgroundLoad _load;
    private readonly Traders _traders;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private ulong _head;
    private ulong _tradedBlocks;
    private ulong _blocksLeft;

    private Traffic(JsonRpcClient node, BackgroundLoad load, Traders traders, ILogger logger)
    {
        _node = node;
        _load = load;
        _traders = traders;
        _logger = logger;
    }

    /// <summary>State for people and for the starter.</summary>
    public DevnetStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new DevnetStatus(_head, _tradedBlocks, _blocksLeft > 0);
            }
        }
    }

    /// <summary>Gets the senders ready.</summary>
    public static async Task<Traffic> CreateAsync(
        JsonRpcClient node,
        SendToMempool send,
        DevnetContracts contracts,
        ulong seed,
        ILogger logger,
        CancellationToken cancellation) =>
        new(
            node,
            await BackgroundLoad.CreateAsync(node, send, contracts, cancellation),
            await Traders.CreateAsync(node, send, contracts, seed, cancellation),
            logger);

    /// <summary>Lets the traders trade for so many blocks more, from the next one on.</summary>
    public DevnetStatus Trade(ulong blocks)
    {
        lock (_gate)
        {
            _blocksLeft = blocks;
            return new DevnetStatus(_head, _tradedBlocks, _blocksLeft > 0);
        }
    }

    /// <summary>Takes note of a new head, before anybody is told of it; returns how many of its transactions are traders' swaps.</summary>
    public int Observe(BuiltBlock block)
    {
        lock (_gate)
        {
            _head = Math.Max(_head, block.Number);
        }

        return _traders.CountMined(block.Transactions);
    }

    /// <summary>Sends what the block after the head shall have.</summary>
    /// <exception cref="ChainUnavailableException">The node is gone.</exception>
    public async Task SendForNextBlockAsync(CancellationToken cancellation)
    {
        (ulong number, UInt256 baseFee) = await ReadHeadAsync(cancellation);
        bool trade;
        lock (_gate)
        {
            _head = Math.Max(_head, number);
            trade = _blocksLeft > 0;
            if (trade)
            {
                _blocksLeft--;
                _tradedBlocks++;
            }
        }

        try
        {
            if (trade)
            {
                await _traders.SendNextAsync(baseFee, cancellation);
            }

            await _load.SendNextAsync(baseFee, cancellation);
        }
        catch (JsonRpcException refused)
        {
            // One refused transaction is a block with less traffic; the next block tries again.
            HostLog.TrafficRefused(_logger, number + 1, refused.Message);
        }
    }

    private Task<(ulong Number, UInt256 BaseFee)> ReadHeadAsync(CancellationToken cancellation) =>
        _node.CallAsync(
            "eth_getBlockByNumber",
            static writer =>
            {
                writer.WriteStringValue("latest");
                writer.WriteBooleanValue(false);
            },
            static block => (
                RpcJson.Quantity64(RpcJson.Member(block, "number"), "number"),
                RpcJson.Quantity(RpcJson.Member(block, "baseFeePerGas"), "baseFeePerGas")),
            cancellation);
}
