using System.Collections.Immutable;
using System.Numerics;
using Arb.Cli.App;
using Arb.Cli.Views;
using Arb.Devnet;
using Arb.Devnet.Tooling;
using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Cli.Demo;

/// <summary>The whole demo: set up, deploy, trade, drain, reconcile.</summary>
internal sealed class DemoRun(DemoOptions options, IDemoView view, TimeProvider time)
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(500);

    private const int OrchestrationsShown = 12;

    /// <summary>Blocks granted after the last trade for bundles in flight to end.</summary>
    private const int DrainBlocks = 12;

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
        JsonRpcClient rpc = new(http, new JsonRpcOptions(new Uri(devnet.Ready.RpcUrl)), time);
        ChainReader chain = new(rpc);
        ChainAccounts accounts = new(
            rpc, chain, Address.Parse(devnet.Ready.WrappedEther), Address.Parse(devnet.Ready.Recipient),
            [.. devnet.Ready.Operators.Select(o => Address.Parse(o))]);
        BlockStamp before = await chain.GetHeadAsync(early.Token);
        BigInteger worthBefore = await accounts.WorthAsync(before.Number, early.Token);
        MemoryView memory = new(devnet.Ready.StorageConnectionString, devnet.Ready.ChainId, before.TimestampSeconds);

        view.Step("starting the Functions app");
        await using AppChild app = await AppChild.StartAsync(
            DemoSettings.Of(devnet.Ready), options.AppPort, tools.Npm, view.Warn, ChildLog.Open(options.Logs, "app.log"), early.Token);
        view.Step($"the Functions app listens on {app.Address}; trading {options.Blocks} blocks");
        await NamingTheDeadAsync(devnet, app, async () =>
        {
            await devnet.TradeAsync(early.Token);
            await TradeAsync(devnet, app, memory, started, drain, abort);
            await DrainAsync(devnet, app, memory, chain, abort);
        });

        BlockStamp after = await chain.GetHeadAsync(abort);
        BigInteger onChain = await accounts.WorthAsync(after.Number, abort) - worthBefore;
        IReadOnlyList<IncludedTransaction> included = await accounts.IncludedAsync(before.Number + 1, after.Number, abort);
        int traded = (int)(await devnet.GetStatusAsync(abort)).TradedBlocks;
        return await ReportAsync(memory, after, traded, included, onChain, abort);
    }

    private async Task TradeAsync(
        DevnetChild devnet, AppChild app, MemoryView memory, long started, CancellationToken drain, CancellationToken abort)
    {
        bool landed = false;
        while (!drain.IsCancellationRequested && (await devnet.GetStatusAsync(abort)).Trading)
        {
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
        view.Trading(await app.Client.GetOrchestrationsAsync(OrchestrationsShown, states: null, cancellation), books);
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
            await ShowAsync(app, memory, abort);
            IReadOnlyList<OrchestrationView> running = await app.Client.GetOrchestrationsAsync(100, "Running,Pending", abort);
            if (running.Count == 0)
            {
                break;
            }

            if ((await chain.GetHeadAsync(abort)).Number > last)
            {
                view.Warn($"{running.Count} orchestrations still run after {DrainBlocks} blocks");
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
    private async Task NamingTheDeadAsync(DevnetChild devnet, AppChild app, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is HttpRequestException or ChainUnavailableException or MemoryUnavailableException)
        {
            // The connection breaks a moment before the exit is seen.
            Task grace = Task.Delay(TimeSpan.FromSeconds(3), time, CancellationToken.None);
            await Task.WhenAny(devnet.Exited, app.Exited, grace);
            ThrowIfGone(devnet, app);
            throw new DevnetException($"The demo lost touch with its chain, storage or app: {e.Message}", e);
        }
    }

    private static void ThrowIfGone(DevnetChild devnet, AppChild app)
    {
        if (devnet.Exited.IsCompleted)
        {
            throw new DevnetException($"The devnet ended: {devnet.Error}");
        }

        if (app.Exited.IsCompleted)
        {
            throw new DevnetException($"The Functions app ended:\n{app.Error}");
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
