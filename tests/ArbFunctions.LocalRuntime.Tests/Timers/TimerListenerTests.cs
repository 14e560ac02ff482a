using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using ArbFunctions.LocalRuntime.Hosting.Timers;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ArbFunctions.LocalRuntime.Tests.Timers;

/// <summary>Timers over real blob leases; the schedule's time is the test's.</summary>
public sealed class TimerListenerTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly Probe _probe = new();
    private readonly string _host = UniqueName.Next("host");

    [Fact]
    public async Task Runs_never_overlap_and_missed_occurrences_do_not_pile_up()
    {
        await using Running timer = Start(nameof(App.EverySecond));
        await AdvanceUntilAsync(() => _probe.Traces.Count == 1);

        // The run under way outlives twenty occurrences.
        for (int i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_probe.Traces);
        _probe.Open("run");
        await AdvanceUntilAsync(() => _probe.Traces.Count >= 2, TimeSpan.FromMilliseconds(50));
        Assert.Equal(2, _probe.Traces.Count);
    }

    [Fact]
    public async Task A_run_is_told_its_occurrence_and_the_last_one()
    {
        _probe.Open("run");
        await using Running timer = Start(nameof(App.EverySecond));
        await AdvanceUntilAsync(() => _probe.Traces.Count >= 3);
        string[] runs = [.. _probe.Traces.Take(3)];
        Assert.All(runs, run => Assert.EndsWith("False", run, StringComparison.Ordinal));
        Assert.Equal(3, runs.Distinct().Count());
    }

    [Fact]
    public async Task Of_two_processes_one_runs_the_timer_and_the_other_takes_over_when_it_stops()
    {
        _probe.Open("run");
        Running first = Start(nameof(App.EverySecond));
        await AdvanceUntilAsync(() => _probe.Traces.Count >= 1);
        await using Running second = Start(nameof(App.EverySecond));
        await AdvanceUntilAsync(() => _probe.Traces.Count >= 6);

        // Every occurrence is unique: nobody ran one that the other ran too.
        Assert.Equal(_probe.Traces.Count, _probe.Traces.Distinct().Count());
        await first.DisposeAsync();
        int before = _probe.Traces.Count;
        await AdvanceUntilAsync(() => _probe.Traces.Count > before);
    }

    [Fact]
    public async Task An_occurrence_missed_while_the_host_was_down_is_made_up_for_once()
    {
        _probe.Open("run");
        _time.Advance(TimeSpan.FromMinutes(59.9));
        await using (Running timer = Start(nameof(App.EveryHour)))
        {
            await AdvanceUntilAsync(() => _probe.Traces.Count == 1);
        }

        _time.Advance(TimeSpan.FromHours(3));
        await using Running again = Start(nameof(App.EveryHour));
        await AdvanceUntilAsync(() => _probe.Traces.Count == 2);
        Assert.EndsWith("True", _probe.Traces[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_run_does_not_stop_the_timer()
    {
        await using Running timer = Start(nameof(App.Fails));
        await AdvanceUntilAsync(() => _probe.Count("Fails") >= 3);
    }

    private Running Start(string function)
    {
        FunctionDescriptor descriptor =
            FunctionCatalog.Discover([typeof(App)]).All.Single(found => found.Name == function);
        ServiceProvider services = new ServiceCollection().AddSingleton(_probe).BuildServiceProvider();
        FunctionInvoker invoker = new(
            services,
            new Lazy<DurableTaskClient>(() => throw new InvalidOperationException("No client here.")),
            _time,
            NullLoggerFactory.Instance);
        TimerListener listener = new(
            descriptor,
            TimerSchedule.Parse(((TimerTriggerAttribute)descriptor.Trigger).Schedule, function),
            new BlobContainerClient(azurite.ConnectionString, "azure-webjobs-hosts"),
            _host,
            invoker,
            _time,
            NullLoggerFactory.Instance);
        return new Running(listener, services);
    }

    private Task AdvanceUntilAsync(Func<bool> isSo) => AdvanceUntilAsync(isSo, TimeSpan.FromMilliseconds(200));

    private Task AdvanceUntilAsync(Func<bool> isSo, TimeSpan step) => Patience.UntilAsync(() =>
    {
        if (isSo())
        {
            return true;
        }

        _time.Advance(step);
        return false;
    });

    private sealed class Running : IAsyncDisposable
    {
        private readonly TimerListener _listener;
        private readonly ServiceProvider _services;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _loop;

        public Running(TimerListener listener, ServiceProvider services)
        {
            _listener = listener;
            _services = services;
            _loop = listener.RunAsync(_stopping.Token, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            await _stopping.CancelAsync();
            await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _listener.ReleaseAsync();
            _listener.Dispose();
            await _services.DisposeAsync();
        }
    }

    public sealed class App
    {
        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        [Function(nameof(EverySecond))]
        public async Task EverySecond([TimerTrigger("* * * * * *")] TimerInfo timer)
        {
            _probe.Leave($"{timer.ScheduleStatus!.Next:o} after {timer.ScheduleStatus.Last:o} {timer.IsPastDue}");
            await _probe.GateAsync("run");
        }

        [Function(nameof(EveryHour))]
        public void EveryHour([TimerTrigger("0 0 * * * *")] TimerInfo timer) =>
            _probe.Leave($"{timer.ScheduleStatus!.Next:o} {timer.IsPastDue}");

        [Function(nameof(Fails))]
        public void Fails([TimerTrigger("* * * * * *")] TimerInfo timer)
        {
            _probe.Leave("Fails");
            throw new InvalidOperationException("always");
        }
    }
}
