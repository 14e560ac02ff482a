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
    private readonly ISlotSchedule? _schedule;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Task? _loop;
    private int _built;

    internal SlotClock(BlockBuilder builder, AnvilRpc rpc, BuilderOptions options, TimeProvider time, ILogger logger)
    {
        _builder = builder;
        _rpc = rpc;
        _blockSeconds = options.BlockSeconds;
        _schedule = options.Schedule;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Told each block, in order, before the next slot is waited for; listeners must be quick. What they throw is
    /// logged and does not stop the chain.
    /// </summary>
    public event Action<BuiltBlock>? BlockBuilt;

    /// <summary>Told what befell a slot, when the schedule lets something befall it, before its block.</summary>
    internal event Action<Disturbance>? Disturbed;

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
                SlotPlan plan = _schedule?.Next() ?? default;
                if (plan.IsMissed)
                {
                    Tell(new Disturbance(DisturbanceKind.MissedSlot, slot, 0, "the slot has no block"));
                    continue;
                }

                await DelayAsync(plan, slot, stop);
                await MakeBlockAsync(slot, plan);
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

    private async Task DelayAsync(SlotPlan plan, ulong slot, CancellationToken stop)
    {
        if (plan.LatePermille > 0)
        {
            TimeSpan late = TimeSpan.FromSeconds(_blockSeconds) * plan.LatePermille / 1_000;
            Tell(new Disturbance(DisturbanceKind.LateBlock, slot, 0, $"the block comes {late.TotalMilliseconds:F0} ms late"));
            await Task.Delay(late, _time, stop);
        }
    }

    /// <summary>Only blocks of this clock are replaced: what was deployed stays.</summary>
    private async Task ReorganiseAsync(SlotPlan plan, ulong slot)
    {
        int depth = Math.Min(plan.ReorgDepth, _built);
        if (depth > 0)
        {
            Reorganisation done = await _builder.ReorganiseAsync(depth, plan.ReorgKeepsBundles, CancellationToken.None);
            Tell(new Disturbance(
                DisturbanceKind.Reorganisation, slot, done.FirstNumber,
                $"{depth} block(s) from {done.FirstNumber} on are replaced, {done.LostTransactions.Length} transaction(s) lost"));
        }
    }

    /// <exception cref="ChainUnavailableException">anvil is gone.</exception>
    private async Task MakeBlockAsync(ulong slot, SlotPlan plan)
    {
        BuiltBlock block;
        try
        {
            await ReorganiseAsync(plan, slot);

            // Not stopped half-way: a block is cheap and a half-filled pool is not.
            block = await _builder.BuildAsync(slot, plan.IsEmpty, CancellationToken.None);
            _built++;
            if (plan.IsEmpty)
            {
                Tell(new Disturbance(DisturbanceKind.EmptyBlock, slot, block.Number, "the block is empty"));
            }
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
    private void Tell(Disturbance disturbance)
    {
        try
        {
            Disturbed?.Invoke(disturbance);
        }
        catch (Exception failed)
        {
            RelayLog.ListenerFailed(_logger, failed, disturbance.Block);
        }
    }

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
