using System.Globalization;
using System.Text;
using Arb.TestKit;
using ArbFunctions.LocalRuntime.Hosting;
using ArbFunctions.LocalRuntime.Hosting.Queues;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace ArbFunctions.LocalRuntime.Tests.Queues;

/// <summary>The promises of a Service Bus queue, kept by rows in a table. Time is the test's.</summary>
public sealed class QueueStoreTests(AzuriteFixture azurite)
{
    private const string Queue = "orders";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_id_is_taken_once_within_its_window_and_again_after_it()
    {
        QueueStore store = await NewAsync(("DuplicateDetectionWindow", "00:01:00"));
        await store.SendAsync(Queue, new ServiceBusMessage("a") { MessageId = "id-1" }, Cancellation);
        await store.SendAsync(Queue, new ServiceBusMessage("b") { MessageId = "id-1" }, Cancellation);
        await store.SendAsync(Queue, new ServiceBusMessage("c") { MessageId = "id-2" }, Cancellation);
        Assert.Equal(["a", "c"], await BodiesAsync(store));
        LockedMessage first = Assert.Single(await store.ReceiveAsync(Queue, 1, Cancellation));
        Assert.True(await store.CompleteAsync(first, Cancellation));

        // Completed is not forgotten.
        await store.SendAsync(Queue, new ServiceBusMessage("d") { MessageId = "id-1" }, Cancellation);
        Assert.Equal(["c"], await BodiesAsync(store));
        _time.Advance(TimeSpan.FromMinutes(2));
        await store.SendAsync(Queue, new ServiceBusMessage("e") { MessageId = "id-1" }, Cancellation);
        Assert.Equal(["c", "e"], await BodiesAsync(store));
    }

    [Fact]
    public async Task Forgetting_old_ids_frees_only_those_whose_window_has_passed()
    {
        QueueStore store = await NewAsync(("DuplicateDetectionWindow", "00:01:00"));
        await store.SendAsync(Queue, new ServiceBusMessage("a") { MessageId = "old" }, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(50));
        await store.SendAsync(Queue, new ServiceBusMessage("b") { MessageId = "young" }, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(20));
        await store.ForgetOldIdsAsync(Queue, Cancellation);
        await store.SendAsync(Queue, new ServiceBusMessage("c") { MessageId = "young" }, Cancellation);
        await store.SendAsync(Queue, new ServiceBusMessage("d") { MessageId = "old" }, Cancellation);
        Assert.Equal(["a", "b", "d"], await BodiesAsync(store));
    }

