using Arb.Engine;
using Azure.Messaging.ServiceBus;

namespace ArbFunctions;

/// <summary>Publishes opportunities. Not an output binding: a binding can set neither message id nor time to live.</summary>
internal sealed class OpportunityQueue(ServiceBusClient client) : IOpportunityPublisher, IAsyncDisposable
{
    /// <summary>Name of the queue.</summary>
    public const string Name = "opportunities";

    private readonly ServiceBusSender _sender = client.CreateSender(Name);

    public async Task PublishAsync(IReadOnlyCollection<OpportunityKey> keys, TimeSpan timeToLive, CancellationToken cancellation)
    {
        if (keys.Count == 0)
        {
            return;
        }

        IEnumerable<ServiceBusMessage> messages = keys.Select(key => new ServiceBusMessage(BinaryData.FromObjectAsJson(OpportunityMessage.From(key), System.Text.Json.JsonSerializerOptions.Web))
        {
            MessageId = key.Id,
            TimeToLive = timeToLive,
            ContentType = "application/json",
        });
        await _sender.SendMessagesAsync(messages, cancellation);
    }

    public ValueTask DisposeAsync() => _sender.DisposeAsync();
}
