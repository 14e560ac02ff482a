using System.Collections.Immutable;
using System.Numerics;
using Arb.Cli.App;
using Arb.Cli.Views;
using Arb.Devnet;
using Arb.Devnet.Hosting;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Cli.Demo;

/// <summary>The whole demo: set up, deploy, trade, drain, reconcile.</summary>
internal sealed class DemoRun(DemoOptions options, IDemoView view, TimeProvider time)
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(500);

    // A connection breaks a moment before the exit behind it is seen.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private const int OrchestrationsShown = 24;

    // An orchestration is shown to its end: some blocks, and some time for a busy machine.
    private const int BlocksRecent = 5;
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(30);

    /// <summary>Blocks granted after the last trade for bundles in flight to end.</summary>
    private const int DrainBlocks = 12;
    private const ulong OpportunityBlocks = 2;

    /// <summary>Runs it. <paramref name="drain"/> ends trading early but still reconciles; <paramref name="abort"/> ends everything.</summary>
    /// <exception cref="DevnetException">Something outside failed; the message says what and what to do.</exception>
    public async Task<DemoReport> RunAsync(CancellationToken drain, CancellationToken abort)
    {
        long started = time.GetTimestamp();
        using CancellationTokenSource early = CancellationTokenSource.CreateLinkedTokenSource(drain, abort);
        ToolSet tools = await ToolSetup.EnsureAsync(
            ToolSetupOptions.ForThisClone(), new Progress(view), early.Token);
        using WorkFolder work = new();
        view.Step("starting the devnet");
        await using DevnetChild devnet = await DevnetChild.StartAsync(options, tools.Npm, work.Path, view, early.Token);
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        JsonRpcClient rpc = new(http, new JsonRpcOptions(new Uri(devnet.Ready.TrueRpcUrl)), time);
        ChainReader chain = new(rpc);
        ChainAccounts accounts = new(
            rpc, chain, Address.Parse(devnet.Ready.WrappedEther), Address.Parse(devnet.Ready.Recipient),
            [.. devnet.Ready.Operators.Select(o => Address.Parse(o))]);
        (BlockStamp before, BigInteger worthBefore) = await NamingTheDeadAsync(devnet, null, async () =>
        {
            BlockStamp head = await chain.GetHeadAsync(early.Token);
            return (head, await accounts.WorthAsync(head.Number, early.Token));
        });
        MemoryView memory = new(devnet.Ready.StorageConnectionString, devnet.Ready.ChainId, before.TimestampSeconds);

        view.Step("starting the Functions app");
        await using AppChild app = await NamingTheDeadAsync(devnet, null, () => AppChild.StartAsync(
            DemoSettings.Of(devnet.Ready), options.AppPort, tools.Npm, view.Warn, ChildLog.Open(options.Logs, "app.log"), early.Token));
        view.Step($"the Functions app listens on {app.Address}; trading {options.Blocks} blocks");
        await NamingTheDeadAsync(devnet, app, async () =>
        {
            await devnet.TradeAsync(early.Token);
            await TradeAsync(devnet, app, memory, started, drain, abort);
            await DrainAsync(devnet, app, memory, chain, abort);
            return true;
        });

        // The app has ended as it was told to; from here on only the devnet can be missed.
        return await NamingTheDeadAsync(devnet, null, async () =>
        {
            BlockStamp after = await chain.GetHeadAsync(abort);
            BigInteger onChain = await accounts.WorthAsync(after.Number, abort) - worthBefore;
            IReadOnlyList<IncludedTransaction> included = await accounts.IncludedAsync(before.Number + 1, after.Number, abort);
            int traded = (int)(await devnet.GetStatusAsync(abort)).TradedBlocks;
            return await ReportAsync(memory, after, traded, included, onChain, abort);
        });
    }

    private async Task TradeAsync(
        DevnetChild devnet, AppChild app, MemoryView memory, long started, CancellationToken drain, CancellationToken abort)
    {
        bool landed = false;
        ulong? lastTraded = null;
        while (!drain.IsCancellationRequested)
        {
            DevnetStatus status = await devnet.GetStatusAsync(abort);
            if (!status.Trading)
            {
                // The last trades are sent, not mined. Their block is scanned too, and what is found lands in one of the blocks after it:
                // an opportunity lives that long.
                lastTraded ??= status.Head + 1;
                if (status.Head >= lastTraded + OpportunityBlocks)
                {
                    break;
                }
            }

            ThrowIfGone(devnet, app);
            ProfitAndLoss books = await ShowAsync(app, memory, abort);
            if (!landed && books.Included > 0)
            {
                landed = true;
                view.Step($"the first arbitrage landed {time.GetElapsedTime(started).TotalSeconds:F1} s after the start");
            }

            await WaitAsync(WatchEvery, drain, abort);
        }
    }

    private async Task<ProfitAndLoss> ShowAsync(AppChild app, MemoryView memory, CancellationToken cancellation)
    {
        ProfitAndLoss books = ProfitAndLoss.Of(await memory.GetOutcomesAsync(Now(), cancellation));
        DateTimeOffset since = time.GetUtcNow() - Recent - (BlocksRecent * options.BlockTime);
        view.Trading(await app.Client.GetNewestAsync(OrchestrationsShown, since, cancellation), books);
        return books;
    }

    /// <summary>Traders stop, nothing new is published, and every bundle in flight gets its end before the app is stopped.</summary>
    private async Task DrainAsync(DevnetChild devnet, AppChild app, MemoryView memory, ChainReader chain, CancellationToken abort)
    {
        view.Step("draining: bundles in flight get their end");
        await devnet.StopTradingAsync(abort);
        await app.Client.StopTradingAsync("the demo is over", abort);
        ulong last = (await chain.GetHeadAsync(abort)).Number + DrainBlocks;
        while (true)
        {
            ThrowIfGone(devnet, app);
            int running = await app.Client.CountRunningAsync(abort);
            await ShowAsync(app, memory, abort);
            if (running == 0)
            {
                break;
            }

            if ((await chain.GetHeadAsync(abort)).Number > last)
            {
                view.Warn($"{running} orchestrations still run after {DrainBlocks} blocks");
                break;
            }

            await WaitAsync(WatchEvery, CancellationToken.None, abort);
        }

        await app.StopAsync(abort);
    }

    private async Task<DemoReport> ReportAsync(
        MemoryView memory,
        BlockStamp last,
        int tradedBlocks,
        IReadOnlyList<IncludedTransaction> included,
        BigInteger onChainNetWei,
        CancellationToken cancellation)
    {
        ImmutableArray<Outcome> outcomes = await memory.GetOutcomesAsync(last.TimestampSeconds, cancellation);
        ImmutableArray<Attempt> submissions =
            [.. (await memory.GetAttemptsAsync(last.TimestampSeconds, cancellation)).Where(a => a.Stage == AttemptStage.Submitted)];
        ImmutableArray<RoundSummary> rounds = await memory.GetRoundsAsync(last.TimestampSeconds, cancellation);
        IReadOnlyList<string> problems = Reconciliation.Check(outcomes, included, onChainNetWei);
        int Count(OutcomeKind kind) => outcomes.Count(o => o.Kind == kind);
        return new DemoReport
        {
            Seed = options.Seed,
            Blocks = tradedBlocks,
            Pools = rounds.Length == 0 ? 0 : rounds.Max(r => r.Pools),
            Candidates = rounds.Sum(r => r.Candidates),
            Opportunities = rounds.Sum(r => r.Opportunities),
            Submitted = submissions.Length,
            Included = Count(OutcomeKind.Included),
            Missed = Count(OutcomeKind.Missed),
            Failed = Count(OutcomeKind.Refused) + Count(OutcomeKind.Reverted),
            GasUsed = included.Aggregate(0UL, (sum, t) => sum + t.GasUsed),
            RecordedNetWei = Reconciliation.RecordedNetWei(outcomes),
            OnChainNetWei = onChainNetWei,
            Reconciled = problems.Count == 0,
            LatencyMs = LatencyMs.Of(submissions.Where(a => a.SubmittedAfterBlockMs is not null).Select(a => a.SubmittedAfterBlockMs!.Value)),
            Details = new DemoDetails(
                Count(OutcomeKind.Superseded),
                Count(OutcomeKind.Expired),
                Count(OutcomeKind.Reverted),
                Count(OutcomeKind.Refused),
                outcomes.Aggregate(BigInteger.Zero, (sum, o) => sum + o.ProfitToRecipientWei),
                outcomes.Aggregate(BigInteger.Zero, (sum, o) => sum + o.GasCostWei),
                problems),
        };
    }

    /// <summary>A call that failed because a child died is reported as that child's death, in its own words.</summary>
    private async Task<T> NamingTheDeadAsync<T>(DevnetChild devnet, AppChild? app, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (IsLostTouch(e))
        {
            Task grace = Task.Delay(Grace, time, CancellationToken.None);
            await Task.WhenAny(devnet.Exited, app?.Exited ?? grace, grace);
            ThrowIfGone(devnet, app);
            throw e as DevnetException
                ?? new DevnetException($"The demo lost touch with its chain, storage or app: {e.Message}", e);
        }
    }

    /// <summary>A child's own explanation counts too: that the app did not start may be the devnet's fault.</summary>
    private static bool IsLostTouch(Exception e) => e
        is HttpRequestException or ChainUnavailableException or MemoryUnavailableException or DevnetException
        or OperationCanceledException { InnerException: TimeoutException };

    private static void ThrowIfGone(DevnetChild devnet, AppChild? app)
    {
        if (devnet.Exited.IsCompleted)
        {
            throw new DevnetException(devnet.DescribeEnd());
        }

        if (app is { Exited.IsCompleted: true })
        {
            throw new DevnetException(app.DescribeEnd("The Functions app ended"));
        }
    }

    private ulong Now() => (ulong)time.GetUtcNow().ToUnixTimeSeconds();

    private async Task WaitAsync(TimeSpan delay, CancellationToken wakeUp, CancellationToken abort)
    {
        await Task.Delay(delay, time, wakeUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        abort.ThrowIfCancellationRequested();
    }

    private sealed class Progress(IDemoView view) : IProgress<SetupProgress>
    {
        public void Report(SetupProgress value) => view.Step(value.ToString());
    }
}