    [Fact]
    public async Task Twenty_senders_of_one_id_leave_one_message()
    {
        QueueStore store = await NewAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.SendAsync(
            Queue, new ServiceBusMessage($"{i}") { MessageId = "same" }, Cancellation)));
        Assert.Single(await BodiesAsync(store));
    }

    [Fact]
    public async Task A_locked_message_is_delivered_again_only_after_its_lock_ran_out()
    {
        QueueStore store = await NewAsync(("LockDuration", "00:00:30"));
        await store.SendAsync(Queue, new ServiceBusMessage("a"), Cancellation);
        LockedMessage first = Assert.Single(await store.ReceiveAsync(Queue, 5, Cancellation));
        Assert.Equal(1, first.Message.DeliveryCount);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(30), first.Message.LockedUntil);
        Assert.Empty(await store.ReceiveAsync(Queue, 5, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(await store.RenewAsync(first, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(await store.ReceiveAsync(Queue, 5, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(20));
        LockedMessage second = Assert.Single(await store.ReceiveAsync(Queue, 5, Cancellation));
        Assert.Equal(2, second.Message.DeliveryCount);

        // The first holder has lost its lock for everything.
        Assert.False(await store.CompleteAsync(first, Cancellation));
        Assert.True(await store.CompleteAsync(second, Cancellation));
        Assert.False(await store.CompleteAsync(second, Cancellation));
    }

    [Fact]
    public async Task Two_receivers_never_hold_the_same_message()
    {
        QueueStore store = await NewAsync();
        for (int i = 0; i < 30; i++)
        {
            await store.SendAsync(Queue, new ServiceBusMessage(i.ToString(CultureInfo.InvariantCulture)), Cancellation);
        }

        List<LockedMessage>[] received = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => store.ReceiveAsync(Queue, 30, Cancellation)));
        string[] bodies = [.. received.SelectMany(list => list).Select(m => m.Message.Body.ToString())];
        Assert.Equal(30, bodies.Length);
        Assert.Equal(30, bodies.Distinct().Count());
    }

    [Fact]
    public async Task Messages_come_in_the_order_they_were_sent()
    {
        QueueStore store = await NewAsync();
        string[] sent = [.. Enumerable.Range(0, 12).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        foreach (string body in sent)
        {
            await store.SendAsync(Queue, new ServiceBusMessage(body), Cancellation);
        }

        List<LockedMessage> received = await store.ReceiveAsync(Queue, 12, Cancellation);
        Assert.Equal(sent, received.Select(message => message.Message.Body.ToString()));
    }

    [Fact]
    public async Task After_its_last_delivery_an_abandoned_message_is_dead_lettered_with_the_reason()
    {
        QueueStore store = await NewAsync(("MaxDeliveryCount", "2"));
        await store.SendAsync(Queue, new ServiceBusMessage("a") { MessageId = "poison" }, Cancellation);
        for (int delivery = 1; delivery <= 2; delivery++)
        {
            LockedMessage message = Assert.Single(await store.ReceiveAsync(Queue, 1, Cancellation));
            Assert.Equal(delivery, message.Message.DeliveryCount);
            Assert.True(await store.AbandonAsync(message, null, Cancellation));
        }

        Assert.Empty(await BodiesAsync(store));
        ServiceBusReceivedMessage dead = Assert.Single(await store.PeekAsync(Queue, true, 10, Cancellation));
        Assert.Equal("poison", dead.MessageId);
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        Assert.Equal(Queue, dead.DeadLetterSource);
    }

    [Fact]
    public async Task A_message_whose_holder_died_on_its_last_delivery_is_dead_lettered_too()
    {
        QueueStore store = await NewAsync(("MaxDeliveryCount", "1"), ("LockDuration", "00:00:10"));
        await store.SendAsync(Queue, new ServiceBusMessage("a"), Cancellation);
        Assert.Single(await store.ReceiveAsync(Queue, 1, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Empty(await store.ReceiveAsync(Queue, 1, Cancellation));
        Assert.Equal(
            "MaxDeliveryCountExceeded",
            Assert.Single(await store.PeekAsync(Queue, true, 10, Cancellation)).DeadLetterReason);
    }

    [Fact]
    public async Task Dead_lettering_keeps_body_reason_description_and_properties()
    {
        QueueStore store = await NewAsync();
        await store.SendAsync(Queue, new ServiceBusMessage("a"), Cancellation);
        LockedMessage message = Assert.Single(await store.ReceiveAsync(Queue, 1, Cancellation));
        Assert.True(await store.DeadLetterAsync(
            message, "Unreadable", "schema 9", [new KeyValuePair<string, object>("by", "test")], Cancellation));
        ServiceBusReceivedMessage dead = Assert.Single(await store.PeekAsync(Queue, true, 10, Cancellation));
        Assert.Equal("a", dead.Body.ToString());
        Assert.Equal("Unreadable", dead.DeadLetterReason);
        Assert.Equal("schema 9", dead.DeadLetterErrorDescription);
        Assert.Equal("test", dead.ApplicationProperties["by"]);
    }

    [Theory]
    [InlineData("false", 0)]
    [InlineData("true", 1)]
    public async Task An_expired_message_is_dropped_or_dead_lettered_as_the_queue_says(string setting, int deadLetters)
    {
        QueueStore store = await NewAsync(("DeadLetterOnExpiration", setting));
        await store.SendAsync(
            Queue, new ServiceBusMessage("stale") { TimeToLive = TimeSpan.FromSeconds(5) }, Cancellation);
        await store.SendAsync(Queue, new ServiceBusMessage("fresh"), Cancellation);
        _time.Advance(TimeSpan.FromSeconds(6));
        LockedMessage received = Assert.Single(await store.ReceiveAsync(Queue, 5, Cancellation));
        Assert.Equal("fresh", received.Message.Body.ToString());
        List<ServiceBusReceivedMessage> dead = await store.PeekAsync(Queue, true, 10, Cancellation);
        Assert.Equal(deadLetters, dead.Count);
        Assert.All(dead, message => Assert.Equal("TTLExpiredException", message.DeadLetterReason));
    }

    [Fact]
    public async Task A_scheduled_message_waits_for_its_time()
    {
        QueueStore store = await NewAsync();
        await store.SendAsync(
            Queue,
            new ServiceBusMessage("later") { ScheduledEnqueueTime = _time.GetUtcNow() + TimeSpan.FromMinutes(1) },
            Cancellation);
        Assert.Empty(await store.ReceiveAsync(Queue, 1, Cancellation));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(await store.ReceiveAsync(Queue, 1, Cancellation));
    }

    [Fact]
    public async Task Everything_a_message_carries_arrives()
    {
        QueueStore store = await NewAsync();
        byte[] body = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
        ServiceBusMessage message = new(body)
        {
            MessageId = "full",
            CorrelationId = "c",
            Subject = "s",
            ContentType = "t",
            TimeToLive = TimeSpan.FromHours(2),
        };
        DateTimeOffset moment = _time.GetUtcNow();
        message.ApplicationProperties["number"] = 42L;
        message.ApplicationProperties["moment"] = moment;
        message.ApplicationProperties["flag"] = true;
        await store.SendAsync(Queue, message, Cancellation);
        ServiceBusReceivedMessage got = Assert.Single(await store.ReceiveAsync(Queue, 1, Cancellation)).Message;
        Assert.Equal(body, got.Body.ToArray());
        Assert.Equal(("full", "c", "s", "t"), (got.MessageId, got.CorrelationId, got.Subject, got.ContentType));
        Assert.Equal(moment + TimeSpan.FromHours(2), got.ExpiresAt);
        Assert.Equal(42L, got.ApplicationProperties["number"]);
        Assert.Equal(moment, got.ApplicationProperties["moment"]);
        Assert.Equal(true, got.ApplicationProperties["flag"]);
    }

    [Fact]
    public async Task What_a_queue_cannot_carry_is_refused_by_name()
    {
        QueueStore store = await NewAsync();
        ServiceBusException large = await Assert.ThrowsAsync<ServiceBusException>(() =>
            store.SendAsync(Queue, new ServiceBusMessage(new byte[262_145]), Cancellation));
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, large.Reason);
        await Assert.ThrowsAsync<ArgumentException>(() => store.SendAsync(
            Queue, new ServiceBusMessage("a") { MessageId = new string('x', 129) }, Cancellation));
        ServiceBusMessage odd = new("a");
        odd.ApplicationProperties["object"] = new StringBuilder();
        await Assert.ThrowsAsync<System.Runtime.Serialization.SerializationException>(() =>
            store.SendAsync(Queue, odd, Cancellation));
        Assert.Throws<ArgumentException>(() => QueueStore.CheckQueueName("a b"));
    }

    private static async Task<IEnumerable<string>> BodiesAsync(QueueStore store) =>
        (await store.PeekAsync(Queue, false, 100, Cancellation)).Select(message => message.Body.ToString());

    private async Task<QueueStore> NewAsync(params (string Name, string Value)[] settings)
    {
        string hub = UniqueName.Next("hub");
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => new KeyValuePair<string, string?>($"FunctionsHost:Queues:{Queue}:{setting.Name}", setting.Value)))
            .Build();
        HostOptions options = new() { StorageConnection = azurite.ConnectionString, HostId = hub, HubName = hub };
        QueueStore store = new(new StorageAccount(azurite.ConnectionString), options, configuration, _time);
        await store.InitializeAsync(Cancellation);
        return store;
    }
}
