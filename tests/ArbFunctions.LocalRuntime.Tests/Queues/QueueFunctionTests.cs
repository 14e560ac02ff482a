using Arb.TestKit;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace ArbFunctions.LocalRuntime.Tests.Queues;

/// <summary>Queue functions in a running host.</summary>
public sealed class QueueFunctionTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sent_message_runs_the_function_and_is_gone()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await SendAsync(app, App.Plain, "hello");
        await Patience.UntilAsync(() => app.Probe.Count("Plain hello") == 1);
        await Patience.UntilAsync(async () => (await app.Queues.PeekAsync(App.Plain, false, 1, Cancellation)).Count == 0);
        Assert.Single(app.Probe.Traces);
    }

    [Fact]
    public async Task A_function_that_keeps_failing_gets_its_deliveries_and_then_the_dead_letter_queue_gets_the_message()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await SendAsync(app, App.Failing, "bad");
        await Patience.UntilAsync(async () => (await app.Queues.PeekAsync(App.Failing, true, 1, Cancellation)).Count == 1);
        Assert.Equal(["Failing 1", "Failing 2", "Failing 3"], app.Probe.Traces);
    }

    [Fact]
    public async Task A_function_settles_its_message_itself()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await SendAsync(app, App.Settling, "dead-letter");
        await SendAsync(app, App.Settling, "complete");
        await Patience.UntilAsync(() => app.Probe.Traces.Count >= 2);
        await Patience.UntilAsync(async () => (await app.Queues.PeekAsync(App.Settling, false, 9, Cancellation)).Count == 0);
        ServiceBusReceivedMessage dead = Assert.Single(await app.Queues.PeekAsync(App.Settling, true, 9, Cancellation));
        Assert.Equal(
            ("dead-letter", "Refused", "by the test"),
            (dead.Body.ToString(), dead.DeadLetterReason, dead.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task The_lock_of_a_slow_function_is_renewed_until_it_is_done()
    {
        await using TestApp app = await TestApp.StartAsync(
            azurite,
            UniqueName.Next("hub"),
            new Dictionary<string, string?> { ["FunctionsHost:Queues:gated:LockDuration"] = "00:00:01" },
            typeof(App));
        await SendAsync(app, App.Gated, "slow");
        await Patience.UntilAsync(() => app.Probe.Count("Gated 1") == 1);

        // Renewed past where it would have ended three times over.
        ServiceBusReceivedMessage held = App.Held!;
        DateTimeOffset firstEnd = held.LockedUntil;
        await Patience.UntilAsync(() => held.LockedUntil > firstEnd + TimeSpan.FromSeconds(3));
        app.Probe.Open("gate");
        await Patience.UntilAsync(async () => (await app.Queues.PeekAsync(App.Gated, false, 1, Cancellation)).Count == 0);
        Assert.DoesNotContain("Gated 2", app.Probe.Traces);
    }

    [Fact]
    public async Task No_more_messages_run_at_once_than_the_host_allows()
    {
        await using TestApp app = await TestApp.StartAsync(
            azurite,
            UniqueName.Next("hub"),
            new Dictionary<string, string?> { ["AzureFunctionsJobHost:extensions:serviceBus:maxConcurrentCalls"] = "3" },
            typeof(App));
        for (int i = 0; i < 9; i++)
        {
            await SendAsync(app, App.Gated, $"{i}");
        }

        await Patience.UntilAsync(() => app.Probe.Traces.Count == 3);
        app.Probe.Open("gate");
        await Patience.UntilAsync(() => app.Probe.Traces.Count == 9);
        Assert.True(App.MostAtOnce <= 3, $"{App.MostAtOnce} ran at once.");
    }

    [Fact]
    public async Task Json_bodies_and_batches_are_bound()
    {
        await using TestApp app = await TestApp.StartAsync(azurite, typeof(App));
        await SendAsync(app, App.Json, """{ "name": "x", "Value": 7 }""");
        await SendAsync(app, App.Batched, "b");
        await Patience.UntilAsync(() => app.Probe.Count("Json x 7") == 1 && app.Probe.Count("Batched b") == 1);
    }

    private static Task SendAsync(TestApp app, string queue, string body) => app.Services
        .GetRequiredService<ServiceBusClient>().CreateSender(queue)
        .SendMessageAsync(new ServiceBusMessage(body), Cancellation);

    public sealed class App
    {
        public const string Plain = "plain";
        public const string Failing = "failing";
        public const string Settling = "settling";
        public const string Gated = "gated";
        public const string Json = "json";
        public const string Batched = "batched";

        private static int _now;
        private static int _most;

        private readonly Probe _probe;

        public App(IServiceProvider services) => _probe = (Probe)services.GetService(typeof(Probe))!;

        public static int MostAtOnce => _most;

        public static ServiceBusReceivedMessage? Held { get; private set; }

        public sealed record Order(string Name, int Value);

        [Function("PlainFunction")]
        public void OnPlain([ServiceBusTrigger(Plain)] string body) => _probe.Leave($"Plain {body}");

        [Function("FailingFunction")]
        public void OnFailing([ServiceBusTrigger(Failing)] ServiceBusReceivedMessage message)
        {
            _probe.Leave($"Failing {message.DeliveryCount}");
            throw new InvalidOperationException("always");
        }

        [Function("SettlingFunction")]
        public async Task OnSettling(
            [ServiceBusTrigger(Settling, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions,
            CancellationToken cancellation)
        {
            _probe.Leave("Settling");
            if (message.Body.ToString() == "complete")
            {
                await actions.CompleteMessageAsync(message, cancellation);
            }
            else
            {
                await actions.DeadLetterMessageAsync(message, null, "Refused", "by the test", cancellation);
            }
        }

        [Function("GatedFunction")]
        public async Task OnGated([ServiceBusTrigger(Gated)] ServiceBusReceivedMessage message)
        {
            int now = Interlocked.Increment(ref _now);
            int most;
            while (now > (most = _most) && Interlocked.CompareExchange(ref _most, now, most) != most)
            {
                continue;
            }

            Held = message;
            _probe.Leave($"Gated {message.DeliveryCount}");
            await _probe.GateAsync("gate");
            Interlocked.Decrement(ref _now);
        }

        [Function("JsonFunction")]
        public void OnJson([ServiceBusTrigger(Json)] Order order) => _probe.Leave($"Json {order.Name} {order.Value}");

        [Function("BatchedFunction")]
        public void OnBatched([ServiceBusTrigger(Batched, IsBatched = true)] ServiceBusReceivedMessage[] messages) =>
            _probe.Leave($"Batched {messages[0].Body}");
    }
}
