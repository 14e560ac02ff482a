using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function for each message of a Service Bus queue.</summary>
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Listens to a queue.</summary>
    /// <param name="queueName">The queue, or <c>%Setting%</c>.</param>
    public ServiceBusTriggerAttribute(string queueName)
    {
        QueueName = queueName;
    }

    /// <summary>Listens to a subscription; the local runtime refuses it at start.</summary>
    /// <param name="topicName">The topic.</param>
    /// <param name="subscriptionName">The topic's subscription.</param>
    public ServiceBusTriggerAttribute(string topicName, string subscriptionName)
    {
        TopicName = topicName;
        SubscriptionName = subscriptionName;
    }

    /// <summary>Name of the setting that holds the connection; the local runtime uses its own store.</summary>
    public string? Connection { get; set; }

    /// <summary>The queue as written, before settings are resolved.</summary>
    public string? QueueName { get; }

    /// <summary>The topic, when listening to a subscription.</summary>
    public string? TopicName { get; }

    /// <summary>The subscription, when listening to one.</summary>
    public string? SubscriptionName { get; }

    /// <summary>Whether sessions are used; the local runtime refuses it at start.</summary>
    public bool IsSessionsEnabled { get; set; }

    /// <summary>Whether messages arrive as arrays.</summary>
    public bool IsBatched { get; set; }

    /// <summary>
    /// Whether a successful return completes the message. The host's own default is true; the attribute can
    /// only make it explicit, exactly as in Microsoft's package, where unset also means the host's default.
    /// </summary>
    public bool AutoCompleteMessages { get; set; }
}
