using Arb.Engine;
using Arb.Evm;
using Microsoft.Extensions.Logging;

namespace Arb.Devnet.Relay;

/// <summary>
/// Makes a block at every multiple of the block time (Unix seconds), with exactly that timestamp. A slot that is over
/// before the last one's work is done stays empty, as a missed slot does on mainnet.
/// </summary>
public sealed class SlotClock : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly BlockBuilder _builder;
    private readonly AnvilRpc _rpc;
    private readonly ulong _blockSeconds;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Task? _loop;

    internal SlotClock(BlockBuilder builder, AnvilRpc rpc, BuilderOptions options, TimeProvider time, ILogger logger)
    {
        _builder = builder;
        _rpc = rpc;
        _blockSeconds = options.BlockSeconds;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Told each block, in order, before the next slot is waited for; listeners must be quick. What they throw is
    /// logged and does not stop the chain.
    /// </summary>
    public event Action<BuiltBlock>? BlockBuilt;

    /// <summary>Ends when the clock has stopped, by request or because anvil is gone; never fails. Already ended
    /// before the start.</summary>
    public Task Completion
    {
        get
        {
            lock (_gate)
            {
                return _loop ?? Task.CompletedTask;
            }
        }
    }

    /// <summary>Why the clock stopped by itself; null while it runs and after <see cref="StopAsync"/>.</summary>
    public ChainUnavailableException? Failure { get; private set; }

    /// <summary>Starts the blocks; the first comes at the next slot.</summary>
    /// <exception cref="InvalidOperationException">It was started before, or stopped.</exception>
    public void Start()
    {
        lock (_gate)
        {
            if (_loop is not null || _stop.IsCancellationRequested)
            {
                throw new InvalidOperationException("A slot clock starts once.");
            }

            _loop = Task.Run(() => RunAsync(_stop.Token));
        }
    }

    /// <summary>Ends the blocks; one that is being built is finished first.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        ulong last = 0;
        try
        {
            while (true)
            {
                ulong slot = await WaitForSlotAsync(last, stop);
                last = slot;
                await MakeBlockAsync(slot);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (ChainUnavailableException gone)
        {
            Failure = gone;
            RelayLog.ClockStopped(_logger, gone.Message);
        }
    }

    /// <summary>Waits for the first slot that is still ahead and later than <paramref name="last"/>, and returns
    /// it.</summary>
    private async Task<ulong> WaitForSlotAsync(ulong last, CancellationToken stop)
    {
        ulong now = (ulong)_time.GetUtcNow().ToUnixTimeSeconds();
        ulong slot = ((Math.Max(now, last) / _blockSeconds) + 1) * _blockSeconds;
        DateTimeOffset due = DateTimeOffset.FromUnixTimeSeconds((long)slot);
        while (true)
        {
            // A timer may fire early by a fraction; a block must not be from the future.
            TimeSpan left = due - _time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return slot;
            }

            await Task.Delay(left, _time, stop);
        }
    }

    /// <exception cref="ChainUnavailableException">anvil is gone.</exception>
    private async Task MakeBlockAsync(ulong slot)
    {
        BuiltBlock block;
        try
        {
            // Not stopped half-way: a block is cheap and a half-filled pool is not.
            block = await _builder.BuildAsync(slot, CancellationToken.None);
        }
        catch (Exception failed) when (failed is ChainUnavailableException or JsonRpcException or ArgumentOutOfRangeException)
        {
            RelayLog.SlotFailed(_logger, slot, failed.Message);

            // A slow answer costs a slot; a node that does not answer at all ends the chain.
            await _rpc.GetChainIdAsync(CancellationToken.None);
            return;
        }

        foreach (Action<BuiltBlock> listener in BlockBuilt?.GetInvocationList().Cast<Action<BuiltBlock>>() ?? [])
        {
            Tell(listener, block);
        }
    }

#pragma warning disable CA1031 // A listener's failure is its own; the chain goes on.
    private void Tell(Action<BuiltBlock> listener, BuiltBlock block)
    {
        try
        {
            listener(block);
        }
        catch (Exception failed)
        {
            RelayLog.ListenerFailed(_logger, failed, block.Number);
        }
    }
#pragma warning restore CA1031
}
